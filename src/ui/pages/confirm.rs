//! One-button pages behind links to paths that change something: a GET changes nothing (RFC 9110 section 9.2.1).

use leptos::prelude::*;

use crate::shared::routes;
use crate::ui::components::PlainForm;
use crate::ui::islands::PlainForms;
use crate::ui::messages;

/// What the button of the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Sends the code again.
    Resend,
    /// Ends the session.
    Logout,
}

impl Confirm {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        self.heading().into()
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Resend => messages::CONFIRM_RESEND_HEADING,
            Self::Logout => messages::CONFIRM_LOGOUT_HEADING,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Resend => messages::CONFIRM_RESEND_TEXT,
            Self::Logout => messages::CONFIRM_LOGOUT_TEXT,
        }
    }

    /// Path and text of the way back.
    const fn back(self) -> (&'static str, &'static str) {
        match self {
            Self::Resend => (routes::OTP_VERIFY, messages::CONFIRM_RESEND_BACK),
            Self::Logout => (routes::ACCOUNT, messages::CONFIRM_LOGOUT_BACK),
        }
    }
}

/// The page with one button.
#[component]
pub fn ConfirmPage(
    /// What the button does.
    confirm: Confirm,
) -> impl IntoView {
    let (id, action, label, busy) = match confirm {
        Confirm::Resend => ("resend-form", routes::OTP_RESEND, messages::RESEND_BUTTON, messages::SENDING),
        Confirm::Logout => ("logout-form", routes::OTP_LOGOUT, messages::LOGOUT_BUTTON, messages::SIGNING_OUT),
    };
    let (path, back) = confirm.back();
    view! {
        <h1>{confirm.heading()}</h1>
        <p class="lead">{confirm.text()}</p>
        <PlainForm id action label busy look="primary" />
        <p>
            <a class="away" href=path>
                {back}
            </a>
        </p>
        <PlainForms />
    }
}
