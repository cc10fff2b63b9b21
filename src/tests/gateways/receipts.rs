//! Delivery receipts, through the real router.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::{settings, table};
use crate::support::{MINUTE, PHONE, SECOND, TestApp};

const ENDPOINT: &str = "http://127.0.0.1:9";

/// An application with a gateway of each kind that sends receipts, and one that does not. Returns
/// it with the id of a message that `transport` has accepted.
async fn app(transport: &str) -> (TestApp, String) {
    let kinds = ["twilio", "vonage", "generic", "bird"];
    let tables: String = kinds
        .iter()
        .map(|kind| table(kind, kind, ENDPOINT))
        .collect();
    let ours = settings(&kinds, &tables);
    let app = TestApp::with(|settings| {
        settings.sms = ours.sms;
        settings.brand = ours.brand;
    })
    .await;
    app.mailbox.send_as(transport);
    app.browser().request_code("phone", PHONE).await;
    app.deliver().await;
    let message = app.mailbox.newest().message_id;
    (app, message)
}

/// Posts a request as a gateway's server does: without `Origin` and without cookies. Returns the
/// status.
async fn post(app: &TestApp, path: &str, headers: &[(&str, &str)], body: &str) -> StatusCode {
    let request = Request::post(path).header("host", "pay.example.com");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let request = request
        .body(Body::from(body.to_owned()))
        .expect("a request");
    let response = app.app.router().oneshot(request).await.expect("an answer");
    assert!(
        response.headers().contains_key("x-request-id")
            && response.headers().contains_key("x-frame-options")
    );
    response.status()
}

