//! The screen on which a visitor requests a code.

use leptos::prelude::*;

use super::{
    query::{NextQuery, next},
    response::{PageResult, to},
};
use crate::{
    api::{OtpError, RequestForm},
    server::{
        domain::{NextPath, SmsLevel},
        http::{RequestContext, flash::Flash, render::Page},
        sign_in::Pending,
    },
    shared::{ContactType, routes},
    ui::{
        Switch,
        components::Challenge,
        pages::{self, RequestPage, RequestScreen, TextMessages, request::FORM},
    },
};

pub(super) async fn page(context: RequestContext, query: NextQuery) -> PageResult {
    if context.customer().await?.is_some() {
        return Ok(to(routes::ACCOUNT));
    }
    let pending = context.pending().await?;
    let pending = pending.filter(|pending| pending.otp.is_valid(context.state.now()));
    let text_messages = text_messages(context.state.sign_in.sms_level().await?);
    let screen = context.request_screen(&next(query), pending, text_messages);
    let switch = Switch {
        page: String::new(),
        form: Some(FORM),
    };
    let page = context
        .interactive(screen.title(&context.translator))
        .with_challenge(&screen.challenge);
    let page = Page {
        switch: Some(switch),
        repeats_address: !screen.next.is_empty(),
        ..page
    };
    context
        .show(
            page,
            move || view! { <RequestPage screen=screen.clone() /> },
        )
        .await
}

impl RequestContext {
    fn request_screen(
        &self,
        next: &str,
        pending: Option<Pending>,
        text_messages: TextMessages,
    ) -> RequestScreen {
        let flash = self.flash(routes::OTP_REQUEST);
        let challenge = self.required_challenge(&flash);
        let down: Vec<_> = ContactType::ALL
            .into_iter()
            .filter(|kind| self.state.sign_in.is_down(*kind))
            .collect();
        let form = flash.draft.unwrap_or_else(|| self.blank_form(next));
        let is_remembered = form.remembers();
        let (contact_type, contact_value) =
            offered(&form, text_messages != TextMessages::Off, &down);
        RequestScreen {
            contact_type,
            contact_value,
            next: form.next,
            error: flash.error,
            notice: flash.notice,
            pending: pending.map(|pending| pages::Pending {
                time: self.state.localizer.time(pending.otp.last_requested_at),
                contact: pending.session.contact_value.unwrap_or_default(),
            }),
            text_messages,
            down,
            is_remembered,
            challenge,
        }
    }

    /// Returns an empty form, except for the contact that the device remembers and the `next` path
    /// in the address.
    fn blank_form(&self, next: &str) -> RequestForm {
        let next = NextPath::parse(next)
            .map(|next| next.as_str().to_owned())
            .unwrap_or_default();
        RequestForm {
            next,
            ..self.remembered.clone().unwrap_or_default()
        }
    }

    /// Returns the challenge required before a code is sent. An island starts a proof of work only
    /// when it is needed. A CAPTCHA provider learns of a visitor only after a form was refused for
    /// lack of a solution.
    pub(super) fn required_challenge(&self, flash: &Flash) -> Challenge {
        let is_refused = matches!(flash.error, Some(OtpError::CaptchaRequired { .. }));
        match &self.state.http.challenge {
            Challenge::Widget(_) if !is_refused => Challenge::None,
            challenge => challenge.clone(),
        }
    }
}

/// Returns the contact of a form. Switches to the other kind, without a contact, if the form's kind
/// is not offered, or if it is down and the other kind works.
fn offered(
    form: &RequestForm,
    has_text_messages: bool,
    down: &[ContactType],
) -> (ContactType, String) {
    let is_offered = |kind| kind == ContactType::Email || has_text_messages;
    let works = |kind| is_offered(kind) && !down.contains(&kind);
    let own = form.kind().unwrap_or_default();
    if works(own) || (is_offered(own) && !works(own.other())) {
        (own, form.contact_value.clone())
    } else {
        (own.other(), String::new())
    }
}

const fn text_messages(level: SmsLevel) -> TextMessages {
    match level {
        SmsLevel::Off => TextMessages::Off,
        SmsLevel::Open => TextMessages::Open,
        SmsLevel::EmailFirst => TextMessages::EmailFirst,
        SmsLevel::KnownOnly => TextMessages::KnownOnly,
    }
}
