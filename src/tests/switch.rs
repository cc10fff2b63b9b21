//! Sending a code to the customer's other contact.

use doorcode::server::{config::UnknownContacts, domain::FailureReason, ports::SendError};

use crate::support::{Browser, EMAIL, MINUTE, PHONE, Reply, TestApp};

async fn switch(browser: &mut Browser, contact_type: &str) -> Reply {
    browser
        .post("/otp/resend/", &[("contact_type", contact_type)])
        .await
}

#[tokio::test]
async fn the_code_can_be_sent_to_the_other_contact_and_back() {
    let app = TestApp::with(|settings| settings.otp.later_cooldowns_seconds = [60, 60]).await;
    let (mut browser, code) = app.browser_with_code().await;
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("Send it by text message instead")
    );
    app.advance(MINUTE);
    assert_eq!(
        switch(&mut browser, "phone").await.location(),
        "/otp/verify/"
    );
    app.deliver().await;
    assert_eq!(
        (app.mailbox.newest().to.as_str(), app.mailbox.newest().code),
        (PHONE, code.clone())
    );
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says("Check your phone") && page.says("to the mobile number on your account"),
        "{}",
        page.body
    );
    assert!(
        !page.says(EMAIL) && !page.says(PHONE) && page.says("Send it by email instead"),
        "{}",
        page.body
    );
    app.advance(MINUTE);
    switch(&mut browser, "email").await;
    app.deliver().await;
    assert_eq!(app.mailbox.newest().to, EMAIL);
    let page = browser.get("/otp/verify/").await;
    assert!(page.says("Check your email") && page.says(EMAIL));
    assert_eq!(browser.verify(&code).await.location(), "/account/");
}

#[tokio::test]
async fn a_resend_without_a_choice_uses_the_last_contact() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    switch(&mut browser, "phone").await;
    app.deliver().await;
    app.advance(MINUTE);
    browser.resend().await;
    app.deliver().await;
    assert_eq!(app.mailbox.newest().to, PHONE);
}

#[tokio::test]
async fn switching_after_a_failed_message_needs_no_wait() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.request_code("email", EMAIL).await;
    app.mailbox.fail_next(SendError::Permanent {
        cause: "refused".to_owned(),
        reason: FailureReason::NoSuchAddress,
    });
    app.deliver().await;
    switch(&mut browser, "phone").await;
    app.deliver().await;
    assert_eq!(app.mailbox.newest().to, PHONE);
}

#[tokio::test]
async fn a_contact_that_was_not_offered_is_refused_and_gets_nothing() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    })
    .await;
    for contact in [EMAIL, "none@wastebilling.local"] {
        for kind in ["phone", "fax"] {
            let mut browser = app.browser();
            browser.request_code("email", contact).await;
            assert!(!browser.get("/otp/verify/").await.says("instead"));
            app.advance(MINUTE);
            assert_eq!(switch(&mut browser, kind).await.location(), "/otp/verify/");
            assert!(
                browser
                    .get("/otp/verify/")
                    .await
                    .says("We could not read that. Please try again.")
            );
        }
    }
    app.deliver().await;
    assert!(app.mailbox.all().iter().all(|message| message.to == EMAIL));
}
