//! Text message gateways over real HTTP. A local server gives the responses that each provider
//! documents.

pub mod provider;
mod receipts;

use std::{
    path::PathBuf,
    process::{Command, Output},
    sync::Arc,
};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use doorcode::server::{
    app::{clock, sms_gateways, sms_transports},
    clock::SystemClock,
    config::{Settings, SettingsError},
    domain::{FailureReason, PhoneNumber},
    ports::messenger::HandoverSignal,
    transport::{
        Failover,
        failover::{Transport, TransportError},
        sms::{Gateway, TextMessage},
    },
};
use doorcode::shared::ContactType;
use jiff::SignedDuration;
use provider::{Provider, Response};
use rcgen::{BasicConstraints, IsCa};
use rustls::SignatureScheme;
use serde_json::{Value, json};

use crate::support::trace;

const BODY: &str = "012345 is your \"Waste\\Billing\" code.\n@pay.example.com #012345";

fn text() -> TextMessage {
    let to = PhoneNumber::from_canonical("+12025550123".to_owned());
    TextMessage {
        to,
        body: BODY.to_owned(),
        message_id: "0a1b2c".to_owned(),
        handover: HandoverSignal::default(),
    }
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests/fixtures")
        .join(name)
}

/// Settings with these gateways, in this order.
fn settings(order: &[&str], tables: &str) -> Settings {
    read(order, tables).expect("settings that hold")
}

fn read(order: &[&str], tables: &str) -> Result<Settings, SettingsError> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let toml = format!(
        "[brand]\npublic_url = \"https://pay.example.com\"\n[sms]\nbackend = \"gateways\"\ngateways = {order:?}\n{tables}"
    );
    std::fs::write(file.path(), toml).expect("written");
    Settings::load(Some(file.path()))
}

fn table(name: &str, kind: &str, endpoint: &str) -> String {
    let keys = match kind {
        "twilio" => "account_sid = \"AC1\"\nauth_token = \"token\"\nfrom = \"+12025550100\"".to_owned(),
        "vonage" => format!(
            "application_id = \"app\"\nprivate_key_file = {:?}\nfrom = \"Brand\"\nsignature_secret = \"secret\"\n\
             dlt_entity_id = \"1101\"\ndlt_template_id = \"1107\"",
            fixture("vonage.key").to_string_lossy()
        ),
        "bird" => "workspace_id = \"w1\"\nchannel_id = \"c1\"\naccess_key = \"key\"".to_owned(),
        "sns" => {
            "region = \"eu-west-1\"\naccess_key_id = \"AKID\"\nsecret_access_key = \"secret\"\nsender_id = \"Brand\""
                .to_owned()
        }
        "plivo" => {
            "auth_id = \"MA1\"\nauth_token = \"token\"\nfrom = \"+12025550100\"\ndlt_entity_id = \"1101\"".to_owned()
        }
        _ => "body = '{\"to\": {{ to }}, \"text\": {{ text }}, \"from\": {{ from }}}'\nfrom = \"Brand\"\n\
              id_field = \"data.id\"\nreceipt_secret = \"secret\"\n\
              headers = { authorization = \"Bearer key\", idempotency-key = \"{{ message_id }}\" }"
            .to_owned(),
    };
    format!("[sms.gateway.{name}]\nkind = \"{kind}\"\nendpoint = \"{endpoint}\"\n{keys}\n")
}

fn gateway(kind: &str, endpoint: &str) -> Arc<Gateway> {
    let settings = settings(&["main"], &table("main", kind, endpoint));
    sms_gateways(&settings, &clock(&settings))
        .expect("gateways")
        .remove(0)
}

/// Sends a text through a gateway of a kind. Returns the outcome, and the provider with the request
/// that it received.
async fn send_through(
    kind: &str,
    response: Response,
) -> (Result<Option<String>, TransportError>, Provider) {
    let provider = Provider::responding(vec![response]).await;
    let outcome = gateway(kind, &provider.url).send(&text()).await;
    if let Err(error) = &outcome {
        let error = format!("{error} {error:?}");
        assert!(
            !error.contains("2025550123") && !error.contains("012345") && !error.contains("secret"),
            "{error}"
        );
    }
    (outcome, provider)
}

async fn error(kind: &str, status: u16, body: impl ToString) -> TransportError {
    send_through(kind, Response::new(status, body))
        .await
        .0
        .expect_err("refused")
}

