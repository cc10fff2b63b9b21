//! Pure code that runs in both the browser and the server.

pub mod code_format;
pub mod code_text;
pub mod contact_type;
pub mod digits;
pub mod language;
pub mod request_id;
pub mod routes;
pub mod translator;
pub mod typing;

pub use code_format::CodeFormat;
pub use contact_type::ContactType;
pub use language::Language;
pub use request_id::RequestId;
pub use translator::{Argument, Sentences, Translator};
