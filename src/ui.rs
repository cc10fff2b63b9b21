//! What a person sees.
//!
//! Pages and components are pure: they turn a screen (data the server has decided on) into markup,
//! and the markup is a complete, working page of plain forms. Islands add behaviour to that markup
//! in the browser; they render nothing and own no field's value. Every sentence stands in
//! [`messages`].

pub mod components;
pub mod document;
pub mod islands;
pub mod messages;
pub mod pages;

pub use document::{Brand, Document, Site, Switch};
