//! How a customer is reached.

use serde::{Deserialize, Serialize};

/// The kind of a contact: the `contact_type` of the request form.
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
    /// Every kind, in the order the request form shows them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Phone];

    /// The value in forms, on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// The other kind.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Email => Self::Phone,
            Self::Phone => Self::Email,
        }
    }

    /// The kind with this form value.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == value)
    }
}