fn twilio(message: &str, status: &str) -> (String, String, String) {
    let path = format!("/receipts/twilio/?message={message}");
    let mut mac = Hmac::<Sha1>::new_from_slice(b"token").expect("a key");
    mac.update(
        format!("https://pay.example.com{path}MessageSidSM1MessageStatus{status}To+12025550123")
            .as_bytes(),
    );
    let body = format!("To=%2B12025550123&MessageStatus={status}&MessageSid=SM1");
    (
        path,
        BASE64_STANDARD.encode(mac.finalize().into_bytes()),
        body,
    )
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_twilio_receipt_is_recorded_once() {
    let (app, message) = app("twilio").await;
    let (path, signature, body) = twilio(&message, "delivered");
    let headers = [FORM, ("x-twilio-signature", signature.as_str())];
    assert_eq!(
        post(&app, &path, &headers, &body).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        post(&app, &path, &headers, &body).await,
        StatusCode::CONFLICT
    );
    let (path, signature, body) = twilio("another", "delivered");
    assert_eq!(
        post(
            &app,
            &path,
            &[FORM, ("x-twilio-signature", &signature)],
            &body
        )
        .await,
        StatusCode::NOT_FOUND
    );
    let (path, signature, body) = twilio(&message, "juggled");
    assert_eq!(
        post(
            &app,
            &path,
            &[FORM, ("x-twilio-signature", &signature)],
            &body
        )
        .await,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_forged_twilio_receipt_is_refused() {
    let (app, message) = app("twilio").await;
    let (path, signature, body) = twilio(&message, "delivered");
    let (_, _, other) = twilio(&message, "failed");
    let signed = ("x-twilio-signature", signature.as_str());
    assert_eq!(
        post(&app, &path, &[FORM], &body).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        post(&app, &path, &[FORM, signed, signed], &body).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        post(&app, &path, &[FORM, signed], &other).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        post(&app, &format!("{path}1"), &[FORM, signed], &body).await,
        StatusCode::FORBIDDEN
    );
    let host = [FORM, signed, ("x-forwarded-host", "evil.example")];
    assert_eq!(
        post(&app, &path, &host, &body).await,
        StatusCode::NO_CONTENT
    );
}

fn hmac_sha256(secret: &str, signed: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.chain_update(signed).finalize().into_bytes().to_vec()
}

fn vonage(secret: &str, algorithm: &str, app: &TestApp, body: &str) -> String {
    let claims = json!({
        "iat": app.delivery().now().as_second(), "jti": "j1", "iss": "Vonage", "api_key": "k1", "application_id": "app",
        "payload_hash": hex::encode(Sha256::digest(body)),
    });
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!(
        "{}.{}",
        part(&json!({ "alg": algorithm, "typ": "JWT" })),
        part(&claims)
    );
    let signature = BASE64_URL_SAFE_NO_PAD.encode(hmac_sha256(secret, signed.as_bytes()));
    format!("Bearer {signed}.{signature}")
}

fn vonage_body(message: &str, status: &str) -> String {
    json!({
        "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", "to": "12025550123", "from": "Brand",
        "timestamp": "2026-11-22T12:00:00Z", "status": status, "client_ref": message, "channel": "sms",
        "error": { "type": "https://developer.vonage.com/api-errors/messages#1240", "title": "1240" },
    })
    .to_string()
}

#[tokio::test]
async fn a_vonage_receipt_is_recorded_once_and_only_if_signed_and_recent() {
    let (app, message) = app("vonage").await;
    let body = vonage_body(&message, "undeliverable");
    let token = vonage("secret", "HS256", &app, &body);
    let send = async |token: &str, body: &str| {
        post(
            &app,
            "/receipts/vonage/",
            &[JSON, ("authorization", token)],
            body,
        )
        .await
    };
    assert_eq!(
        post(&app, "/receipts/vonage/", &[JSON], &body).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        send(&vonage("guess", "HS256", &app, &body), &body).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        send(&vonage("secret", "none", &app, &body), &body).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        send(&token, &vonage_body(&message, "delivered")).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(send(&token, &body).await, StatusCode::NO_CONTENT);
    assert_eq!(send(&token, &body).await, StatusCode::CONFLICT);
    let strange = vonage_body(&message, "juggled");
    assert_eq!(
        send(&vonage("secret", "HS256", &app, &strange), &strange).await,
        StatusCode::BAD_REQUEST
    );
    let late = vonage_body(&message, "delivered");
    let token = vonage("secret", "HS256", &app, &late);
    app.advance(MINUTE * 5 + SECOND);
    assert_eq!(send(&token, &late).await, StatusCode::FORBIDDEN);
}

fn generic(secret: &str, app: &TestApp, body: &str) -> String {
    let time = app.delivery().now().as_second();
    format!(
        "t={time},v1={}",
        hex::encode(hmac_sha256(secret, format!("{time}.{body}").as_bytes()))
    )
}

#[tokio::test]
async fn a_generic_receipt_is_recorded_once_and_only_if_signed_and_recent() {
    let (app, message) = app("generic").await;
    let send = async |kind: (&str, &str), header: &str, body: &str| {
        post(
            &app,
            "/receipts/generic/",
            &[kind, ("x-doorcode-signature", header)],
            body,
        )
        .await
    };
    let body =
        json!({ "message_id": message, "status": "failed", "reason": "not_mobile" }).to_string();
    let signature = generic("secret", &app, &body);
    for forged in [
        "",
        "t=1",
        "t=1,v1=00",
        &generic("guess", &app, &body),
        &generic("secret", &app, "{}"),
    ] {
        assert_eq!(
            send(JSON, forged, &body).await,
            StatusCode::FORBIDDEN,
            "{forged}"
        );
    }
    assert_eq!(send(JSON, &signature, &body).await, StatusCode::NO_CONTENT);
    assert_eq!(send(JSON, &signature, &body).await, StatusCode::CONFLICT);
    for wrong in [
        json!({ "message_id": message, "status": "juggled" }),
        json!({ "message_id": message, "status": "failed", "reason": "mood" }),
        json!({ "status": "sent" }),
        json!(7),
    ] {
        let wrong = wrong.to_string();
        assert_eq!(
            send(JSON, &generic("secret", &app, &wrong), &wrong).await,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let form = format!("message_id={message}&status=sent");
    let signature = generic("secret", &app, &form);
    app.advance(MINUTE * 5);
    assert_eq!(send(FORM, &signature, &form).await, StatusCode::NO_CONTENT);
    app.advance(SECOND);
    assert_eq!(send(FORM, &signature, &form).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn invalid_receipt_requests_are_refused() {
    let (app, message) = app("twilio").await;
    let body = json!({ "message_id": message, "status": "sent" }).to_string();
    for path in ["/receipts/bird/", "/receipts/nobody/"] {
        assert_eq!(
            post(&app, path, &[JSON], &body).await,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let long = "x".repeat(16 * 1024 + 1);
    assert_eq!(
        post(&app, "/receipts/generic/", &[JSON], &long).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let reply = app.browser().get("/receipts/generic/").await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn browser_forms_are_still_checked_for_their_origin() {
    let (app, _) = app("twilio").await;
    assert_eq!(
        post(&app, "/otp/request/", &[FORM], "contact_type=phone").await,
        StatusCode::FORBIDDEN
    );
}
