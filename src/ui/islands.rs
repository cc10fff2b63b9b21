//! The parts that live in the browser.
//!
//! Each island renders nothing and attaches behaviour to markup that the server already rendered,
//! which it finds by id; where that markup is missing it does nothing. So nothing that an extension
//! or a page translator does to the page can stop it, and whatever stands in a field when the WASM
//! arrives stays there.
//!
//! Islands take no props: what they need, sentences too, stands in `data-` attributes, because
//! reading props as JSON adds 20 KB to the download. Listeners are never removed; the document
//! takes them with it.

pub mod contact_form;
pub mod page_life;
pub mod verify_life;

mod busy;
mod code_form;
mod countdown;
mod delivery_status;
mod dom;
mod paste;
mod plain_forms;
mod problem;
mod proof;
mod submit;
mod suggestion;
mod time_left;
mod web_otp;

pub use contact_form::ContactForm;
pub use page_life::PageLife;
pub use verify_life::VerifyLife;
