//! With `conceal`, an unknown contact gets the same responses as a known one.

use doorcode::server::{config::UnknownContacts, domain::CustomerId};

use crate::support::{Browser, EMAIL, MINUTE, PHONE, Reply, TestApp};

const UNKNOWN_EMAIL: &str = "none@wastebilling.local";

async fn concealing_app() -> TestApp {
    TestApp::with(|settings| settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal))
        .await
}

/// Returns the responses that an unknown device gets for a contact, from the request to the last
/// attempt and beyond. Random and typed values are removed.
async fn seen(mut browser: Browser, app: &TestApp, contact: &str) -> Vec<String> {
    let mut seen = Vec::new();
    seen.push(view(&browser.request_code("email", contact).await, contact));
    seen.push(view(&browser.get("/otp/verify/").await, contact));
    seen.push(view(&browser.resend().await, contact));
    for _ in 0..5 {
        // A wrong code: the seeded random numbers of these tests never yield it.
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
        .map(|(name, value)| {
            if name == "set-cookie" {
                (name, without_secret(&value))
            } else {
                (name, value)
            }
        })
        .collect();
    headers.sort_unstable();
    format!(
        "{} {headers:?} {}",
        reply.status,
        without_nonces(&reply.body.replace(contact, "CONTACT"))
    )
}

/// Masks the token of a cookie. Of the encrypted flash cookie, only the length remains.
fn without_secret(cookie: &str) -> String {
    if let Some((value, attributes)) = cookie
        .strip_prefix("doorcode-flash=")
        .and_then(|rest| rest.split_once(';'))
    {
        return format!("doorcode-flash={};{attributes}", value.len());
    }
    cookie
        .chars()
        .map(|c| if c.is_ascii_hexdigit() { 'x' } else { c })
        .collect()
}

/// Removes the nonce from each attribute that carries one.
fn without_nonces(page: &str) -> String {
    let mut text = page.to_owned();
    for attribute in ["nonce=\"", "crossorigin=\""] {
        text = text
            .split(attribute)
            .map(|part| {
                part.split_once('"')
                    .filter(|(value, _)| value.len() == 22)
                    .map_or(part, |(_, rest)| rest)
            })
            .collect();
    }
    text
}

/// The state of a contact at the start of a test.
#[derive(Clone, Copy, Debug)]
enum Contact {
    /// No customer has it.
    Unknown,
    /// A customer has it.
    Known,
    /// Its customer is disabled.
    Disabled,
    /// A customer has it, and its hourly limit of mails is used up.
    OverLimit,
}

impl Contact {
    const fn address(self) -> &'static str {
        match self {
            Self::Unknown => UNKNOWN_EMAIL,
            Self::Known | Self::Disabled | Self::OverLimit => EMAIL,
        }
    }

    async fn prepare(self, app: &TestApp) {
        match self {
            Self::Unknown | Self::Known => {}
            Self::Disabled => assert!(
                app.operator()
                    .set_disabled(CustomerId(1), true)
                    .await
                    .expect("an answer")
            ),
            Self::OverLimit => {
                for _ in 0..6 {
                    app.browser().request_code("email", EMAIL).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn unknown_known_disabled_and_limited_contacts_get_identical_responses() {
    for plain in [true, false] {
        let mut views = Vec::new();
        for contact in [
            Contact::Unknown,
            Contact::Known,
            Contact::Disabled,
            Contact::OverLimit,
        ] {
            let app = concealing_app().await;
            contact.prepare(&app).await;
            let browser = if plain {
                app.browser()
            } else {
                app.hydrated_browser()
            };
            views.push((contact, seen(browser, &app, contact.address()).await));
        }
        let (_, unknown) = &views[0];
        for (contact, view) in &views {
            assert_eq!(view, unknown, "{contact:?}");
        }
    }
}

#[tokio::test]
async fn known_and_unknown_contacts_escalate_after_the_same_number_of_guesses() {
    let mut views = Vec::new();
    for contact in [Contact::Unknown, Contact::Known, Contact::Disabled] {
        let app = concealing_app().await;
        contact.prepare(&app).await;
        let mut view_of_contact = Vec::new();
        for _ in 0..4 {
            let mut browser = app.hydrated_browser();
            browser.request_code("email", contact.address()).await;
            for _ in 0..5 {
                view_of_contact.push(view(&browser.verify("000000").await, contact.address()));
            }
            view_of_contact.push(view(&browser.get("/otp/verify/").await, contact.address()));
        }
        views.push(view_of_contact);
    }
    assert!(
        views[0].last().is_some_and(|page| page.contains("letters")),
        "the last codes have letters"
    );
    assert!(views.iter().all(|view| *view == views[0]));
}

#[tokio::test]
async fn an_unknown_phone_number_gets_the_same_responses_as_a_known_one() {
    let app = concealing_app().await;
    let mut views = Vec::new();
    for number in [PHONE, "+12025550199"] {
        let mut browser = app.hydrated_browser();
        let mut view_of_number = vec![view(&browser.request_code("phone", number).await, number)];
        view_of_number.push(view(&browser.get("/otp/verify/").await, number));
        view_of_number.push(view(&browser.verify("000000").await, number));
        views.push(view_of_number);
    }
    assert_eq!(views[0], views[1]);
}

#[tokio::test]
async fn nothing_is_sent_to_an_unknown_contact() {
    let app = concealing_app().await;
    let mut browser = app.browser();
    assert_eq!(
        browser
            .request_code("email", UNKNOWN_EMAIL)
            .await
            .location(),
        "/otp/verify/"
    );
    app.advance(MINUTE);
    assert_eq!(browser.resend().await.location(), "/otp/verify/");
    app.deliver().await;
    assert!(app.mailbox.all().is_empty());
    assert_eq!(
        app.number("SELECT count(*) FROM outbox WHERE due_at IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn with_reveal_an_unknown_contact_is_reported() {
    let app = TestApp::new().await;
    let reply = app
        .hydrated_browser()
        .request_code("email", UNKNOWN_EMAIL)
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (
            422,
            r#"{"code":"customer_not_found","field":"contact_value"}"#
        )
    );
}