async fn reason(kind: &str, status: u16, body: impl ToString) -> FailureReason {
    match error(kind, status, body).await {
        TransportError::Refused { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

/// Returns the reason why a transport declined a message that another transport may accept.
async fn declined(kind: &str, status: u16, body: impl ToString) -> FailureReason {
    match error(kind, status, body).await {
        TransportError::Declined { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

async fn is_misconfigured(kind: &str, status: u16, body: impl ToString) {
    let error = error(kind, status, body).await;
    assert!(
        matches!(error, TransportError::Misconfigured { .. }),
        "{error:?}"
    );
}

/// Checks that a rate limit and an outage make a gateway unavailable, whatever the body.
async fn rate_limit_and_outage_are_unavailable(kind: &str, limited: impl ToString) {
    let (outcome, _) =
        send_through(kind, Response::new(429, limited).with("retry-after", "30")).await;
    match outcome.expect_err("limited") {
        TransportError::Unavailable { retry_after, .. } => {
            assert_eq!(retry_after, Some(SignedDuration::from_secs(30)));
        }
        other => panic!("{other:?}"),
    }
    let error = error(kind, 503, "<html>down for +12025550123</html>").await;
    assert_eq!(error, TransportError::unavailable("HTTP status 503"));
}

fn twilio_error(code: u32, status: u16) -> Value {
    json!({
        "code": code, "status": status, "message": "The 'To' number +12025550123 is not a valid phone number.",
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    })
}

#[tokio::test]
async fn twilio_requests_and_responses_match_its_documentation() {
    let accepted =
        json!({ "sid": "SM1", "status": "queued", "error_code": null, "to": "+12025550123" });
    let (outcome, provider) = send_through("twilio", Response::new(201, accepted)).await;
    assert_eq!(outcome, Ok(Some("SM1".to_owned())));
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/2010-04-01/Accounts/AC1/Messages.json")
    );
    assert_eq!(request.header("authorization"), "Basic QUMxOnRva2Vu");
    assert_eq!(request.field("To"), "+12025550123");
    assert_eq!(request.field("From"), "+12025550100");
    assert_eq!(request.field("Body"), BODY);
    assert_eq!(
        request.field("StatusCallback"),
        "https://pay.example.com/receipts/main/?message=0a1b2c"
    );

    rate_limit_and_outage_are_unavailable("twilio", twilio_error(20429, 429)).await;
    is_misconfigured("twilio", 401, twilio_error(20003, 401)).await;
    is_misconfigured("twilio", 400, twilio_error(21606, 400)).await;
    for (code, expected) in [
        (21211, FailureReason::NoSuchAddress),
        (21614, FailureReason::NotMobile),
        (21610, FailureReason::Blocked),
    ] {
        assert_eq!(
            reason("twilio", 400, twilio_error(code, 400)).await,
            expected,
            "{code}"
        );
    }
    for (code, expected) in [
        (21408, FailureReason::CountryNotAllowed),
        (21617, FailureReason::Other),
    ] {
        assert_eq!(
            declined("twilio", 400, twilio_error(code, 400)).await,
            expected,
            "{code}"
        );
    }
    let error = error("twilio", 400, twilio_error(21614, 400)).await;
    assert_eq!(error.to_string(), "HTTP status 400, code 21614");
}

fn vonage_error(code: &str, title: &str) -> Value {
    json!({
        "type": format!("https://developer.vonage.com/api-errors/messages#{code}"), "title": title,
        "detail": "The value of +12025550123 is invalid.", "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
    })
}

#[tokio::test]
async fn vonage_requests_and_responses_match_its_documentation() {
    let accepted = json!({ "message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab" });
    let (outcome, provider) = send_through("vonage", Response::new(202, accepted)).await;
    assert_eq!(
        outcome,
        Ok(Some("aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab".to_owned()))
    );
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/messages")
    );
    let expected = json!({
        "channel": "sms", "message_type": "text", "to": "12025550123", "from": "Brand", "text": BODY,
        "client_ref": "0a1b2c", "webhook_url": "https://pay.example.com/receipts/main/", "webhook_version": "v1",
        "sms": { "entity_id": "1101", "content_id": "1107" },
    });
    assert_eq!(request.json(), expected);
    let bearer = request
        .header("authorization")
        .strip_prefix("Bearer ")
        .expect("a token");
    let (signed, signature) = bearer.rsplit_once('.').expect("a signature");
    assert!(is_signed(
        signed,
        &BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64")
    ));
    let claims = BASE64_URL_SAFE_NO_PAD
        .decode(signed.split_once('.').expect("claims").1)
        .expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    assert_eq!(claims["application_id"], "app");
    assert_eq!(
        claims["exp"].as_i64(),
        claims["iat"].as_i64().map(|issued| issued + 300)
    );
    assert!(
        claims["jti"]
            .as_str()
            .is_some_and(|id| id.starts_with("0a1b2c-"))
    );

    rate_limit_and_outage_are_unavailable("vonage", vonage_error("1000", "Throttled")).await;
    is_misconfigured(
        "vonage",
        401,
        vonage_error("unauthorized", "You did not provide correct credentials."),
    )
    .await;
    is_misconfigured("vonage", 402, vonage_error("low-balance", "Low balance")).await;
    is_misconfigured(
        "vonage",
        422,
        vonage_error("1120", "Illegal Sender Address"),
    )
    .await;
    for (code, expected) in [
        ("1170", FailureReason::NoSuchAddress),
        ("1240", FailureReason::Blocked),
    ] {
        assert_eq!(
            reason("vonage", 422, vonage_error(code, "Invalid")).await,
            expected,
            "{code}"
        );
    }
    assert_eq!(
        declined("vonage", 422, vonage_error("1020", "Invalid")).await,
        FailureReason::Other
    );
}

fn is_signed(signed: &str, signature: &[u8]) -> bool {
    let provider = rustls::crypto::ring::default_provider();
    let algorithms = provider.signature_verification_algorithms.mapping;
    let (_, rsa) = algorithms
        .iter()
        .find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256)
        .expect("RSA");
    let key = std::fs::read(fixture("vonage.pub.der")).expect("the public key");
    rsa.iter().any(|rsa| {
        rsa.verify_signature(&key, signed.as_bytes(), signature)
            .is_ok()
    })
}

#[tokio::test]
async fn bird_requests_and_responses_match_its_documentation() {
    let (outcome, provider) = send_through(
        "bird",
        Response::new(202, json!({ "id": "m1", "status": "accepted" })),
    )
    .await;
    assert_eq!(outcome, Ok(Some("m1".to_owned())));
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/workspaces/w1/channels/c1/messages")
    );
    assert_eq!(request.header("authorization"), "AccessKey key");
    let expected = json!({
        "receiver": { "contacts": [{ "identifierKey": "phonenumber", "identifierValue": "+12025550123" }] },
        "body": { "type": "text", "text": { "text": BODY } },
        "reference": "0a1b2c",
    });
    assert_eq!(request.json(), expected);

    rate_limit_and_outage_are_unavailable("bird", json!({ "code": "TooManyRequests" })).await;
    is_misconfigured(
        "bird",
        401,
        json!({ "code": "Unauthorized", "message": "Unauthorized" }),
    )
    .await;
    let invalid =
        json!({ "code": "InvalidPayload", "message": "+12025550123 is not a valid phone number" });
    assert_eq!(declined("bird", 422, invalid).await, FailureReason::Other);
}

fn sns_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r1</RequestId></ErrorResponse>"
    )
}

