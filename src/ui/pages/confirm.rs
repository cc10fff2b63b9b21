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
    pub fn title(&self, translator: &Translator) -> String {
        self.heading(translator)
    }

    fn heading(self, translator: &Translator) -> String {
        match self {
            Self::Resend => translator.t("confirm-resend-heading"),
            Self::Logout => translator.t("confirm-logout-heading"),
        }
    }

    fn text(self, translator: &Translator) -> String {
        match self {
            Self::Resend => translator.t("confirm-resend-text"),
            Self::Logout => translator.t("confirm-logout-text"),
        }
    }

    /// Returns the path and the text of the link back.
    fn back(self, translator: &Translator) -> (&'static str, String) {
        match self {
            Self::Resend => (routes::OTP_VERIFY, translator.t("confirm-resend-back")),
            Self::Logout => (routes::ACCOUNT, translator.t("back-to-account")),
        }
    }
}

/// The page with the button and a link back.
#[component]
pub fn ConfirmPage(
    /// The action of the button.
    confirm: Confirm,
) -> impl IntoView {
    let translator = use_translator();
    let (id, action, label, busy) = match confirm {
        Confirm::Resend => (
            "resend-form",
            routes::OTP_RESEND,
            translator.t("resend-button"),
            translator.t("sending"),
        ),
        Confirm::Logout => (
            "logout-form",
            routes::OTP_LOGOUT,
            translator.t("logout-button"),
            translator.t("signing-out"),
        ),
    };
    let (path, back) = confirm.back(&translator);
    view! {
        <h1>{confirm.heading(&translator)}</h1>
        <p class="lead">{confirm.text(&translator)}</p>
        <PlainForm id action label busy look="primary" />
        <p>
            <a class="standalone-link" href=path>
                {back}
            </a>
        </p>
    }
}
