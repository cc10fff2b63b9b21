//! Error responses. A layer or handler reports a problem with a [`ProblemResponse`] or
//! [`ServerError`]. One layer logs failures and writes the response: a page for a browser, JSON for
//! a script.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    AppState,
    browser::wants_page,
    language,
    render::{self, Page},
};
use crate::{
    api::MESSAGE_HEADER,
    server::{ports::StoreError, telemetry},
    shared::{RequestId, Translator},
    ui::pages::{Problem, ProblemPage},
};

/// A refused request.
#[derive(Debug)]
pub struct ProblemResponse(pub Problem);

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let mut response = status(self.0).into_response();
        response
            .extensions_mut()
            .insert(ErrorCause::Refused(self.0));
        response
    }
}

/// A request that failed because of the database. The status is 503, because a retry may succeed.
#[derive(Debug)]
pub struct ServerError(StoreError);

impl From<StoreError> for ServerError {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        response
            .extensions_mut()
            .insert(ErrorCause::Store(Arc::new(self.0)));
        response
    }
}

/// A problem as JSON, for a client that does not accept HTML.
#[derive(Serialize)]
struct ProblemJson {
    code: &'static str,
    /// The sentence of the page, in the client's language.
    message: String,
    /// As in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(Clone, Debug)]
enum ErrorCause {
    Refused(Problem),
    Store(Arc<StoreError>),
    Panic,
}

/// Logs a failure once and writes the error response in the visitor's language.
pub async fn layer(State(state): State<AppState>, request: Request<Body>, next: Next) -> Response {
    let page_wanted = wants_page(request.headers());
    let translator = language::translator(request.headers(), &state);
    let id = request.extensions().get().copied().unwrap_or(RequestId(0));
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<ErrorCause>() {
        // The router itself answers 405 if a path has no handler for the method.
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => Problem::NotAllowed,
        None => return response,
        Some(ErrorCause::Refused(problem)) => problem,
        Some(ErrorCause::Store(error)) => {
            log(&*error, id);
            Problem::Unexpected(id)
        }
        Some(ErrorCause::Panic) => Problem::Unexpected(id),
    };
    let mut error_response = render_error(
        &state,
        translator,
        problem,
        (response.status(), page_wanted),
    )
    .await;
    let kept = [header::ALLOW, header::RETRY_AFTER].into_iter();
    let kept = kept.filter_map(|name| {
        response
            .headers_mut()
            .remove(&name)
            .map(|value| (name, value))
    });
    error_response.headers_mut().extend(kept);
    error_response
}

/// Turns a panic into a failure. The process continues to serve other requests. The panic hook has
/// already logged the panic.
pub async fn catch_panic(request: Request<Body>, next: Next) -> Response {
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            response.extensions_mut().insert(ErrorCause::Panic);
            response
        })
}

/// Logs an internal error with its causes and with the request ID that the customer can report.
pub fn log(error: &(dyn std::error::Error + 'static), request_id: RequestId) {
    let _span = tracing::error_span!("failed", %request_id).entered();
    telemetry::log_failure("the request failed", error);
}

async fn render_error(
    state: &AppState,
    translator: Translator,
    problem: Problem,
    (status, page_wanted): (StatusCode, bool),
) -> Response {
    if !page_wanted {
        let (_, message) = problem.t(&translator);
        let header = [(MESSAGE_HEADER, percent_encoded(&message))];
        let request_id = match problem {
            Problem::Unexpected(id) => Some(id.to_string()),
            _ => None,
        };
        let problem = ProblemJson {
            code: problem.code(),
            message,
            request_id,
        };
        return (status, header, Json(problem)).into_response();
    }
    let page = Page::static_page(problem.title(&translator));
    let mut response = render::page(
        state,
        translator,
        page,
        move || view! { <ProblemPage problem /> },
    )
    .await;
    *response.status_mut() = status;
    response
}

/// Percent-encodes a sentence, so that it is a valid header value.
#[must_use]
pub fn percent_encoded(sentence: &str) -> String {
    utf8_percent_encode(sentence, NON_ALPHANUMERIC).to_string()
}

const fn status(problem: Problem) -> StatusCode {
    match problem {
        Problem::NotFound | Problem::InvalidLink | Problem::InvalidUndoLink => {
            StatusCode::NOT_FOUND
        }
        Problem::CookiesBlocked => StatusCode::OK,
        Problem::Forbidden => StatusCode::FORBIDDEN,
        Problem::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        Problem::Malformed => StatusCode::BAD_REQUEST,
        Problem::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::Timeout => StatusCode::REQUEST_TIMEOUT,
        Problem::Maintenance | Problem::Unexpected(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
