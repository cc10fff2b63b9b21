//! Simulates an attacker who guesses codes with any number of addresses and browsers, against the
//! default limits. The number of comparisons has to stay within the odds in docs/security.md.

use doorcode::server::config::{Settings, UnknownContacts};
use jiff::SignedDuration;

use crate::support::{Browser, DAY, EMAIL, MINUTE, PHONE, SECOND, TestApp};

/// The comparisons that an attacker has obtained.
#[derive(Debug, Default)]
struct Comparisons {
    /// Comparisons with codes of six digits. A guess is compared twice while two codes are valid.
    digits: u32,
    /// Comparisons with codes of letters, counted likewise.
    letters: u32,
}

impl Comparisons {
    /// Guesses at the code of a browser until the server compares no more guesses. Each guess is
    /// compared with `live_codes` codes.
    async fn guess(&mut self, browser: &mut Browser, live_codes: u32) {
        let page = browser.get("/otp/verify/").await;
        let (guess, compared) = if page.says(r#"data-format="letters""#) {
            ("BBBBBBBB", &mut self.letters)
        } else {
            ("000000", &mut self.digits)
        };
        loop {
            let reply = browser.verify(guess).await;
            assert!(
                !reply.says("location"),
                "the random seed must not produce the guessed code"
            );
            let is_compared = reply.says("code_invalid") || reply.says("code_exhausted");
            *compared += if is_compared { live_codes } else { 0 };
            if !reply.says("code_invalid") {
                return;
            }
        }
    }

    /// Guesses while the previous and the next code are both valid. A resend in the second half of
    /// the code lifetime of 5 minutes sends a new code. Afterwards the clock goes back, so that the
    /// interval between requests stays the same.
    async fn guess_at_two_codes(&mut self, app: &TestApp, browser: &mut Browser) {
        app.advance(MINUTE * 3);
        browser.resend().await;
        self.guess(browser, 2).await;
        app.advance(-(MINUTE * 3));
    }
}

/// Requests and guesses codes for a year, with a new browser every `interval_hours`.
async fn attack_for_a_year(
    contact: (&str, &str),
    interval_hours: i64,
    change: impl FnOnce(&mut Settings),
) -> Comparisons {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        change(settings);
    })
    .await;
    let mut comparisons = Comparisons::default();
    let requests = 365 * 24 / interval_hours;
    for request in 0..requests {
        let mut browser = app.hydrated_browser();
        browser.request_code(contact.0, contact.1).await;
        if request % 2 == 0 {
            comparisons.guess(&mut browser, 1).await;
        } else {
            comparisons.guess_at_two_codes(&app, &mut browser).await;
        }
        app.advance(SignedDuration::from_hours(interval_hours));
        app.operator()
            .cleanup(MINUTE * 15)
            .await
            .expect("cleaned up");
    }
    comparisons
}

#[tokio::test]
async fn guesses_at_an_account_in_a_year_stay_within_the_stated_odds() {
    let (email, phone) = (
        attack_for_a_year(("email", EMAIL), 8, |_| ()).await,
        attack_for_a_year(("phone", PHONE), 12, |_| ()).await,
    );
    // The upper bounds are the yearly limits of guesses. The lower bounds show that the attack uses
    // them up.
    assert!(
        (55..=60).contains(&email.digits) && (30..=36).contains(&phone.digits),
        "{email:?} {phone:?}"
    );
    let settings = Settings::default();
    let max_letters = settings.limits.contact_emails_per_day * settings.otp.max_attempts * 365 * 2;
    assert!(
        email.letters > 0 && email.letters <= max_letters,
        "{email:?}"
    );
    // Each comparison with digits has a chance of one in a million. The odds that `doorcode check`
    // prints are an upper bound for both contacts together.
    assert!(
        1_000_000 / (email.digits + phone.digits) >= 10_000,
        "{email:?} {phone:?}"
    );
    assert!(!settings.odds().account_year.is_above_one_in(10_000));
}

#[tokio::test]
async fn smaller_guess_budgets_are_not_exceeded() {
    let comparisons = attack_for_a_year(("email", EMAIL), 24, |settings| {
        settings.limits.contact_guesses_per_30_days = 3;
        settings.limits.contact_guesses_per_year = 20;
    })
    .await;
    assert!((18..=20).contains(&comparisons.digits), "{comparisons:?}");
}

#[tokio::test]
async fn ten_codes_requested_in_advance_do_not_exceed_the_guess_budget() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        settings.limits.contact_emails_per_hour = 100;
    })
    .await;
    let mut browsers: Vec<_> = (0..10).map(|_| app.hydrated_browser()).collect();
    for browser in &mut browsers {
        browser.request_code("email", EMAIL).await;
    }
    let mut comparisons = Comparisons::default();
    for browser in &mut browsers {
        comparisons.guess(browser, 1).await;
    }
    assert_eq!(comparisons.digits, 10);
}

#[tokio::test]
async fn codes_beyond_the_mail_limit_are_withheld() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    })
    .await;
    for _ in 0..8 {
        app.hydrated_browser().request_code("email", EMAIL).await;
    }
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_withheld = 0")
            .await,
        5
    );
    app.advance(DAY + SECOND);
    app.hydrated_browser().request_code("email", EMAIL).await;
    assert_eq!(
        app.number("SELECT count(*) FROM otps WHERE is_withheld = 0")
            .await,
        6
    );
}
