//! The CAPTCHA, which unknown devices must solve above the soft limit of their network.

use altcha_lib_rs::{Challenge, Payload, solve_challenge};
use base64::prelude::{BASE64_STANDARD, Engine};
use doorcode::server::config::{CaptchaKind, Endpoint, Settings, UnknownContacts};
use serde_json::json;

use crate::{
    gateways::provider::{Provider, Response},
    support::{Browser, EMAIL, MINUTE, Reply, TestApp},
};

const UNKNOWN: &str = "none@wastebilling.local";

/// The IP address of every browser in these tests.
const ADDRESS: &str = "198.51.100.7";

fn plain(app: &TestApp) -> Browser {
    app.browser().located_at(ADDRESS)
}

fn hydrated(app: &TestApp) -> Browser {
    app.hydrated_browser().located_at(ADDRESS)
}

/// An application whose network has requested as many messages as it may without a proof.
async fn beyond_the_soft_limit(change: impl FnOnce(&mut Settings)) -> TestApp {
    let app = TestApp::with(|settings| {
        settings.limits.network_messages_before_captcha = 1;
        settings.captcha.difficulty = 1_000;
        change(settings);
    })
    .await;
    assert_eq!(
        plain(&app).request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    app
}

async fn challenge(browser: &mut Browser) -> Challenge {
    let reply = browser.get("/otp/challenge/").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("cache-control")),
        (200, "no-store")
    );
    assert_eq!(reply.header("content-type"), "application/json");
    serde_json::from_str(&reply.body).expect("a challenge")
}

/// Solves a challenge as the web worker in the browser does.
async fn solution(browser: &mut Browser) -> String {
    let Challenge {
        algorithm,
        challenge,
        maxnumber,
        salt,
        signature,
    } = challenge(browser).await;
    let number = solve_challenge(&challenge, &salt, None, Some(maxnumber), 0).expect("a solution");
    let payload = Payload {
        algorithm,
        challenge,
        number,
        salt,
        signature,
        took: None,
    };
    BASE64_STANDARD.encode(serde_json::to_vec(&payload).expect("JSON"))
}

async fn request(browser: &mut Browser, contact: &str, field: (&str, &str)) -> Reply {
    browser
        .post(
            "/otp/request/",
            &[("contact_type", "email"), ("contact_value", contact), field],
        )
        .await
}

async fn request_with(browser: &mut Browser, solution: &str) -> Reply {
    request(browser, EMAIL, ("solution", solution)).await
}

fn requires_captcha(reply: &Reply) -> bool {
    reply.status.as_u16() == 429 && reply.body.contains("captcha_required")
}

