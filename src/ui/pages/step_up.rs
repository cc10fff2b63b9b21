//! Where somebody who is signed in confirms that it is still them.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{Notice, OtpError, fields};
use crate::shared::{Words, routes};
use crate::ui::components::{BackToAccount, CodeEntry, OpenCode, Outcome, PlainForm};
use crate::ui::messages::use_words;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct StepUpScreen {
    /// Where the code goes, masked; `None` if nothing can be sent.
    pub contact: Option<String>,
    /// The own path that needs the confirmation.
    pub next: String,
    /// The code that was sent, while it takes answers.
    pub code: Option<OpenCode>,
    /// Why the last form was not accepted.
    pub error: Option<OtpError>,
    /// What the last step did.
    pub notice: Option<Notice>,
}

impl StepUpScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        words.title(words.say("step-up-heading"), self.error.as_ref())
    }
}

/// The page: a button that sends the code, and the form that takes it.
#[component]
pub fn StepUpPage(
    /// What it shows.
    screen: StepUpScreen,
) -> impl IntoView {
    let words = use_words();
    let StepUpScreen {
        contact,
        next,
        code,
        error,
        notice,
    } = screen;
    let field = if code.is_some() { "otp_code" } else { "send" };
    let outcome = view! { <Outcome error=error.clone() notice field /> };
    let text = words.step_up(contact.as_deref(), code.is_some());
    let enter = code.map(
        |code| view! { <CodeEntry action=routes::ACCOUNT_CONFIRM code error next=next.clone() /> },
    );
    let (label, look) = match &enter {
        Some(_) => (words.say("resend-button"), "secondary"),
        None => (words.say("request-button"), "primary"),
    };
    let send = view! {
        <PlainForm
            id="send-form"
            button_id="send"
            action=routes::ACCOUNT_CONFIRM_SEND
            label
            busy=words.say("sending")
            look
            fields=vec![(fields::NEXT, next)]
        />
    };
    view! {
        {outcome}
        <h1>{words.say("step-up-heading")}</h1>
        <p class="lead">{text}</p>
        {enter}
        {if contact.is_some() { Either::Left(send) } else { Either::Right(()) }}
        <BackToAccount />
    }
}
