//! The screen on which a visitor enters the code.

use axum::{
    http::{HeaderMap, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use leptos::prelude::*;
use url::Url;

use super::response::{PageResult, to};
use crate::{
    server::{
        domain::OtpState,
        http::{
            RequestContext,
            error_response::ProblemResponse,
            flash::Flash,
            headers,
            status::delivery,
            times::{display_time, milliseconds},
        },
        sign_in::Status,
    },
    shared::routes,
    ui::{
        components::Challenge,
        pages::{Problem, VerifyPage, VerifyScreen},
    },
};

pub(super) async fn page(headers: HeaderMap, context: RequestContext) -> PageResult {
    let Some(status) = context.state.sign_in.status(&context.browser).await? else {
        if blocks_cookies(&headers, &context) {
            return Ok(ProblemResponse(Problem::CookiesBlocked).into_response());
        }
        let is_signed_in = context.customer().await?.is_some();
        return Ok(if is_signed_in {
            to(routes::ACCOUNT)
        } else {
            context.start_again()
        });
    };
    let flash = context.flash(routes::OTP_VERIFY);
    let challenge = context.resend_challenge(&status, &flash);
    let next_code_at = context
        .state
        .sign_in
        .next_code_at(&status.otp, &context.browser)
        .await?;
    let screen = context.verify_screen(&status, flash, (challenge, next_code_at));
    let page = context
        .interactive(screen.title(&context.translator))
        .with_challenge(&screen.challenge);
    context
        .show(page, move || view! { <VerifyPage screen=screen.clone() /> })
        .await
}

/// Whether the browser comes from the request form and did not keep the cookie that the form has
/// set. Without an explanation it would see an empty form again, and request code after code.
fn blocks_cookies(request_headers: &HeaderMap, context: &RequestContext) -> bool {
    let referer = headers::text(request_headers, header::REFERER)
        .and_then(|referer| Url::parse(&referer).ok());
    let has_cookie = context.browser.token.is_some() || context.browser.device.is_some();
    !has_cookie && referer.is_some_and(|referer| referer.path() == routes::OTP_REQUEST)
}

impl RequestContext {
    /// Returns the challenge required before another message is sent. The page has to know in
    /// advance whether a proof of work is needed, because its forms are plain ones.
    fn resend_challenge(&self, status: &Status, flash: &Flash) -> Challenge {
        let challenge = self.required_challenge(flash);
        let is_known = status.otp.device.is_some();
        let is_idle = challenge == Challenge::ProofOfWork && (is_known || !status.needs_captcha);
        if is_idle { Challenge::None } else { challenge }
    }

    fn verify_screen(
        &self,
        status: &Status,
        flash: Flash,
        (challenge, next_code_at): (Challenge, Option<Timestamp>),
    ) -> VerifyScreen {
        let display_time = |instant| display_time(&self.state.localizer, instant);
        let (otp, now) = (&status.otp, self.state.now());
        let resend_at = otp.resend_at(&self.state.policy().otp.cooldowns);
        VerifyScreen {
            contact_type: otp.otp_type(),
            contact: status.session.contact_value.clone().unwrap_or_default(),
            channel: otp.channel,
            other_channel: status.other_channel,
            delivery: delivery(status.progress),
            format: otp.format,
            server_now: milliseconds(now),
            expires_at: milliseconds(otp.expires_at),
            resend_at: milliseconds(resend_at),
            expires_time: display_time(otp.expires_at),
            resend_time: display_time(resend_at),
            attempts_remaining: otp.attempts_remaining(),
            is_expired: otp.state(now) == OtpState::Expired,
            error: flash.error,
            notice: flash.notice,
            next_code_at: next_code_at.map(display_time),
            challenge,
        }
    }
}
