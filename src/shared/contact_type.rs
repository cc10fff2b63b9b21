//! The kinds of contact through which customers are reached.

use serde::{Deserialize, Serialize};

/// The kind of a contact; `contact_type` in the request form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactType {
    /// An email address.
    #[default]
    Email,
    /// A phone number that takes text messages.
    Phone,
}

impl ContactType {
    /// Every kind, in the order in which the request form shows them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Phone];

    /// Returns the value in forms, on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// Returns the other kind.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Email => Self::Phone,
            Self::Phone => Self::Email,
        }
    }

    /// Returns the kind with this form value, or `None` if there is none.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == value)
    }
}
