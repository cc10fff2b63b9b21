//! Pages with one button, shown for a GET of a path that changes something: a GET itself changes
//! nothing (RFC 9110 section 9.2.1).

use leptos::prelude::*;

use crate::shared::{Translator, routes};
use crate::ui::components::PlainForm;
use crate::ui::messages::use_translator;

/// The action of the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Sends the code again.
    Resend,
    /// Ends the session.
    Logout,
}

impl Confirm {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, words: &Translator) -> String {
        self.heading(words)
    }

    fn heading(self, words: &Translator) -> String {
        match self {
            Self::Resend => words.t("confirm-resend-heading"),
            Self::Logout => words.t("confirm-logout-heading"),
        }
    }

    fn text(self, words: &Translator) -> String {
        match self {
            Self::Resend => words.t("confirm-resend-text"),
            Self::Logout => words.t("confirm-logout-text"),
        }
    }

    /// Returns the path and the text of the link back.
    fn back(self, words: &Translator) -> (&'static str, String) {
        match self {
            Self::Resend => (routes::OTP_VERIFY, words.t("confirm-resend-back")),
            Self::Logout => (routes::ACCOUNT, words.t("back-to-account")),
        }
    }
}

/// The page with the button and a link back.
#[component]
pub fn ConfirmPage(
    /// The action of the button.
    confirm: Confirm,
) -> impl IntoView {
    let words = use_translator();
    let (id, action, label, busy) = match confirm {
        Confirm::Resend => (
            "resend-form",
            routes::OTP_RESEND,
            words.t("resend-button"),
            words.t("sending"),
        ),
        Confirm::Logout => (
            "logout-form",
            routes::OTP_LOGOUT,
            words.t("logout-button"),
            words.t("signing-out"),
        ),
    };
    let (path, back) = confirm.back(&words);
    view! {
        <h1>{confirm.heading(&words)}</h1>
        <p class="lead">{confirm.text(&words)}</p>
        <PlainForm id action label busy look="primary" />
        <p>
            <a class="away" href=path>
                {back}
            </a>
        </p>
    }
}
