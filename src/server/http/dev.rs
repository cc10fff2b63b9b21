//! The inbox of sent messages, for developers. These routes exist only in the DEV environment.

use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response, sse::Event},
    routing::get,
};
use futures_util::stream;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    AppState,
    error_response::ProblemResponse,
    headers, language,
    render::{self, Page},
    times::display_time,
};
use crate::{
    server::{
        inbox::{Inbox, SentMessage},
        localizer::Localizer,
    },
    shared::routes,
    ui::pages::{InboxMessage, InboxPage, InboxScreen, Problem},
};

/// The content security policy of an email in its frame. Emails use inline styles; everything else
/// is blocked.
const MAIL_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'self'";

/// Returns the routes of the inbox.
pub fn routes(inbox: Inbox) -> Router<AppState> {
    Router::new()
        .route(routes::DEV_INBOX, get(page))
        .route(routes::DEV_INBOX_CHANGES, get(changes))
        .route(routes::DEV_INBOX_HTML, get(html))
        .layer(Extension(inbox))
}

#[derive(Deserialize)]
struct Since {
    since: u64,
}

async fn page(
    State(state): State<AppState>,
    headers: HeaderMap,
    Extension(inbox): Extension<Inbox>,
) -> Response {
    let translator = language::translator(&headers, &state);
    let screen = screen(&state.localizer, inbox.all());
    let page = Page::static_page(screen.title());
    let mut response = render::page(
        &state,
        translator,
        page,
        move || view! { <InboxPage screen=screen.clone() /> },
    )
    .await;
    headers::allow_own_frames(&mut response);
    response
}

/// Sends an event for each message newer than the one that the page shows.
async fn changes(
    State(state): State<AppState>,
    Extension(inbox): Extension<Inbox>,
    Query(Since { since }): Query<Since>,
) -> Response {
    let events = stream::unfold((inbox.newest(), since), |(mut newest, seen)| async move {
        let number = *newest.wait_for(|number| *number != seen).await.ok()?;
        Some((Event::default().data(number.to_string()), (newest, number)))
    });
    state.streams.respond(None, events)
}

async fn html(Extension(inbox): Extension<Inbox>, Path(number): Path<u64>) -> Response {
    match inbox.find(number).and_then(|message| message.html) {
        Some(mail) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
                (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
            ];
            (headers, Html(mail)).into_response()
        }
        None => ProblemResponse(Problem::NotFound).into_response(),
    }
}

fn screen(localizer: &Localizer, messages: Vec<(u64, SentMessage)>) -> InboxScreen {
    let readable = |(number, message): (u64, SentMessage)| InboxMessage {
        number,
        at: display_time(localizer, message.at),
        kind: message.kind,
        to: message.to,
        subject: message.subject,
        text: message.text,
        html: message.html.map(|_| routes::dev_inbox_html(number)),
    };
    InboxScreen {
        messages: messages.into_iter().map(readable).collect(),
    }
}
