//! Server-rendered parts of pages, one thing each.

pub mod code_entry;
pub mod code_field;
pub mod contact_field;
pub mod error_summary;
pub mod field_error;
pub mod notice;
pub mod pending_notice;
pub mod plain_form;
pub mod proof;

pub use code_entry::{CodeEntry, OpenCode};
pub use code_field::CodeField;
pub use contact_field::ContactField;
pub use error_summary::ErrorSummary;
pub use field_error::FieldError;
pub use notice::NoticeBanner;
pub use pending_notice::PendingNotice;
pub use plain_form::PlainForm;
pub use proof::{Asked, Proof, ProofMeans};
