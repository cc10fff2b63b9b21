//! The forms with several fields. Each lists its fields once; what is left out is empty.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shared::ContactType;

/// The form that confirms a session.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// The code as typed or pasted, perhaps with the message around it.
    pub otp_code: String,
    /// The own path that needs the confirmation.
    pub next: String,
}

/// Without the code.
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

/// Without the contact.
impl fmt::Debug for NewContactForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewContactForm")
            .field("contact_type", &self.contact_type)
            .finish_non_exhaustive()
    }
}

/// The request form as browsers send it. This is the one place that lists its fields: the server
/// function, a change of the language and the draft that the next page shows all take the whole
/// struct.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    /// `email` (the default) or `phone`.
    pub contact_type: String,
    /// The contact as typed.
    pub contact_value: String,
    /// The own path that the customer came from, or nothing.
    pub next: String,
    /// The solution of a challenge, beyond the soft limit of the network.
    pub solution: String,
    /// [`RequestForm::YES`], if the device is to keep the contact.
    pub remember: String,
}

impl RequestForm {
    /// The value of a ticked box.
    pub const YES: &str = "yes";

    /// The kind of the contact; `None` if there is no such kind.
    #[must_use]
    pub fn kind(&self) -> Option<ContactType> {
        if self.contact_type.is_empty() {
            return Some(ContactType::default());
        }
        ContactType::from_value(&self.contact_type)
    }

    /// Whether the device is to keep the contact.
    #[must_use]
    pub fn remembers(&self) -> bool {
        self.remember == Self::YES
    }
}

/// Without the contact.
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
    /// `email` or `phone`; empty for where the last message went.
    pub contact_type: String,
    /// The solution of a challenge, beyond the soft limit of the network.
    pub solution: String,
}

/// The form that the language buttons send.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    /// The tag of the language, like `es`.
    pub language: String,
    /// The own path of the page; nothing on the request screen, whose buttons send its form
    /// instead.
    pub page: String,
    /// The request form as far as it is filled in.
    #[serde(flatten)]
    pub request: RequestForm,
}
