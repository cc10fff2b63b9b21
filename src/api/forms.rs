//! The forms with several fields. Each struct lists its fields once; missing fields are empty.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shared::ContactType;

/// The step-up form, which confirms a session.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// The code as typed or pasted, possibly with the message around it.
    pub otp_code: String,
    /// The path on this site that needs the confirmation.
    pub next: String,
}

/// Omits the code.
impl fmt::Debug for ConfirmForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmForm").finish_non_exhaustive()
    }
}

/// The form for a new contact.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewContactForm {
    /// `email` or `phone`.
    pub contact_type: String,
    /// The contact as typed.
    pub contact_value: String,
}

/// Omits the contact.
impl fmt::Debug for NewContactForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewContactForm")
            .field("contact_type", &self.contact_type)
            .finish_non_exhaustive()
    }
}

/// The request form as browsers send it. This is the only list of its fields: the server function,
/// a language change and the draft that the next page shows all use the whole struct.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    /// `email` (the default) or `phone`.
    pub contact_type: String,
    /// The contact as typed.
    pub contact_value: String,
    /// The path on this site that the customer came from; may be empty.
    pub next: String,
    /// The solution of a challenge, required beyond the soft limit of the network.
    pub solution: String,
    /// [`RequestForm::YES`] if the device should remember the contact.
    pub remember: String,
}

impl RequestForm {
    /// The value of a ticked checkbox.
    pub const YES: &str = "yes";

    /// Returns the kind of the contact, or `None` if the value is unknown. An empty value is the
    /// default kind.
    #[must_use]
    pub fn kind(&self) -> Option<ContactType> {
        if self.contact_type.is_empty() {
            return Some(ContactType::default());
        }
        ContactType::from_value(&self.contact_type)
    }

    /// Whether the device should remember the contact.
    #[must_use]
    pub fn remembers(&self) -> bool {
        self.remember == Self::YES
    }
}

/// Omits the contact.
impl fmt::Debug for RequestForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestForm")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

/// The forms that send a code again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResendForm {
    /// `email` or `phone`; empty for the kind of contact that the last message went to.
    pub contact_type: String,
    /// The solution of a challenge, required beyond the soft limit of the network.
    pub solution: String,
}

/// The form of the language buttons.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    /// The BCP 47 tag of the language, like `es`.
    pub language: String,
    /// The path of the current page. Empty on the request screen, whose buttons submit the request
    /// form instead.
    pub page: String,
    /// The request form, as far as it is filled in.
    #[serde(flatten)]
    pub request: RequestForm,
}
