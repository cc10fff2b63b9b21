//! Pure pieces that the browser and the server both run.

pub mod code_format;
pub mod code_text;
pub mod contact_type;
pub mod digits;
pub mod request_id;
pub mod routes;

pub use code_format::CodeFormat;
pub use contact_type::ContactType;
pub use request_id::RequestId;
