//! Amazon SNS: the action Publish to a phone number
//! (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>,
//! <https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>), with the attributes for
//! senders and for India
//! (<https://docs.aws.amazon.com/sns/latest/dg/channels-sms-senderid-india.html>).
//!
//! SNS has no idempotency key for phone numbers, only for FIFO topics. It writes the delivery
//! status to Amazon's own log, so there are no receipts.

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, header};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    TextMessage,
    api::{ApiResponse, ErrorClass, ErrorCodes},
    provider::{InvalidKey, Provider, resource_url},
    sigv4::{self, Signer},
};
use crate::server::{
    config::SnsSettings, domain::FailureReason, transport::failover::TransportError,
};

const FORM: &str = "application/x-www-form-urlencoded";

/// The error codes of Publish and the common ones
/// (<https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>).
const CODES: &ErrorCodes = &[
    ("InternalError", ErrorClass::Unavailable),
    ("InternalFailure", ErrorClass::Unavailable),
    ("ServiceUnavailable", ErrorClass::Unavailable),
    ("Throttled", ErrorClass::Unavailable),
    ("Throttling", ErrorClass::Unavailable),
    ("ThrottlingException", ErrorClass::Unavailable),
    ("AccessDeniedException", ErrorClass::Misconfigured),
    ("AuthorizationError", ErrorClass::Misconfigured),
    ("ExpiredTokenException", ErrorClass::Misconfigured),
    ("IncompleteSignature", ErrorClass::Misconfigured),
    ("InvalidClientTokenId", ErrorClass::Misconfigured),
    ("InvalidParameter", ErrorClass::Misconfigured),
    ("NotAuthorized", ErrorClass::Misconfigured),
    ("OptInRequired", ErrorClass::Misconfigured),
    ("RequestExpired", ErrorClass::Misconfigured),
    ("SignatureDoesNotMatch", ErrorClass::Misconfigured),
    ("UserError", ErrorClass::Misconfigured),
    ("OptedOut", ErrorClass::Refused(FailureReason::Blocked)),
    (
        "InvalidParameter PhoneNumber",
        ErrorClass::Refused(FailureReason::NoSuchAddress),
    ),
];

pub(super) struct Sns {
    url: Url,
    host: String,
    region: String,
    access_key_id: String,
    secret_access_key: SecretString,
    attributes: Vec<(&'static str, String)>,
}

impl Sns {
    pub(super) fn new(settings: &SnsSettings) -> Result<Self, InvalidKey> {
        let own = format!("https://sns.{}.amazonaws.com", settings.region);
        let mut url = resource_url(settings.endpoint.as_ref(), &own, &[])?;
        // The signature covers this path.
        url.set_path("/");
        let attributes = [
            ("AWS.SNS.SMS.SMSType", Some("Transactional".to_owned())),
            ("AWS.SNS.SMS.SenderID", settings.sender_id.clone()),
            ("AWS.MM.SMS.EntityId", settings.dlt_entity_id.clone()),
            ("AWS.MM.SMS.TemplateId", settings.dlt_template_id.clone()),
        ];
        Ok(Self {
            host: url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
            url,
            region: settings.region.clone(),
            access_key_id: settings.access_key_id.clone(),
            secret_access_key: settings.secret_access_key.clone(),
            attributes: attributes
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
        })
    }

    fn form(&self, text: &TextMessage) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", "Publish")
            .append_pair("Version", "2010-03-31");
        form.append_pair("PhoneNumber", text.to.as_str())
            .append_pair("Message", &text.body);
        for (at, (name, value)) in (1..).zip(&self.attributes) {
            let key = |part: &str| format!("MessageAttributes.entry.{at}.{part}");
            form.append_pair(&key("Name"), name);
            form.append_pair(&key("Value.DataType"), "String")
                .append_pair(&key("Value.StringValue"), value);
        }
        form.finish()
    }
}

impl Provider for Sns {
    fn url(&self) -> &Url {
        &self.url
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let form = self.form(text);
        let signer = Signer {
            access_key_id: &self.access_key_id,
            secret_access_key: self.secret_access_key.expose_secret(),
            region: &self.region,
            service: "sns",
        };
        let request = client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, FORM)
            .header("x-amz-date", sigv4::amz_date(now))
            .header(
                header::AUTHORIZATION,
                signer.authorization(&self.host, FORM, now, form.as_bytes()),
            );
        Ok(request.body(form))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        let code = element(response.body(), "Code");
        // An invalid number and a sender that is not allowed have the same code. Only the text
        // names the parameter.
        let about_number =
            code == Some("InvalidParameter") && response.body().contains("PhoneNumber");
        let code = if about_number {
            Some("InvalidParameter PhoneNumber")
        } else {
            code
        };
        response.outcome(
            element(response.body(), "MessageId").map(str::to_owned),
            code,
            CODES,
        )
    }
}

/// Returns the text of the first XML element with a name. The elements that are read contain no
/// markup.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}
