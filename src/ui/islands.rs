//! Islands: the code that runs in the browser.
//!
//! An island renders nothing. It attaches behaviour to markup that the server has rendered, which
//! it finds by id; if that markup is missing, it does nothing. Changes that an extension or a page
//! translator makes to the page therefore cannot break an island, and a field keeps its value when
//! the WASM arrives.
//!
//! Islands take no props, because reading props as JSON adds 20 KB to the download. Their data,
//! including sentences, is in `data-` attributes. Listeners are never removed; they end with the
//! document.

pub mod contact_form;
pub mod page_behavior;
pub mod verify_behavior;

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
pub use page_behavior::PageBehavior;
pub use verify_behavior::VerifyBehavior;