#[tokio::test]
async fn sns_requests_and_responses_match_its_documentation() {
    let accepted = "<PublishResponse xmlns=\"https://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
                 <MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult><ResponseMetadata>\
                 <RequestId>r1</RequestId></ResponseMetadata></PublishResponse>";
    let (outcome, provider) = send_through("sns", Response::new(200, accepted)).await;
    assert_eq!(
        outcome,
        Ok(Some("567910cd-659e-55d4-8ccb-5aaf14679dc0".to_owned()))
    );
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    let day = request
        .header("x-amz-date")
        .split_once('T')
        .expect("a date")
        .0;
    let credential = format!("AWS4-HMAC-SHA256 Credential=AKID/{day}/eu-west-1/sns/aws4_request, ");
    let authorization = request.header("authorization");
    assert!(authorization.starts_with(&credential), "{authorization}");
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date, Signature="),
        "{authorization}"
    );
    for (field, value) in [
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("PhoneNumber", "+12025550123"),
        ("Message", BODY),
        ("MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SMSType"),
        ("MessageAttributes.entry.1.Value.DataType", "String"),
        (
            "MessageAttributes.entry.1.Value.StringValue",
            "Transactional",
        ),
        ("MessageAttributes.entry.2.Name", "AWS.SNS.SMS.SenderID"),
        ("MessageAttributes.entry.2.Value.StringValue", "Brand"),
    ] {
        assert_eq!(request.field(field), value);
    }

    rate_limit_and_outage_are_unavailable("sns", sns_error("Throttled", "Rate exceeded")).await;
    let error = error("sns", 400, sns_error("Throttling", "Rate exceeded")).await;
    assert_eq!(
        error,
        TransportError::unavailable("HTTP status 400, code Throttling")
    );
    is_misconfigured(
        "sns",
        403,
        sns_error("InvalidClientTokenId", "The security token is invalid."),
    )
    .await;
    let number = sns_error(
        "InvalidParameter",
        "Invalid parameter: PhoneNumber Reason: +12025550123 is not valid",
    );
    assert_eq!(
        reason("sns", 400, number).await,
        FailureReason::NoSuchAddress
    );
    is_misconfigured(
        "sns",
        400,
        sns_error("InvalidParameter", "Invalid parameter: SenderID"),
    )
    .await;
    assert_eq!(
        reason("sns", 400, sns_error("OptedOut", "opted out")).await,
        FailureReason::Blocked
    );
}

