//! The user interface.
//!
//! Pages and components are pure: they turn a screen (data that the server has prepared) into
//! markup, and that markup is a complete page of plain forms that works without scripts. Islands
//! add behaviour to the markup in the browser; they render nothing, and the value of a field
//! belongs to the DOM. Every sentence goes through [`messages`].

pub mod components;
pub mod document;
pub mod islands;
pub mod messages;
pub mod pages;

pub use document::{Brand, Document, Site, Switch};
