//! Every state of the screens, for developers. These routes exist only in the DEV environment.
//!
//! The pages use the same components as the real ones but are static. Behaviour in the browser can
//! only be seen on the real pages.

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::{
    AppState,
    error_response::ProblemResponse,
    headers, language,
    render::{self, Page},
    times::{display_time, milliseconds},
};
use crate::{
    api::{DeliveryFailure, DeliveryStatus, Notice, OtpError},
    shared::{CodeFormat, ContactType, Language, RequestId, routes},
    ui::{
        components::Challenge,
        pages::{
            AccountPage, AccountScreen, Pending, Problem, ProblemPage, RequestPage, RequestScreen,
            StatesPage, TextMessages, VerifyPage, VerifyScreen, states,
        },
    },
};

const EMAIL: ContactType = ContactType::Email;
const PHONE: ContactType = ContactType::Phone;
const SIX: CodeFormat = CodeFormat::Digits(6);

/// The screen of a state, with its data.
enum Screen {
    Request(RequestScreen),
    Verify(VerifyScreen),
    Account(AccountScreen),
    Problem(Problem),
}

/// Returns the routes of the states.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(routes::DEV_STATES, get(index))
        .route(routes::DEV_STATE, get(state_page))
}

async fn index(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let translator = language::translator(&headers, &state);
    let names: Vec<_> = states(&state, translator.language)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let page = Page::static_page(states::HEADING.to_owned());
    let mut response = render::page(
        &state,
        translator,
        page,
        move || view! { <StatesPage names=names.clone() /> },
    )
    .await;
    headers::allow_own_frames(&mut response);
    response
}