#[tokio::test]
async fn plivo_requests_and_responses_match_its_documentation() {
    let accepted = json!({ "message": "message(s) queued", "message_uuid": ["db3ce55a"], "api_id": "db342550" });
    let (outcome, provider) = send_through("plivo", Response::new(202, accepted)).await;
    assert_eq!(outcome, Ok(Some("db3ce55a".to_owned())));
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/Account/MA1/Message/")
    );
    assert_eq!(request.header("authorization"), "Basic TUExOnRva2Vu");
    let expected = json!({
        "src": "+12025550100", "dst": "12025550123", "text": BODY, "log": false, "dlt_entity_id": "1101",
    });
    assert_eq!(request.json(), expected);

    rate_limit_and_outage_are_unavailable("plivo", json!({ "error": "too many requests" })).await;
    is_misconfigured(
        "plivo",
        401,
        "Could not verify your access level for that URL.",
    )
    .await;
    assert_eq!(
        declined("plivo", 400, json!({ "error": "dst is invalid" })).await,
        FailureReason::Other
    );
    let invalid = json!({ "message": "message(s) queued", "message_uuid": [], "invalid_number": ["12025550123"] });
    assert_eq!(
        reason("plivo", 202, invalid).await,
        FailureReason::NoSuchAddress
    );
}

#[tokio::test]
async fn a_generic_gateway_fills_its_templates_and_escapes_all_values() {
    let (outcome, provider) = send_through(
        "generic",
        Response::new(200, json!({ "data": { "id": 17 } })),
    )
    .await;
    assert_eq!(outcome, Ok(Some("17".to_owned())));
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    assert_eq!(request.header("authorization"), "Bearer key");
    assert_eq!(request.header("idempotency-key"), "0a1b2c");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        request.json(),
        json!({ "to": "+12025550123", "text": BODY, "from": "Brand" })
    );

    rate_limit_and_outage_are_unavailable("generic", "").await;
    is_misconfigured("generic", 403, "").await;
    assert_eq!(
        declined("generic", 422, "+12025550123 is no number").await,
        FailureReason::Other
    );
}

#[tokio::test]
async fn a_generic_gateway_can_send_a_form() {
    let provider = Provider::responding(vec![Response::new(200, "OK")]).await;
    let keys =
        "method = \"PUT\"\nformat = \"form\"\nbody = \"apikey=1&to={{ to }}&msg={{ text }}\"\n";
    let table = format!(
        "[sms.gateway.main]\nkind = \"generic\"\nendpoint = \"{}/send?v=2\"\n{keys}",
        provider.url
    );
    let settings = settings(&["main"], &table);
    let gateway = sms_gateways(&settings, &clock(&settings))
        .expect("gateways")
        .remove(0);
    assert_eq!(gateway.send(&text()).await, Ok(None));
    let request = provider.only();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("PUT", "/send?v=2")
    );
    assert_eq!(
        request.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        (request.field("apikey"), request.field("to")),
        ("1".to_owned(), "+12025550123".to_owned())
    );
    assert_eq!(request.field("msg"), BODY);
}

/// Returns a generic gateway with these keys. `URL` in them is replaced.
fn generic(url: &str, keys: &str) -> Result<Arc<Gateway>, String> {
    let table = format!("[sms.gateway.main]\nkind = \"generic\"\n{keys}\n").replace("URL", url);
    let settings = read(&["main"], &table).map_err(|error| error.to_string())?;
    let gateways = sms_gateways(&settings, &clock(&settings));
    Ok(gateways.map_err(|error| error.to_string())?.remove(0))
}

