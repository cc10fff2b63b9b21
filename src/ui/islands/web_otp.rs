//! Reads the code from a text message, in browsers that support it
//! (<https://wicg.github.io/web-otp/>).

use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;
use web_sys::js_sys::futures::spawn_local;
use web_sys::js_sys::{Function, JSON, Promise, Reflect, futures::JsFuture};

use super::submit::property;

/// Calls `take` with the code of a text message, once it has arrived and the user agrees. Returns
/// the controller that cancels the wait: a code that was typed meanwhile is already being sent, and
/// a second one would cost another attempt.
pub(super) fn wait_for_code(take: Box<dyn Fn(String)>) -> Option<AbortController> {
    if !Reflect::has(&window(), &"OTPCredential".into()).unwrap_or_default() {
        return None;
    }
    let aborter = AbortController::new().ok()?;
    let answer = request_credential(&aborter).ok()?;
    spawn_local(async move {
        // The reason does not matter: no message, no permission, or the form was sent.
        let Ok(credential) = JsFuture::from(answer).await else {
            return;
        };
        if let Some(code) = property(&credential, "code").as_string() {
            take(code);
        }
    });
    Some(aborter)
}

/// Calls `navigator.credentials.get({otp: {transport: ["sms"]}, signal})`, which web-sys does not
/// support yet.
fn request_credential(aborter: &AbortController) -> Result<Promise, JsValue> {
    let options = JSON::parse(r#"{"otp":{"transport":["sms"]}}"#)?;
    Reflect::set(&options, &"signal".into(), &aborter.signal())?;
    let credentials = property(&property(&window(), "navigator"), "credentials");
    let get: Function = property(&credentials, "get").dyn_into()?;
    get.call1(&credentials, &options)?.dyn_into()
}