async fn state_page(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response {
    let translator = language::translator(&headers, &state);
    let shown = states(&state, translator.language)
        .into_iter()
        .find_map(|(known, shown)| (known == name).then_some(shown));
    let Some(shown) = shown else {
        return ProblemResponse(Problem::NotFound).into_response();
    };
    let mut response = match shown {
        Screen::Request(screen) => {
            let page = Page::static_page(screen.title(&translator));
            render::page(
                &state,
                translator,
                page,
                move || view! { <RequestPage screen=screen.clone() /> },
            )
            .await
        }
        Screen::Verify(screen) => {
            let page = Page::static_page(screen.title(&translator));
            render::page(
                &state,
                translator,
                page,
                move || view! { <VerifyPage screen=screen.clone() /> },
            )
            .await
        }
        Screen::Account(screen) => {
            let page = Page::static_page(screen.title(&translator));
            render::page(
                &state,
                translator,
                page,
                move || view! { <AccountPage screen=screen.clone() /> },
            )
            .await
        }
        Screen::Problem(problem) => {
            let page = Page::static_page(problem.title(&translator));
            render::page(
                &state,
                translator,
                page,
                move || view! { <ProblemPage problem /> },
            )
            .await
        }
    };
    headers::allow_framing(&mut response);
    response
}

/// Returns every state with its name.
fn states(state: &AppState, language: Language) -> Vec<(&'static str, Screen)> {
    let request = request_states(state)
        .into_iter()
        .map(|(name, screen)| (name, Screen::Request(screen)));
    let verify = verify_states(state)
        .into_iter()
        .map(|(name, screen)| (name, Screen::Verify(screen)));
    let others = [
        ("account", Screen::Account(account(state, language))),
        ("maintenance", Screen::Problem(Problem::Maintenance)),
        ("not-found", Screen::Problem(Problem::NotFound)),
        ("unexpected", Screen::Problem(Problem::Unexpected(ID))),
    ];
    request.chain(verify).chain(others).collect()
}

const ID: RequestId = RequestId(0x0bad_cafe);

#[expect(clippy::too_many_lines, reason = "a list of states")]
fn request_states(state: &AppState) -> Vec<(&'static str, RequestScreen)> {
    let idle = RequestScreen {
        contact_type: EMAIL,
        contact_value: String::new(),
        next: String::new(),
        error: None,
        notice: None,
        pending: None,
        text_messages: TextMessages::Open,
        down: vec![],
        is_remembered: false,
        challenge: Challenge::None,
    };
    let refused = |error, kind, value: &str| RequestScreen {
        error: Some(error),
        contact_type: kind,
        contact_value: value.to_owned(),
        ..idle.clone()
    };
    let time = state.localizer.time(state.now());
    let address = "ada@example.com";
    vec![
        ("request", idle.clone()),
        (
            "request-phone",
            RequestScreen {
                contact_type: PHONE,
                ..idle.clone()
            },
        ),
        (
            "request-remembered",
            RequestScreen {
                contact_value: address.to_owned(),
                is_remembered: true,
                ..idle.clone()
            },
        ),
        (
            "request-pending",
            RequestScreen {
                pending: Some(Pending {
                    contact: address.to_owned(),
                    time,
                }),
                ..idle.clone()
            },
        ),
        (
            "request-signed-out",
            RequestScreen {
                notice: Some(Notice::SignedOut),
                ..idle.clone()
            },
        ),
        (
            "request-missing",
            refused(OtpError::ContactMissing(EMAIL), EMAIL, ""),
        ),
        (
            "request-invalid",
            refused(OtpError::ContactInvalid(EMAIL), EMAIL, "ada@gmial"),
        ),
        (
            "request-suggestion",
            refused(OtpError::CustomerNotFound, EMAIL, "ada@gmial.com"),
        ),
        (
            "request-invalid-phone",
            refused(OtpError::ContactInvalid(PHONE), PHONE, "12345"),
        ),
        (
            "request-landline",
            refused(OtpError::NotMobile, PHONE, "+49 30 123456"),
        ),
        (
            "request-country",
            refused(OtpError::CountryNotAllowed, PHONE, "+881 6 123 4567"),
        ),
        (
            "request-session-expired",
            RequestScreen {
                error: Some(OtpError::SessionExpired),
                ..idle.clone()
            },
        ),
        (
            "request-cooldown",
            refused(OtpError::Cooldown { seconds: 25 }, EMAIL, address),
        ),
        (
            "request-limited",
            refused(OtpError::NetworkLimit { seconds: 1_500 }, EMAIL, address),
        ),
        (
            "request-busy",
            refused(OtpError::GlobalLimit { seconds: 900 }, EMAIL, address),
        ),
        (
            "request-not-sent",
            refused(OtpError::SendFailed(ID), EMAIL, address),
        ),
        (
            "request-email-quicker",
            RequestScreen {
                text_messages: TextMessages::EmailFirst,
                ..idle.clone()
            },
        ),
        (
            "request-texts-known-only",
            RequestScreen {
                text_messages: TextMessages::KnownOnly,
                ..idle.clone()
            },
        ),
        (
            "request-channel-down",
            RequestScreen {
                down: vec![PHONE],
                ..idle.clone()
            },
        ),
        (
            "request-email-only",
            RequestScreen {
                text_messages: TextMessages::Off,
                ..idle
            },
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of states")]
fn verify_states(state: &AppState) -> Vec<(&'static str, VerifyScreen)> {
    let now = state.now();
    let after = |seconds| {
        now.saturating_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX)
    };
    let display_time = |instant| display_time(&state.localizer, instant);
    let ready = VerifyScreen {
        contact_type: EMAIL,
        contact: "ada@example.com".to_owned(),
        channel: EMAIL,
        other_channel: None,
        delivery: DeliveryStatus::Pending,
        format: SIX,
        server_now: milliseconds(now),
        expires_at: milliseconds(after(298)),
        resend_at: milliseconds(after(58)),
        expires_time: display_time(after(298)),
        resend_time: display_time(after(58)),
        attempts_remaining: 5,
        is_expired: false,
        error: None,
        notice: None,
        next_code_at: None,
        challenge: Challenge::None,
    };
    let phone = VerifyScreen {
        contact_type: PHONE,
        channel: PHONE,
        contact: "+1 202 555 0123".to_owned(),
        ..ready.clone()
    };
    let may_resend = VerifyScreen {
        resend_at: milliseconds(now),
        ..ready.clone()
    };
    let refused = |error| VerifyScreen {
        error: Some(error),
        ..may_resend.clone()
    };
    let verify_screen = |delivery| VerifyScreen {
        delivery,
        ..may_resend.clone()
    };
    let wrong = |left| VerifyScreen {
        attempts_remaining: left,
        ..refused(OtpError::CodeInvalid {
            attempts_remaining: left,
        })
    };
    vec![
        (
            "verify",
            VerifyScreen {
                notice: Some(Notice::CodeSent),
                ..ready.clone()
            },
        ),
        (
            "verify-phone",
            VerifyScreen {
                notice: Some(Notice::CodeSent),
                ..phone.clone()
            },
        ),
        (
            "verify-letters",
            VerifyScreen {
                format: CodeFormat::Letters,
                ..ready.clone()
            },
        ),
        ("verify-may-resend", may_resend.clone()),
        ("verify-malformed", refused(OtpError::CodeMalformed(SIX))),
        ("verify-wrong", wrong(3)),
        ("verify-last-try", wrong(1)),
        (
            "verify-expired",
            VerifyScreen {
                is_expired: true,
                ..refused(OtpError::CodeExpired)
            },
        ),
        (
            "verify-escalated",
            VerifyScreen {
                is_expired: true,
                ..refused(OtpError::CodeEscalated)
            },
        ),
        (
            "verify-exhausted",
            VerifyScreen {
                attempts_remaining: 0,
                ..refused(OtpError::CodeExhausted)
            },
        ),
        (
            "verify-cooldown",
            VerifyScreen {
                error: Some(OtpError::Cooldown { seconds: 42 }),
                ..ready.clone()
            },
        ),
        (
            "verify-used-up",
            VerifyScreen {
                next_code_at: Some(display_time(after(700))),
                ..may_resend.clone()
            },
        ),
        (
            "verify-resent",
            VerifyScreen {
                notice: Some(Notice::CodeResent),
                ..ready
            },
        ),
        ("verify-sent", verify_screen(DeliveryStatus::Sent)),
        (
            "verify-delivered",
            VerifyScreen {
                delivery: DeliveryStatus::Delivered,
                ..phone.clone()
            },
        ),
        ("verify-overdue", verify_screen(DeliveryStatus::Overdue)),
        (
            "verify-not-delivered",
            VerifyScreen {
                other_channel: Some(PHONE),
                ..verify_screen(DeliveryStatus::Failed(DeliveryFailure::NoSuchAddress))
            },
        ),
        (
            "verify-switched",
            VerifyScreen {
                channel: EMAIL,
                ..phone
            },
        ),
        ("verify-server-error", refused(OtpError::Unexpected(ID))),
    ]
}

fn account(state: &AppState, language: Language) -> AccountScreen {
    AccountScreen {
        name: "Ada Lovelace".to_owned(),
        email: Some("a***@example.com".to_owned()),
        phone: Some("+1********23".to_owned()),
        since: state.localizer.day(language, state.now()),
        notice: Some(Notice::SignedIn),
    }
}
