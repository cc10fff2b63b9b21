//! The step-up page, on which a signed-in customer confirms their identity.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{Notice, OtpError, fields};
use crate::shared::{Translator, routes};
use crate::ui::components::{BackToAccount, CodeEntry, OpenCode, Outcome, PlainForm};
use crate::ui::messages::use_translator;

/// The data of the page.
#[derive(Clone, Debug)]
pub struct StepUpScreen {
    /// The contact that the code goes to, masked; `None` if nothing can be sent.
    pub contact: Option<String>,
    /// The path on this site that needs the confirmation.
    pub next: String,
    /// The code that was sent, as long as it accepts attempts.
    pub code: Option<OpenCode>,
    /// The error of the last form, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
}

impl StepUpScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(translator.t("step-up-heading"), self.error.as_ref())
    }
}

/// The page, with a button that sends the code and the form that accepts it.
#[component]
pub fn StepUpPage(
    /// The data to show.
    screen: StepUpScreen,
) -> impl IntoView {
    let translator = use_translator();
    let StepUpScreen {
        contact,
        next,
        code,
        error,
        notice,
    } = screen;
    let field = if code.is_some() { "otp_code" } else { "send" };
    let outcome = view! { <Outcome error=error.clone() notice field /> };
    let text = translator.step_up(contact.as_deref(), code.is_some());
    let enter = code.map(
        |code| view! { <CodeEntry action=routes::ACCOUNT_CONFIRM code error next=next.clone() /> },
    );
    let (label, look) = match &enter {
        Some(_) => (translator.t("resend-button"), "secondary"),
        None => (translator.t("request-button"), "primary"),
    };
    let send = view! {
        <PlainForm
            id="send-form"
            button_id="send"
            action=routes::ACCOUNT_CONFIRM_SEND
            label
            busy=translator.t("sending")
            look
            fields=vec![(fields::NEXT, next)]
        />
    };
    view! {
        {outcome}
        <h1>{translator.t("step-up-heading")}</h1>
        <p class="lead">{text}</p>
        {enter}
        {if contact.is_some() { Either::Left(send) } else { Either::Right(()) }}
        <BackToAccount />
    }
}
