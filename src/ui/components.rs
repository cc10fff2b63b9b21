//! The server-rendered components of pages, one per file.

pub mod back_link;
pub mod code_entry;
pub mod code_field;
pub mod contact_field;
pub mod contact_input;
pub mod error_summary;
pub mod field_error;
pub mod form_status;
pub mod island_scripts;
pub mod language_switch;
pub mod notice;
pub mod offline;
pub mod outcome;
pub mod pending_notice;
pub mod plain_form;
pub mod proof;
pub mod suggestion;

pub use back_link::BackToAccount;
pub use code_entry::{CodeEntry, OpenCode};
pub use code_field::CodeField;
pub use contact_field::ContactField;
pub use contact_input::ContactInput;
pub use error_summary::ErrorSummary;
pub use field_error::FieldError;
pub use form_status::FormStatus;
pub use island_scripts::IslandScripts;
pub use language_switch::LanguageSwitch;
pub use notice::NoticeBanner;
pub use offline::OfflineBanner;
pub use outcome::Outcome;
pub use pending_notice::PendingNotice;
pub use plain_form::PlainForm;
pub use proof::{Challenge, ChallengeProgress, Proof};
pub use suggestion::Suggestion;
