//! Sends a form to its server function and reads the typed answer.
//!
//! It posts exactly what the plain form would post, to the same path; only `Accept` differs, and so does the answer.
//! The call that `#[server]` generates does the same, but brings `gloo-net`, `serde_qs` and `serde_json` with it: 31 KB
//! more than this file.

use gloo_timers::callback::Timeout;
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{JSON, Reflect, decode_uri_component, futures::JsFuture};
use web_sys::{AbortController, FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use super::dom;
use super::reply::{Refusal, read_refusal};
use crate::api::{LANGUAGE_HEADER, Next, WORDS_HEADER};

/// Milliseconds after which an answer is not waited for any more; the customer can try again.
const GIVE_UP: u32 = 20_000;

/// Why a form was not accepted, as the browser sees it.
pub(super) enum Failure {
    /// The server said no.
    Refused {
        /// What that means for the page.
        refusal: Refusal,
        /// Why, in the page's language.
        words: String,
    },
    /// Nobody answered, or not our server: the network, a gateway.
    Unreachable,
    /// The server is of another version than this page, or something on the way reads the answers: the plain form works.
    Foreign,
}

/// Sends the form as it stands now.
pub(super) async fn submit(form: &HtmlFormElement) -> Result<Next, Failure> {
    let response = send(form).await.map_err(|_| Failure::Unreachable)?;
    if response.ok() { read_next(&response).await } else { Err(read_failure(&response).await) }
}

async fn send(form: &HtmlFormElement) -> Result<Response, JsValue> {
    let fields = FormData::new_with_form(form)?;
    let request = RequestInit::new();
    let aborter = AbortController::new()?;
    request.set_signal(Some(&aborter.signal()));
    // `AbortSignal.timeout` would do the same where browsers are not older than 2022.
    let _ended = Timeout::new(GIVE_UP, move || aborter.abort());
    request.set_method("POST");
    let headers = [r#"{"Accept":"application/json",""#, LANGUAGE_HEADER, r#"":""#, &dom::language(), r#""}"#].concat();
    request.set_headers(&JSON::parse(&headers)?);
    let body = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
    request.set_body(&body);
    let response = JsFuture::from(window().fetch_with_str_and_init(&form.action(), &request)).await?;
    Ok(response.unchecked_into())
}

async fn read_next(response: &Response) -> Result<Next, Failure> {
    let json = body(response.json()).await?;
    property(&json, "location").as_string().map(|location| Next { location }).ok_or(Failure::Foreign)
}

async fn read_failure(response: &Response) -> Failure {
    let text = match body(response.text()).await {
        Ok(text) => text.as_string().unwrap_or_default(),
        Err(failure) => return failure,
    };
    match (words_of(response), read_refusal(&text)) {
        // What a newer server has a name for that this page does not know, it has a sentence for, too.
        (Some(words), refusal) => Failure::Refused { refusal: refusal.unwrap_or(Refusal::Other), words },
        // No server function of that name: nothing was done, and the plain form may be known by another.
        (None, None) if matches!(response.status(), 400 | 404 | 405) => Failure::Foreign,
        // A gateway's own page; or an answer of ours that something has cut: to send the form again could be one answer too many.
        _ => Failure::Unreachable,
    }
}

/// What the server says of an error in the language of the page: beside the error, which itself has no text.
fn words_of(response: &Response) -> Option<String> {
    let written = response.headers().get(WORDS_HEADER).ok()??;
    decode_uri_component(&written).ok().map(String::from)
}

/// A property of an object of JSON; `undefined` if it is not there.
pub(super) fn property(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &JsValue::from_str(name)).unwrap_or_default()
}

pub(super) async fn body<T: JsCast>(promise: Result<T, JsValue>) -> Result<JsValue, Failure> {
    let promise = promise.map_err(|_| Failure::Unreachable)?;
    JsFuture::from(promise.unchecked_into::<web_sys::js_sys::Promise>()).await.map_err(|_| Failure::Unreachable)
}
