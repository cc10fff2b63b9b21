//! With `conceal`, an unknown contact is answered like a known one.

use doorcode::server::config::UnknownContacts;

use crate::support::{Browser, EMAIL, MINUTE, Reply, TestApp};

async fn concealing() -> TestApp {
    TestApp::with(|settings| settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal)).await
}

/// What a stranger sees of a contact, from the request to the last attempt, with what is random or typed taken out.
async fn seen(mut browser: Browser, app: &TestApp, contact: &str) -> Vec<String> {
    let mut seen = Vec::new();
    seen.push(view(&browser.request_code("email", contact).await, contact));
    seen.push(view(&browser.get("/otp/verify/").await, contact));
    seen.push(view(&browser.resend().await, contact));
    for _ in 0..5 {
        // No code: the real one is none of these often enough that it never is in this test's seeded world.
        seen.push(view(&browser.verify("000000").await, contact));
        seen.push(view(&browser.get("/otp/verify/").await, contact));
    }
    seen.push(view(&browser.request_code("email", contact).await, contact));
    app.deliver().await;
    app.advance(MINUTE);
    seen.push(view(&browser.request_code("email", contact).await, contact));
    app.advance(MINUTE * 3);
    seen.push(view(&browser.resend().await, contact));
    app.advance(MINUTE * 6);
    seen.push(view(&browser.verify("000000").await, contact));
    app.advance(-(MINUTE * 10));
    seen
}

fn view(reply: &Reply, contact: &str) -> String {
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id" && *name != "content-security-policy")
        .map(|(name, value)| (name.as_str(), value.to_str().expect("text").to_owned()))
        .map(|(name, value)| if name == "set-cookie" { (name, without_hex(&value)) } else { (name, value) })
        .collect();
    headers.sort_unstable();
    format!("{} {headers:?} {}", reply.status, without_nonces(&reply.body.replace(contact, "CONTACT")))
}

fn without_hex(cookie: &str) -> String {
    cookie.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect()
}

/// The page with the value of each attribute that carries a nonce taken out.
fn without_nonces(page: &str) -> String {
    let mut text = page.to_owned();
    for attribute in ["nonce=\"", "crossorigin=\""] {
        text = text
            .split(attribute)
            .map(|part| part.split_once('"').filter(|(value, _)| value.len() == 22).map_or(part, |(_, rest)| rest))
            .collect();
    }
    text
}

#[tokio::test]
async fn nothing_that_a_stranger_sees_differs() {
    let app = concealing().await;
    let known = seen(app.browser(), &app, EMAIL).await;
    let unknown = seen(app.browser(), &app, "none@wastebilling.local").await;
    assert_eq!(known, unknown);
    let known = seen(app.hydrated_browser(), &app, EMAIL).await;
    let unknown = seen(app.hydrated_browser(), &app, "none@wastebilling.local").await;
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn nothing_is_sent_to_an_unknown_contact() {
    let app = concealing().await;
    let mut browser = app.browser();
    assert_eq!(browser.request_code("email", "none@wastebilling.local").await.location(), "/otp/verify/");
    app.advance(MINUTE);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn revealing_says_that_nobody_has_a_contact() {
    let app = TestApp::new().await;
    let reply = app.hydrated_browser().request_code("email", "none@wastebilling.local").await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (422, r#""CustomerNotFound""#));
}