#[tokio::test]
async fn a_generic_gateway_can_put_encoded_values_into_the_url() {
    trace::start();
    let provider = Provider::responding(vec![Response::new(200, "OK: 17")]).await;
    let keys = "method = \"GET\"\nsuccess_text = \"OK\"\nfrom = \"Fish & Söhne\"\n\
                endpoint = \"URL/send/{{ message_id }}?key=a%2Bb&to={{ '00' ~ to[1:] }}&text={{ text }}&from={{ from }}\"";
    let mut text = text();
    text.body = "774411 is your code. 100 %? #1 & more=yes+no\n/é".to_owned();
    let gateway = generic(&provider.url, keys).expect("a gateway");
    assert_eq!(gateway.send(&text).await, Ok(None));
    let request = provider.only();
    assert_eq!(request.method.as_str(), "GET");
    let (path, query) = request.path.split_once('?').expect("a query");
    assert_eq!(path, "/send/0a1b2c");
    assert!(!query.contains(['+', ' ', '#', '/']), "{query}");
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let expected = [
        ("key", "a+b"),
        ("to", "0012025550123"),
        ("text", &text.body),
        ("from", "Fish & Söhne"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(pairs, expected);
    assert!(request.is_without_body());
    trace::secret("774411");

    // A POST can have values in its URL, too.
    let provider = Provider::responding(vec![Response::new(200, "")]).await;
    let keys = "endpoint = \"URL/send?to={{ to }}&text={{ text }}\"";
    let gateway = generic(&provider.url, keys).expect("a gateway");
    assert_eq!(gateway.send(&text).await, Ok(None));
    let request = provider.only();
    assert_eq!(request.method.as_str(), "POST");
    assert!(
        request.path.contains("to=%2B12025550123"),
        "{}",
        request.path
    );
}

const JSON: &str = "endpoint = \"URL\"\nbody = '{\"to\": {{ to }}}'\n";

#[tokio::test]
async fn an_answer_with_status_200_that_reports_an_error_is_not_accepted() {
    let credit = r#"{"status":"error","error":"insufficient credit"}"#;
    let status = "success_field = \"status\"\nsuccess_value = \"ok\"";
    for (keys, body, cause) in [
        ("id_field = \"id\"", credit, "the answer has no id"),
        ("id_field = \"id\"", "", "the answer has no id"),
        (
            "id_field = \"id\"",
            "<html>id</html>",
            "the answer has no id",
        ),
        (
            "id_field = \"id\"",
            r#"{"id":null}"#,
            "the answer has no id",
        ),
        ("id_field = \"id\"", r#"{"id":" "}"#, "the answer has no id"),
        ("id_field = \"id\"", r#"{"id":{}}"#, "the answer has no id"),
        (
            "id_field = \"id\"",
            r#"{"data":{"id":"1"}}"#,
            "the answer has no id",
        ),
        (
            "id_field = \"list.0.id\"",
            r#"{"list":[]}"#,
            "the answer has no list.0.id",
        ),
        (status, credit, "status is not ok"),
        (status, r#"{"status":402}"#, "status is 402 and not ok"),
        (status, "ok", "status is not ok"),
        (
            "success_field = \"code\"\nsuccess_value = \"0\"\nid_field = \"id\"",
            r#"{"code":"12","id":"m1"}"#,
            "code is 12 and not 0",
        ),
        (
            "success_field = \"code\"\nsuccess_value = \"0\"\nid_field = \"id\"",
            r#"{"code":0}"#,
            "the answer has no id",
        ),
        (
            "success_text = \"OK\"",
            "ERROR 301",
            "the answer does not contain OK",
        ),
        (
            "success_text = \"OK\"",
            "TOKEN expired",
            "the answer does not contain OK",
        ),
        (
            "success_text = \"100\"",
            "1001",
            "the answer does not contain 100",
        ),
    ] {
        let provider = Provider::responding(vec![Response::new(200, body)]).await;
        let gateway = generic(&provider.url, &format!("{JSON}{keys}")).expect("a gateway");
        let expected = TransportError::Declined {
            cause: format!("HTTP status 200, but {cause}"),
            reason: FailureReason::Other,
        };
        assert_eq!(gateway.send(&text()).await, Err(expected), "{keys}: {body}");
    }
}

#[tokio::test]
async fn an_answer_that_meets_the_condition_is_accepted() {
    for (keys, body, id) in [
        (
            "id_field = \"data.0.id\"",
            r#"{"data":[{"id":17}]}"#,
            Some("17"),
        ),
        ("id_field = \"a/b\"", r#"{"a/b":"m1"}"#, Some("m1")),
        (
            "success_field = \"status\"\nsuccess_value = \"ok\"\nid_field = \"id\"",
            r#"{"status":"ok","id":"m1"}"#,
            Some("m1"),
        ),
        (
            "success_field = \"code\"\nsuccess_value = \"0\"",
            r#"{"code":0}"#,
            None,
        ),
        (
            "success_field = \"done\"\nsuccess_value = \"true\"",
            r#"{"done":true}"#,
            None,
        ),
        ("success_text = \"OK\"", "OK: 17", None),
        (
            "success_text = \"<code>0</code>\"",
            "<r><code>0</code></r>",
            None,
        ),
        ("", "anything", None),
    ] {
        let provider = Provider::responding(vec![Response::new(200, body)]).await;
        let gateway = generic(&provider.url, &format!("{JSON}{keys}")).expect("a gateway");
        let id = id.map(str::to_owned);
        assert_eq!(gateway.send(&text()).await, Ok(id), "{keys}: {body}");
    }
}

#[tokio::test]
async fn an_answer_of_a_known_provider_without_an_id_is_not_accepted() {
    for kind in ["twilio", "vonage", "bird", "sns", "plivo"] {
        for body in ["", "<html>Welcome</html>", "{}", r#"{"status":"error"}"#] {
            let error = error(kind, 200, body).await;
            let cause = "HTTP status 200, but the answer has no ID of the message";
            assert!(
                matches!(error, TransportError::Declined { .. }) && error.to_string() == cause,
                "{kind}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_next_gateway_gets_a_text_that_the_first_refuses_with_status_200() {
    let refusal = Response::new(200, json!({ "status": "error" }));
    let main = Provider::responding(vec![refusal]).await;
    let spare = Provider::responding(vec![Response::new(201, json!({ "sid": "SM1" }))]).await;
    let tables = table("main", "generic", &main.url) + &table("spare", "twilio", &spare.url);
    let settings = settings(&["main", "spare"], &tables);
    let transports = sms_transports(
        &settings,
        &sms_gateways(&settings, &clock(&settings)).expect("gateways"),
    );
    let accepted = Failover::new(ContactType::Phone, transports, Arc::new(SystemClock))
        .send(&text())
        .await
        .expect("accepted");
    assert_eq!(accepted.transport, "spare");
    assert_eq!(main.take_requests().len(), 1);
}

#[test]
fn an_endpoint_that_cannot_work_is_refused_with_a_reason() {
    for (keys, expected) in [
        (
            "endpoint = \"https://{{ to }}.example.com/\"\nbody = \"{}\"",
            "endpoint: templates belong into its path or query",
        ),
        (
            "endpoint = \"https://u:{{ from }}@sms.example.com/\"\nbody = \"{}\"",
            "endpoint: templates belong into its path or query",
        ),
        (
            "endpoint = \"http://sms.example.com/?to={{ to }}\"",
            "endpoint: it must be like https://",
        ),
        (
            "endpoint = \"{{ to }}\"",
            "endpoint: templates belong into its path or query",
        ),
        (
            "endpoint = \"https://sms.example.com/?to={{ to\"",
            "sms.gateway.main.endpoint is wrong: syntax error",
        ),
        (
            "endpoint = \"https://sms.example.com/?to={{ number }}\"",
            "sms.gateway.main.endpoint is wrong: undefined value",
        ),
        (
            "endpoint = \"https://sms.example.com/?sender=#1&to={{ to }}\"",
            "sms.gateway.main.endpoint is wrong: it must not have a fragment",
        ),
        (
            "endpoint = \"https://sms.example.com/?to={{ to }}\"\nmethod = \"GET\"\nbody = \"{}\"",
            "a GET request has no body",
        ),
        (
            "endpoint = \"https://sms.example.com/\"\nmethod = \"GET\"",
            "it needs body, or templates in endpoint",
        ),
        (
            "endpoint = \"https://sms.example.com/\"",
            "it needs body, or templates in endpoint",
        ),
        (
            "endpoint = \"https://sms.example.com/\"\nbody = \"{}\"\nmethod = \"get\"",
            "method: it must be one of \"GET\" \"POST\" \"PUT\"",
        ),
    ] {
        let refusal = generic("", keys).err().expect(keys);
        assert!(refusal.contains(expected), "{refusal}");
        assert!(refusal.contains("sms.gateway.main"), "{refusal}");
    }
    for kind in ["twilio", "vonage", "bird", "sns", "plivo"] {
        let url = "https://sms.example.com/{{ to }}";
        let refusal = read(&["main"], &table("main", kind, url)).expect_err(kind);
        let expected = "endpoint: only the endpoint of a generic gateway can have templates";
        assert!(refusal.to_string().contains(expected), "{refusal}");
    }
}

#[test]
fn a_condition_that_cannot_be_met_is_refused_with_its_key() {
    for (keys, expected) in [
        (
            "success_field = \"status\"",
            "success_field and success_value belong together",
        ),
        (
            "success_value = \"ok\"",
            "success_field and success_value belong together",
        ),
        (
            "success_field = \"a\"\nsuccess_value = \"b\"\nsuccess_text = \"c\"",
            "it has either success_field or success_text",
        ),
        ("success_text = \"\"", "success_text: it must not be empty"),
        (
            "id_field = \"list[0].id\"",
            "id_field is wrong: it must be the path",
        ),
        (
            "id_field = \"$.id\"",
            "id_field is wrong: it must be the path",
        ),
        (
            "id_field = \"{{ id }}\"",
            "id_field is wrong: it must be the path",
        ),
        (
            "id_field = \"data..id\"",
            "id_field is wrong: it must be the path",
        ),
        (
            "success_field = \".status\"\nsuccess_value = \"ok\"",
            "success_field is wrong: it must be the path",
        ),
    ] {
        let keys = format!("endpoint = \"https://sms.example.com\"\nbody = \"{{}}\"\n{keys}");
        let refusal = generic("", &keys).err().expect(expected);
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn an_unusable_gateway_setting_is_refused_with_its_key() {
    let refusal = |keys: &str| {
        let settings = settings(&["main"], &format!("[sms.gateway.main]\n{keys}"));
        sms_gateways(&settings, &clock(&settings))
            .err()
            .expect("refused")
            .to_string()
    };
    let generic = "kind = \"generic\"\nendpoint = \"https://sms.example.com\"\n";
    for (keys, expected) in [
        (
            "body = '{\"text\": \"{{ text }}\"}'",
            "sms.gateway.main.body is wrong: it does not render valid JSON",
        ),
        (
            "body = '{\"text\": {{ txt }}}'",
            "sms.gateway.main.body is wrong: undefined value",
        ),
        (
            "body = '{\"text\": {{ from }}}'",
            "sms.gateway.main.body is wrong: undefined value",
        ),
        (
            "body = '{{ text'",
            "sms.gateway.main.body is wrong: syntax error",
        ),
        (
            "body = '{{ text }}'\nheaders = { \"x y\" = \"1\" }",
            "sms.gateway.main.headers.x y is wrong",
        ),
        (
            "body = '{{ text }}'\nheaders = { x = \"hunter2{{ text }}\" }",
            "sms.gateway.main.headers.x is wrong",
        ),
    ] {
        let refusal = refusal(&format!("{generic}{keys}"));
        assert!(
            refusal.contains(expected) && !refusal.contains("hunter2"),
            "{refusal}"
        );
    }
    let vonage = "kind = \"vonage\"\napplication_id = \"a\"\nfrom = \"b\"\nprivate_key_file = \"/nowhere.key\"";
    assert!(
        refusal(vonage)
            .contains("sms.gateway.main.private_key_file is wrong: /nowhere.key: No such file")
    );
}

#[test]
fn an_invalid_region_is_refused_with_its_key() {
    let read = |region: &str| {
        let sns = table("main", "sns", "https://sms.example.com");
        read(&["main"], &sns.replace("eu-west-1", region))
    };
    for region in ["eu-central-1", "us-gov-west-1", "ap-southeast-2"] {
        assert!(read(region).is_ok(), "{region}");
    }
    for region in [
        "",
        "eu",
        "eu-west",
        "eu--1",
        "EU-west-1",
        "evil.example/a-b-1",
        "eu-west-1.evil",
        "eu-west-1@evil",
    ] {
        let refusal = read(region).expect_err(region).to_string();
        assert!(
            refusal.contains("sms.gateway.main is wrong: region: it must be like eu-central-1"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn retry_after_may_be_a_date_and_a_past_date_is_a_wait_of_zero() {
    let wait = async |date| {
        let (outcome, _) =
            send_through("generic", Response::new(503, "").with("retry-after", date)).await;
        match outcome.expect_err("down") {
            TransportError::Unavailable { retry_after, .. } => retry_after,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        wait("Wed, 21 Oct 2015 07:28:00 GMT").await,
        Some(SignedDuration::ZERO)
    );
    assert!(wait("Thu, 31 Dec 2099 23:59:59 GMT").await > Some(SignedDuration::from_hours(24)));
    assert_eq!(wait("soon").await, None);
}

#[tokio::test]
async fn redirects_are_not_followed_and_oversized_responses_are_not_read() {
    let elsewhere = Provider::responding(vec![Response::new(200, "")]).await;
    let (outcome, _) = send_through(
        "generic",
        Response::new(307, "").with("location", &elsewhere.url),
    )
    .await;
    assert!(
        matches!(outcome, Err(TransportError::Misconfigured { .. })),
        "{outcome:?}"
    );
    assert!(elsewhere.take_requests().is_empty());
    let long = json!({ "code": 21614, "message": "x".repeat(1_000_000) });
    assert_eq!(declined("twilio", 400, long).await, FailureReason::Other);
}

#[tokio::test]
async fn an_unreachable_gateway_is_unavailable() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let outcome = gateway("twilio", &format!("http://{free}"))
        .send(&text())
        .await;
    assert_eq!(outcome, Err(TransportError::unavailable("no connection")));
}

#[tokio::test]
async fn an_untrusted_certificate_is_a_misconfiguration() {
    let url = provider::self_signed(IsCa::NoCa).await;
    let outcome = gateway("twilio", &url).send(&text()).await;
    let cause = "its certificate is from an authority that is not trusted".to_owned();
    assert_eq!(outcome, Err(TransportError::Misconfigured { cause }));
}

#[tokio::test]
async fn when_the_first_gateway_is_down_the_second_gets_the_same_text() {
    let main = Provider::responding(vec![Response::new(503, "")]).await;
    let spare = Provider::responding(vec![Response::new(201, json!({ "sid": "SM1" }))]).await;
    let tables = table("main", "generic", &main.url) + &table("spare", "twilio", &spare.url);
    let settings = settings(&["main", "spare"], &tables);
    let transports = sms_transports(
        &settings,
        &sms_gateways(&settings, &clock(&settings)).expect("gateways"),
    );
    let accepted = Failover::new(ContactType::Phone, transports, Arc::new(SystemClock))
        .send(&text())
        .await
        .expect("accepted");
    assert_eq!(
        (
            accepted.transport.as_str(),
            accepted.provider_message_id.as_deref()
        ),
        ("spare", Some("SM1"))
    );
    assert_eq!(main.only().json()["text"], BODY);
    assert_eq!(spare.only().field("Body"), BODY);
}

/// Runs `doorcode sms test` with these gateways.
async fn sms_test(arguments: &'static str, order: &str, tables: String) -> (bool, String) {
    let order = order.to_owned();
    let run = move || {
        let folder = tempfile::tempdir().expect("a folder");
        let toml = format!("[sms]\nbackend = \"gateways\"\ngateways = [{order}]\n{tables}");
        std::fs::write(folder.path().join("Leptos.toml"), toml).expect("written");
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(env!("CARGO_BIN_EXE_doorcode"))
            .args(["sms", "test", "--to", "+12025550123"])
            .args(arguments.split_whitespace())
            .current_dir(folder.path())
            .output()
            .expect("the program");
        (
            status.success(),
            String::from_utf8([stdout, stderr].concat()).expect("text"),
        )
    };
    tokio::task::spawn_blocking(run).await.expect("it ran")
}

#[tokio::test]
async fn the_test_command_reports_each_step_up_to_the_providers_id() {
    let provider = Provider::responding(vec![Response::new(201, json!({ "sid": "SM1" }))]).await;
    let (success, printed) = sms_test("", "\"main\"", table("main", "twilio", &provider.url)).await;
    assert!(success, "{printed}");
    for expected in [
        "Gateway main: http://127.0.0.1",
        "has the address 127.0.0.1",
        "Connected to",
        "as SM1.",
    ] {
        assert!(printed.contains(expected), "{printed}");
    }
    assert!(
        !printed.contains("token") && !printed.contains("2025550123"),
        "{printed}"
    );
}

#[tokio::test]
async fn the_test_command_names_the_step_that_failed_and_what_to_do() {
    let refusing = Provider::responding(vec![Response::new(401, twilio_error(20003, 401))]).await;
    let accepted = || Response::new(201, json!({ "sid": "SM1" }));
    let accepting = Provider::responding(vec![accepted(), accepted()]).await;
    let tables = table("main", "twilio", &refusing.url) + &table("spare", "twilio", &accepting.url);
    let (success, printed) = sms_test("", "\"main\", \"spare\"", tables.clone()).await;
    assert!(
        !success && printed.contains("check the gateway's keys"),
        "{printed}"
    );
    assert!(
        printed.contains("as SM1.") && printed.contains("The test failed at the gateway main."),
        "{printed}"
    );
    assert!(
        sms_test("--gateway spare", "\"main\", \"spare\"", tables.clone())
            .await
            .0
    );
    let (success, printed) = sms_test("--gateway other", "\"main\", \"spare\"", tables).await;
    assert!(
        !success && printed.contains("no gateway named other"),
        "{printed}"
    );

    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let (success, printed) = sms_test(
        "",
        "\"main\"",
        table("main", "twilio", &format!("http://{free}")),
    )
    .await;
    assert!(
        !success && printed.contains("No connection could be established"),
        "{printed}"
    );
}

#[tokio::test]
async fn the_test_command_fails_if_the_gateway_reports_an_error_with_status_200() {
    let body = r#"{"status":"error","error":"insufficient credit"}"#;
    let provider = Provider::responding(vec![Response::new(200, body)]).await;
    let table = table("main", "generic", &provider.url);
    let (success, printed) = sms_test("", "\"main\"", table).await;
    assert!(
        !success && !printed.contains("The gateway accepted"),
        "{printed}"
    );
    for expected in [
        "The gateway did not accept the message (HTTP status 200, but the answer has no data.id; other)",
        "The test failed at the gateway main.",
    ] {
        assert!(printed.contains(expected), "{printed}");
    }
}

#[tokio::test]
async fn the_test_command_explains_why_tls_failed() {
    let authority = IsCa::Ca(BasicConstraints::Unconstrained);
    let plain = Provider::responding(Vec::new())
        .await
        .url
        .replace("http://", "https://");
    for (url, expected) in [
        (
            provider::self_signed(IsCa::NoCa).await,
            "TLS failed (its certificate is from an authority that is not trusted)",
        ),
        (
            provider::self_signed(authority).await,
            "TLS failed (its certificate is self-signed",
        ),
        (plain, "TLS failed (it does not speak TLS on this port)"),
    ] {
        let (success, printed) = sms_test("", "\"main\"", table("main", "twilio", &url)).await;
        assert!(!success && printed.contains(expected), "{printed}");
    }
}
