//! A year of the best attacker there is against the real limits: as many addresses and browsers as
//! they like, and all the time.

use doorcode::server::config::{Settings, UnknownContacts};
use jiff::SignedDuration;

use crate::support::{Browser, DAY, EMAIL, MINUTE, PHONE, SECOND, TestApp};

/// What an attacker got in a year.
#[derive(Debug, Default)]
struct Year {
    /// Comparisons of a guess with six digits: two while two codes were alive.
    digits: u32,
    /// Comparisons with letters, likewise.
    letters: u32,
}

impl Year {
    /// Guesses at the code of a new browser until it takes no more.
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
                "a seeded year without a lucky guess"
            );
            let is_compared = reply.says("code_invalid") || reply.says("code_exhausted");
            *compared += if is_compared { live_codes } else { 0 };
            if !reply.says("code_invalid") {
                return;
            }
        }
    }

    /// Guesses in the time in which the code of before and the next one are both alive.
    async fn guess_at_two(&mut self, app: &TestApp, browser: &mut Browser) {
        app.advance(MINUTE * 3);
        browser.resend().await;
        self.guess(browser, 2).await;
        app.advance(-(MINUTE * 3));
    }
}

async fn year_of(contact: (&str, &str), hours: i64, change: impl FnOnce(&mut Settings)) -> Year {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        change(settings);
    })
    .await;
    let mut year = Year::default();
    let asks = 365 * 24 / hours;
    for ask in 0..asks {
        let mut browser = app.hydrated_browser();
        browser.request_code(contact.0, contact.1).await;
        if ask % 2 == 0 {
            year.guess(&mut browser, 1).await;
        } else {
            year.guess_at_two(&app, &mut browser).await;
        }
        app.advance(SignedDuration::from_hours(hours));
        app.operator()
            .cleanup(MINUTE * 15)
            .await
            .expect("cleaned up");
    }
    year
}

#[tokio::test]
async fn in_a_year_an_account_is_guessed_at_as_often_as_the_odds_say() {
    let (email, phone) = (
        year_of(("email", EMAIL), 8, |_| ()).await,
        year_of(("phone", PHONE), 12, |_| ()).await,
    );
    assert!(
        (55..=60).contains(&email.digits) && (30..=36).contains(&phone.digits),
        "{email:?} {phone:?}"
    );
    let settings = Settings::default();
    let most = settings.limits.contact_emails_per_day * settings.otp.max_attempts * 365 * 2;
    assert!(email.letters > 0 && email.letters <= most, "{email:?}");
    // One in a million for each comparison with digits: what `doorcode check` says bounds both
    // contacts together.
    assert!(
        1_000_000 / (email.digits + phone.digits) >= 10_000,
        "{email:?} {phone:?}"
    );
    assert!(!settings.odds().account_year.is_above_one_in(10_000));
}

#[tokio::test]
async fn smaller_budgets_hold_likewise() {
    let year = year_of(("email", EMAIL), 24, |settings| {
        settings.limits.contact_guesses_per_30_days = 3;
        settings.limits.contact_guesses_per_year = 20;
    })
    .await;
    assert!((18..=20).contains(&year.digits), "{year:?}");
}

#[tokio::test]
async fn ten_codes_that_were_asked_for_before_do_not_overshoot_the_budget() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
        settings.limits.contact_emails_per_hour = 100;
    })
    .await;
    let mut browsers: Vec<_> = (0..10).map(|_| app.hydrated_browser()).collect();
    for browser in &mut browsers {
        browser.request_code("email", EMAIL).await;
    }
    let mut year = Year::default();
    for browser in &mut browsers {
        year.guess(browser, 1).await;
    }
    assert_eq!(year.digits, 10);
}

#[tokio::test]
async fn codes_whose_mail_is_withheld_are_nobodys() {
    let app = TestApp::with(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal)
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
