//! What the next page has to say once: Post/Redirect/Get without a word in the URL.

use serde::{Deserialize, Serialize};

use crate::{
    api::{Notice, OtpError},
    shared::ContactType,
};

/// A word for the next page, kept in the browser's session row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Flash {
    /// The page that says it; on any other it is forgotten.
    pub page: String,
    /// Why the last form was not accepted.
    pub error: Option<OtpError>,
    /// What the last form did.
    pub notice: Option<Notice>,
    /// The request form as it was sent, so that nothing typed is lost (WCAG 2.2 SC 3.3.7).
    pub draft: Option<Draft>,
}

/// The request form as it was sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// What was typed.
    pub contact_value: String,
    /// Where the customer came from.
    pub next: String,
    /// Whether the device is to keep the contact.
    #[serde(default)]
    pub remember: bool,
}

impl Draft {
    /// The same without a contact that nothing reaches, if something else is reached.
    #[must_use]
    pub fn for_what_works(self, has_text_messages: bool, down: &[ContactType]) -> Self {
        let is_offered = |kind| kind == ContactType::Email || has_text_messages;
        let works = |kind| is_offered(kind) && !down.contains(&kind);
        let (own, other) = (self.contact_type, self.contact_type.other());
        if works(own) || (is_offered(own) && !works(other)) {
            return self;
        }
        Self { contact_type: other, contact_value: String::new(), ..self }
    }
}

/// Without the contact.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("contact_type", &self.contact_type).finish_non_exhaustive()
    }
}

impl Flash {
    /// Why a form was not accepted.
    #[must_use]
    pub fn error(error: OtpError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// What a form did.
    #[must_use]
    pub fn notice(notice: Notice) -> Self {
        Self { notice: Some(notice), ..Self::default() }
    }

    /// For this page, whatever its query.
    #[must_use]
    pub fn on(self, page: &str) -> Self {
        let path = page.split('?').next().unwrap_or_default();
        Self { page: path.to_owned(), ..self }
    }

    /// The text for the session row.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a session row has to say on `page`. An unreadable one (of another version) says nothing.
    #[must_use]
    pub fn read(text: Option<&str>, page: &str) -> Self {
        let flash: Option<Self> = text.and_then(|text| serde_json::from_str(text).ok());
        flash.filter(|flash| flash.page == page).unwrap_or_default()
    }
}
