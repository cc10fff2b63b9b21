//! Where somebody who is signed in confirms that it is still them.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{Notice, OtpError};
use crate::shared::routes;
use crate::ui::components::{CodeEntry, ErrorSummary, NoticeBanner, OpenCode, PlainForm};
use crate::ui::islands::{FreshPage, PlainForms};
use crate::ui::messages;

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
    pub fn title(&self) -> String {
        messages::title(messages::STEP_UP_HEADING, self.error.is_some())
    }
}

/// The page: a button that sends the code, and the form that takes it.
#[component]
pub fn StepUpPage(
    /// What it shows.
    screen: StepUpScreen,
) -> impl IntoView {
    let StepUpScreen { contact, next, code, error, notice } = screen;
    let field = if code.is_some() { "otp_code" } else { "send" };
    let summary = error.as_ref().map(messages::error);
    let text = messages::step_up(contact.as_deref(), code.is_some());
    let enter = code.map(|code| view! { <CodeEntry action=routes::ACCOUNT_CONFIRM code error next=next.clone() /> });
    let (label, look) = match &enter {
        Some(_) => (messages::RESEND_BUTTON, "secondary"),
        None => (messages::REQUEST_BUTTON, "primary"),
    };
    let send = view! {
        <PlainForm
            id="send-form"
            button_id="send"
            action=routes::ACCOUNT_CONFIRM_SEND
            label
            busy=messages::SENDING
            look
            fields=vec![("next", next)]
        />
    };
    view! {
        <NoticeBanner notice />
        <h1>{messages::STEP_UP_HEADING}</h1>
        <p class="lead">{text}</p>
        <ErrorSummary message=summary field />
        {enter}
        {if contact.is_some() { Either::Left(send) } else { Either::Right(()) }}
        <p>
            <a class="away" href=routes::ACCOUNT>
                {messages::CONFIRM_LOGOUT_BACK}
            </a>
        </p>
        <PlainForms />
        <FreshPage />
    }
}
