//! The code out of a text message, where the browser reads it (<https://wicg.github.io/web-otp/>).

use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;
use web_sys::js_sys::futures::spawn_local;
use web_sys::js_sys::{Function, JSON, Promise, Reflect, futures::JsFuture};

use super::submit::property;

/// Hands over the code of a text message, once there is one and the browser's owner agrees. What
/// comes back ends the wait: a code that was typed meanwhile is on its way, and another would be an
/// answer too many.
pub(super) fn wait_for_code(take: Box<dyn Fn(String)>) -> Option<AbortController> {
    if !Reflect::has(&window(), &"OTPCredential".into()).unwrap_or_default() {
        return None;
    }
    let aborter = AbortController::new().ok()?;
    let answer = ask(&aborter).ok()?;
    spawn_local(async move {
        // Why there is none is for the browser to know: no message, no permission, or the form was
        // sent.
        let Ok(credential) = JsFuture::from(answer).await else {
            return;
        };
        if let Some(code) = property(&credential, "code").as_string() {
            take(code);
        }
    });
    Some(aborter)
}

/// `navigator.credentials.get({otp: {transport: ["sms"]}, signal})`; web-sys does not know it yet.
fn ask(aborter: &AbortController) -> Result<Promise, JsValue> {
    let options = JSON::parse(r#"{"otp":{"transport":["sms"]}}"#)?;
    Reflect::set(&options, &"signal".into(), &aborter.signal())?;
    let credentials = property(&property(&window(), "navigator"), "credentials");
    let get: Function = property(&credentials, "get").dyn_into()?;
    get.call1(&credentials, &options)?.dyn_into()
}
