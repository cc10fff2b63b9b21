//! The parts that live in the browser.
//!
//! Each island renders nothing and attaches behaviour to markup that the server already rendered, which it finds by id;
//! where that markup is missing it does nothing. So nothing that an extension or a page translator does to the page can
//! stop it, and whatever stands in a field when the WASM arrives stays there.
//!
//! Islands take no props: what they need, sentences too, stands in `data-` attributes, because reading props as JSON adds 20 KB
//! to the download. Listeners are never removed; the document takes them with it.

pub mod code_form;
pub mod contact_form;
pub mod countdown;
pub mod delivery_status;
pub mod fresh_page;
pub mod net_status;
pub mod plain_forms;

mod busy;
mod dom;
mod paste;
mod problem;
mod proof;
mod reply;
mod submit;
mod suggestion;
mod time_left;
mod web_otp;

pub use code_form::CodeForm;
pub use contact_form::ContactForm;
pub use countdown::Countdown;
pub use delivery_status::DeliveryStatus;
pub use fresh_page::FreshPage;
pub use net_status::NetStatus;
pub use plain_forms::PlainForms;
