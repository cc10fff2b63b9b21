//! Sends a form to its server function and reads the typed reply.
//!
//! It posts exactly the fields of the plain form to the same path; only the `Accept` header and the
//! reply differ. The function that `#[server]` generates does the same but brings in `gloo-net`,
//! `serde_qs` and `serde_json`, which are 31 KB more than this file.

use gloo_timers::callback::Timeout;
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{JSON, Reflect, decode_uri_component, futures::JsFuture};
use web_sys::{AbortController, FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use super::dom;
use crate::api::{LANGUAGE_HEADER, Next, WORDS_HEADER};

/// Milliseconds after which the wait for a reply ends; the customer can try again.
const GIVE_UP: u32 = 20_000;

/// The reason why a form was not accepted.
pub(super) enum SubmitError {
    /// The server rejected the form.
    Rejected(Rejection),
    /// There was no reply, or not from our server: a network failure, a gateway.
    Unreachable,
    /// The server has another version than this page, or an intermediary alters the replies. The
    /// plain form works.
    VersionMismatch,
}

/// The server's reply to a form that it rejects, read from the JSON of an
/// [`OtpError`](crate::api::OtpError).
///
/// The members say what to do, independently of the error code. A code that a newer server adds is
/// therefore handled like the others.
pub(super) struct Rejection {
    /// The message for the customer, in the page's language.
    pub(super) message: String,
    /// The form field to mark as invalid.
    pub(super) field: Option<String>,
    /// The page to go to instead.
    pub(super) go_to: Option<String>,
    /// Whether to solve a challenge and send the form again.
    pub(super) needs_proof: bool,
    /// Whether to announce the error as news, not as a problem.
    pub(super) is_informational: bool,
    /// Attempts left after a wrong code, at least 1.
    pub(super) attempts_remaining: Option<f64>,
}

/// Sends the form with its current values.
pub(super) async fn submit(form: &HtmlFormElement) -> Result<Next, SubmitError> {
    let response = send(form).await.map_err(|_| SubmitError::Unreachable)?;
    if response.ok() {
        return read_next(&response).await;
    }
    Err(SubmitError::Rejected(read_rejection(&response).await?))
}

async fn send(form: &HtmlFormElement) -> Result<Response, JsValue> {
    let fields = FormData::new_with_form(form)?;
    let request = RequestInit::new();
    let aborter = AbortController::new()?;
    request.set_signal(Some(&aborter.signal()));
    // `AbortSignal.timeout` would do the same, but only in browsers from 2022 on.
    let _ended = Timeout::new(GIVE_UP, move || aborter.abort());
    request.set_method("POST");
    let headers = [
        r#"{"Accept":"application/json",""#,
        LANGUAGE_HEADER,
        r#"":""#,
        &dom::language(),
        r#""}"#,
    ]
    .concat();
    request.set_headers(&JSON::parse(&headers)?);
    let body = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
    request.set_body(&body);
    let response =
        JsFuture::from(window().fetch_with_str_and_init(&form.action(), &request)).await?;
    Ok(response.unchecked_into())
}

async fn read_next(response: &Response) -> Result<Next, SubmitError> {
    let json = body(response.json()).await?;
    property(&json, "location")
        .as_string()
        .map(|location| Next { location })
        .ok_or(SubmitError::VersionMismatch)
}

async fn read_rejection(response: &Response) -> Result<Rejection, SubmitError> {
    let text = body(response.text()).await?.as_string().unwrap_or_default();
    let json = JSON::parse(&text).unwrap_or_default();
    let text_of = |name| property(&json, name).as_string();
    let Some(message) = read_message(response) else {
        let is_ours = text_of("code").is_some();
        // Without our JSON, the server has no such server function: nothing was done, and the plain
        // form may reach another one. Otherwise it is the page of a gateway, or our reply was
        // truncated; sending the form again could cost an attempt.
        let is_foreign = !is_ours && matches!(response.status(), 400 | 404 | 405);
        return Err(if is_foreign {
            SubmitError::VersionMismatch
        } else {
            SubmitError::Unreachable
        });
    };
    Ok(Rejection {
        message,
        field: text_of("field"),
        go_to: text_of("go_to"),
        needs_proof: property(&json, "needs_proof").is_truthy(),
        is_informational: property(&json, "news").is_truthy(),
        attempts_remaining: property(&json, "attempts_remaining").as_f64(),
    })
}

/// Returns the message of an error. It is in a header, because the error itself has no text.
fn read_message(response: &Response) -> Option<String> {
    let written = response.headers().get(WORDS_HEADER).ok()??;
    decode_uri_component(&written).ok().map(String::from)
}

/// Returns a property of a JavaScript object, or `undefined` if it is missing.
pub(super) fn property(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &JsValue::from_str(name)).unwrap_or_default()
}

pub(super) async fn body<T: JsCast>(promise: Result<T, JsValue>) -> Result<JsValue, SubmitError> {
    let promise = promise.map_err(|_| SubmitError::Unreachable)?;
    JsFuture::from(promise.unchecked_into::<web_sys::js_sys::Promise>())
        .await
        .map_err(|_| SubmitError::Unreachable)
}