#[tokio::test]
async fn above_the_soft_limit_unknown_devices_need_a_captcha_or_have_to_wait() {
    let app = beyond_the_soft_limit(|_| {}).await;
    let reply = hydrated(&app).request_code("email", EMAIL).await;
    assert!(requires_captcha(&reply), "{}", reply.body);
    assert_eq!(reply.header("retry-after"), "3600");
    let mut browser = plain(&app);
    let reply = browser.request_code("email", EMAIL).await;
    assert_eq!(
        (reply.location(), reply.header("retry-after")),
        ("/otp/request/", "3600")
    );
    let page = browser.get("/otp/request/").await;
    assert!(page.says(
        "Many codes were asked for from your network. You can ask for the next in 60 minutes."
    ));
    assert!(page.says(&format!(r#"value="{EMAIL}""#)), "{}", page.body);
    app.advance(MINUTE * 60);
    assert_eq!(
        plain(&app).request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
}

#[tokio::test]
async fn a_solved_challenge_passes_once() {
    let app = beyond_the_soft_limit(|_| {}).await;
    let mut browser = hydrated(&app);
    let solution = solution(&mut browser).await;
    assert_eq!(request_with(&mut browser, &solution).await.status, 200);
    assert!(requires_captcha(
        &request_with(&mut hydrated(&app), &solution).await
    ));
    app.deliver().await;
    assert_eq!(app.mailbox.all().len(), 2);
}

#[tokio::test]
async fn a_solution_in_concurrent_requests_counts_once() {
    let app = beyond_the_soft_limit(|_| {}).await;
    let solution = solution(&mut hydrated(&app)).await;
    let requests = (0..4).map(|_| async {
        let mut browser = hydrated(&app);
        request_with(&mut browser, &solution).await.status.as_u16()
    });
    let mut statuses = futures_util::future::join_all(requests).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 429, 429, 429]);
}

#[tokio::test]
async fn wrong_and_expired_solutions_are_refused() {
    let app = beyond_the_soft_limit(|_| {}).await;
    let mut browser = hydrated(&app);
    let solution = solution(&mut browser).await;
    for wrong in ["nonsense", "e30=", &solution[4..], &"A".repeat(4_000)] {
        assert!(
            requires_captcha(&request_with(&mut browser, wrong).await),
            "{wrong:.20}"
        );
    }
    app.advance(MINUTE * 10);
    assert!(requires_captcha(
        &request_with(&mut browser, &solution).await
    ));
}

#[tokio::test]
async fn wrong_solutions_count_as_invalid_input_of_the_network() {
    let app =
        beyond_the_soft_limit(|settings| settings.limits.network_invalid_input_per_hour = 2).await;
    let mut browser = hydrated(&app);
    for _ in 0..2 {
        assert!(requires_captcha(
            &request_with(&mut browser, "nonsense").await
        ));
    }
    let solution = solution(&mut browser).await;
    assert!(
        request_with(&mut browser, &solution)
            .await
            .says("network_limit")
    );
}

#[tokio::test]
async fn a_solution_does_not_lift_the_hard_limit() {
    let app = beyond_the_soft_limit(|settings| settings.limits.network_messages_per_hour = 1).await;
    let mut browser = hydrated(&app);
    let solution = solution(&mut browser).await;
    let reply = request_with(&mut browser, &solution).await;
    assert_eq!(reply.status, 429);
    assert!(reply.says("network_limit"), "{}", reply.body);
}

#[tokio::test]
async fn a_known_device_needs_no_captcha() {
    let app = beyond_the_soft_limit(|_| {}).await;
    let mut browser = app.signed_in_browser().await.located_at(ADDRESS);
    assert!(requires_captcha(
        &hydrated(&app).request_code("email", EMAIL).await
    ));
    browser.post("/otp/logout/", &[]).await;
    assert_eq!(
        browser.request_code("email", EMAIL).await.location(),
        "/otp/verify/"
    );
    assert!(!browser.get("/otp/verify/").await.says(r#"name="solution""#));
}

#[tokio::test]
async fn an_unknown_contact_needs_a_proof_like_a_known_one() {
    let app = beyond_the_soft_limit(|settings| {
        settings.privacy.unknown_contacts = Some(UnknownContacts::Conceal);
    })
    .await;
    let known = hydrated(&app).request_code("email", EMAIL).await;
    let unknown = hydrated(&app).request_code("email", UNKNOWN).await;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    let mut browser = hydrated(&app);
    let solution = solution(&mut browser).await;
    assert_eq!(
        request(&mut browser, UNKNOWN, ("solution", &solution))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_resend_above_the_soft_limit_needs_a_captcha() {
    let app = TestApp::with(|settings| settings.limits.network_messages_before_captcha = 1).await;
    let (mut browser, _) = app.browser_with_code().await;
    app.advance(MINUTE);
    let page = browser.get("/otp/verify/").await;
    assert!(
        page.says(r#"<input type="hidden" name="solution""#)
            && page.says(r#"<progress id="proof-bar""#)
    );
    assert_eq!(browser.resend().await.header("retry-after"), "3540");
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("You can ask for the next in 59 minutes.")
    );
    let solution = solution(&mut browser).await;
    browser
        .post("/otp/resend/", &[("solution", &solution)])
        .await;
    assert!(
        browser
            .get("/otp/verify/")
            .await
            .says("OTP sent successfully.")
    );
}

#[tokio::test]
async fn a_page_requires_captcha_only_if_one_is_needed() {
    let app = TestApp::new().await;
    let (mut browser, _) = app.browser_with_code().await;
    let page = browser.get("/otp/verify/").await;
    assert!(!page.says(r#"name="solution""#) && !page.says("proof-bar"));
    assert!(
        page.header("content-security-policy")
            .contains("worker-src 'self'")
    );
}

#[tokio::test]
async fn without_a_captcha_a_network_has_to_wait() {
    let app = beyond_the_soft_limit(|settings| settings.captcha.kind = CaptchaKind::None).await;
    let mut browser = hydrated(&app);
    assert!(requires_captcha(
        &request_with(&mut browser, "anything").await
    ));
    assert_eq!(browser.get("/otp/challenge/").await.status, 404);
    assert!(
        !plain(&app)
            .get("/otp/request/")
            .await
            .says(r#"name="solution""#)
    );
}

/// An application above the soft limit of its network, with a CAPTCHA provider at `endpoint`.
async fn with_provider(kind: CaptchaKind, endpoint: &str) -> TestApp {
    let endpoint: Endpoint = serde_json::from_value(json!(endpoint)).expect("an address");
    beyond_the_soft_limit(|settings| {
        settings.captcha.kind = kind;
        settings.captcha.site_key = Some("site".to_owned());
        settings.captcha.secret = Some("secret".into());
        settings.captcha.endpoint = Some(endpoint);
    })
    .await
}

fn turnstile(hostname: &str, action: &str) -> Response {
    Response::new(
        200,
        json!({"success": true, "error-codes": [], "hostname": hostname, "action": action}),
    )
}

#[tokio::test]
async fn turnstile_receives_only_the_secret_and_the_response() {
    let provider = Provider::responding(vec![turnstile("127.0.0.1", "sign_in")]).await;
    let app = with_provider(CaptchaKind::Turnstile, &provider.url).await;
    let reply = request(
        &mut hydrated(&app),
        EMAIL,
        ("cf-turnstile-response", "answer"),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let request = provider.only();
    assert_eq!(request.method, "POST");
    assert_eq!(
        request.fields(),
        [("secret", "secret"), ("response", "answer")].map(own)
    );
}

#[tokio::test]
async fn hcaptcha_receives_the_secret_the_response_and_the_site_key() {
    let provider = Provider::responding(vec![Response::new(
        200,
        json!({"success": true, "hostname": "not-provided"}),
    )])
    .await;
    let app = with_provider(CaptchaKind::HCaptcha, &provider.url).await;
    let form = [
        ("contact_type", "email"),
        ("contact_value", EMAIL),
        ("g-recaptcha-response", "answer"),
        ("h-captcha-response", "answer"),
    ];
    let mut browser = hydrated(&app);
    assert_eq!(browser.post("/otp/request/", &form).await.status, 200);
    let fields = [
        ("secret", "secret"),
        ("response", "answer"),
        ("sitekey", "site"),
    ];
    assert_eq!(provider.only().fields(), fields.map(own));
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn wrong_responses_and_those_for_another_site_or_form_are_refused() {
    let provider = Provider::responding(vec![
        turnstile("evil.example", "sign_in"),
        turnstile("127.0.0.1", "comment"),
        Response::new(200, json!({"success": true})),
        Response::new(
            400,
            json!({"success": false, "error-codes": ["timeout-or-duplicate"]}),
        ),
    ])
    .await;
    let app = with_provider(CaptchaKind::Turnstile, &provider.url).await;
    let mut browser = hydrated(&app);
    for _ in 0..4 {
        assert!(requires_captcha(
            &request_with(&mut browser, "answer").await
        ));
    }
    assert_eq!(provider.take_requests().len(), 4);
    assert!(requires_captcha(
        &request_with(&mut browser, &"a".repeat(2_049)).await
    ));
    assert!(provider.take_requests().is_empty());
}

#[tokio::test]
async fn requests_are_refused_while_the_captcha_provider_is_unavailable() {
    let provider = Provider::responding(vec![
        Response::new(502, "<html>"),
        Response::new(200, "<html>"),
        Response::new(200, "{}"),
        Response::new(302, "").with("location", "http://127.0.0.1:1/"),
        Response::new(
            200,
            json!({"success": false, "error-codes": ["invalid-input-secret"]}),
        ),
    ])
    .await;
    for app in [
        with_provider(CaptchaKind::Turnstile, &provider.url).await,
        with_provider(CaptchaKind::HCaptcha, "http://127.0.0.1:1").await,
    ] {
        for _ in 0..5 {
            let reply = request_with(&mut hydrated(&app), "answer").await;
            assert_eq!(reply.status, 503);
            assert!(reply.says("send_failed"), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_known_device_passes_even_if_its_response_cannot_be_checked() {
    let app = with_provider(CaptchaKind::HCaptcha, "http://127.0.0.1:1").await;
    let mut browser = app.signed_in_browser().await.located_at(ADDRESS);
    browser.post("/otp/logout/", &[]).await;
    assert_eq!(
        request_with(&mut browser, "answer").await.location(),
        "/otp/verify/"
    );
}

#[tokio::test]
async fn the_provider_is_asked_only_if_a_captcha_is_needed_and_present() {
    let provider = Provider::responding(vec![]).await;
    let app = with_provider(CaptchaKind::Turnstile, &provider.url).await;
    app.advance(MINUTE * 60);
    assert_eq!(
        request_with(&mut hydrated(&app), "answer").await.status,
        200
    );
    assert!(requires_captcha(
        &hydrated(&app).request_code("email", EMAIL).await
    ));
    assert!(provider.take_requests().is_empty());
}

#[tokio::test]
async fn only_pages_that_need_a_captcha_load_the_providers_script() {
    for (kind, script, host) in [
        (
            CaptchaKind::Turnstile,
            "https://challenges.cloudflare.com/turnstile/v0/api.js",
            "challenges.cloudflare.com",
        ),
        (
            CaptchaKind::HCaptcha,
            "https://js.hcaptcha.com/1/api.js",
            "hcaptcha.com",
        ),
    ] {
        let app = with_provider(kind, "http://127.0.0.1:1").await;
        let mut browser = plain(&app);
        let shows = |page: &Reply| {
            let policy = page.header("content-security-policy");
            (
                page.says(script),
                policy.contains(host),
                page.says(r#"data-sitekey="site""#),
            )
        };
        assert_eq!(
            shows(&browser.get("/otp/request/").await),
            (false, false, false)
        );
        browser.request_code("email", EMAIL).await;
        let page = browser.get("/otp/request/").await;
        assert_eq!(shows(&page), (true, true, true));
        assert!(
            page.header("content-security-policy")
                .contains("frame-src https://")
        );
        assert_eq!(
            shows(&browser.get("/otp/request/").await),
            (false, false, false)
        );
    }
}
