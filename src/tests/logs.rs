//! The log tells what happened, and nothing that somebody could use.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;

use crate::support::{EMAIL, MINUTE, TestApp, other_than};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_whole_sign_in_at_trace_level_names_its_events_and_no_code_token_or_whole_contact() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let _while_in_scope = tracing::subscriber::set_default(log);
    // With one subscriber alone, an event that the thread of another test meets first counts as wanted by nobody.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());

    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    let pre_auth = browser.cookie.clone().expect("a cookie");
    browser.verify(&other_than(&code)).await;
    let not_me = app.mailbox.newest().not_me;
    browser.get(&format!("/otp/not-me/?token={not_me}")).await;
    app.browser().post("/otp/not-me/", &[("token", "forged")]).await;
    app.advance(MINUTE);
    browser.resend().await;
    app.deliver().await;
    browser.verify(&code).await;
    let session = browser.cookie.clone().expect("a cookie");
    browser.post("/otp/logout/", &[]).await;

    let log = String::from_utf8(lines.0.lock().expect("the lines").clone()).expect("text");
    for event in
        ["authn_token_created", "authn_login_fail", "authn_login_success", "session_expired", "d***@wastebilling.local"]
    {
        assert!(log.contains(event), "{event} is not in the log");
    }
    for secret in [code.as_str(), not_me.as_str(), &pre_auth["doorcode=".len()..], &session["doorcode=".len()..], EMAIL]
    {
        assert!(!log.contains(secret), "a secret is in the log");
    }
}
