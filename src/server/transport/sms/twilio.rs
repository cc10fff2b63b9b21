//! Twilio: the Messages resource (<https://www.twilio.com/docs/messaging/api/message-resource>),
//! its errors (<https://www.twilio.com/docs/api/errors>) and its signed callbacks
//! (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).
//!
//! No idempotency key is documented for creating a message, so a retry after a lost response may
//! send the text twice. For India, Twilio matches the registered template itself and takes no
//! parameters.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    TextMessage,
    api::{self, ApiResponse, ErrorClass, ErrorCodes},
    provider::{InvalidKey, Provider, resource_url},
    signature,
};
use crate::server::{
    config::TwilioSettings,
    domain::send::Receipt,
    domain::{DeliveryState, FailureReason},
    ports::receipts::{Callback, ReceiptError},
    transport::failover::TransportError,
};

const ENDPOINT: &str = "https://api.twilio.com";

const CODES: &ErrorCodes = &[
    // Too many requests, or a full queue.
    ("20429", ErrorClass::Unavailable),
    ("21611", ErrorClass::Unavailable),
    ("30001", ErrorClass::Unavailable),
    ("30022", ErrorClass::Unavailable),
    // The credentials or the account.
    ("20003", ErrorClass::Misconfigured),
    ("20005", ErrorClass::Misconfigured),
    ("30002", ErrorClass::Misconfigured),
    ("63038", ErrorClass::Misconfigured),
    // The sender.
    ("21212", ErrorClass::Misconfigured),
    ("21603", ErrorClass::Misconfigured),
    ("21606", ErrorClass::Misconfigured),
    ("21612", ErrorClass::Misconfigured),
    ("21659", ErrorClass::Misconfigured),
    ("21660", ErrorClass::Misconfigured),
    ("21703", ErrorClass::Misconfigured),
    ("21704", ErrorClass::Misconfigured),
    ("21705", ErrorClass::Misconfigured),
    ("30034", ErrorClass::Misconfigured),
    // A trial account that may send only to verified numbers, or the callback's URL.
    ("21608", ErrorClass::Misconfigured),
    ("21609", ErrorClass::Misconfigured),
    // This account may not send to that country.
    (
        "21408",
        ErrorClass::Declined(FailureReason::CountryNotAllowed),
    ),
    ("21211", ErrorClass::Refused(FailureReason::NoSuchAddress)),
    ("30005", ErrorClass::Refused(FailureReason::NoSuchAddress)),
    ("21614", ErrorClass::Refused(FailureReason::NotMobile)),
    ("30006", ErrorClass::Refused(FailureReason::NotMobile)),
    // The recipient replied STOP, or the network blocked the message.
    ("21610", ErrorClass::Refused(FailureReason::Blocked)),
    ("30004", ErrorClass::Refused(FailureReason::Blocked)),
    // A spam filter blocked the text or the sender.
    ("30007", ErrorClass::Declined(FailureReason::Blocked)),
    ("30003", ErrorClass::Refused(FailureReason::Unreachable)),
];

pub(super) struct Twilio {
    url: Url,
    account_sid: String,
    auth_token: SecretString,
    sender: (&'static str, String),
    receipts: Option<String>,
}

impl Twilio {
    pub(super) fn new(
        settings: &TwilioSettings,
        receipts: Option<String>,
    ) -> Result<Self, InvalidKey> {
        let path = [
            "2010-04-01",
            "Accounts",
            &settings.account_sid,
            "Messages.json",
        ];
        let service = settings
            .messaging_service_sid
            .clone()
            .map(|service| ("MessagingServiceSid", service));
        let from = settings.from.clone().map(|from| ("From", from));
        Ok(Self {
            url: resource_url(settings.endpoint.as_ref(), ENDPOINT, &path)?,
            account_sid: settings.account_sid.clone(),
            auth_token: settings.auth_token.clone(),
            sender: service
                .or(from)
                .ok_or_else(|| InvalidKey::new("from", "it is missing"))?,
            receipts,
        })
    }
}

impl Provider for Twilio {
    fn url(&self) -> &Url {
        &self.url
    }

    fn request(
        &self,
        client: &Client,
        text: &TextMessage,
        _now: Timestamp,
    ) -> Result<RequestBuilder, TransportError> {
        let (sender_field, sender) = &self.sender;
        let mut form = vec![
            ("To", text.to.as_str()),
            ("Body", &text.body),
            (sender_field, sender),
        ];
        let callback = self
            .receipts
            .as_ref()
            .map(|url| format!("{url}?{}", query("message", &text.message_id)));
        form.extend(callback.as_deref().map(|url| ("StatusCallback", url)));
        Ok(client
            .post(self.url.clone())
            .basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()))
            .form(&form))
    }

    fn outcome(&self, response: &ApiResponse) -> Result<Option<String>, TransportError> {
        response.outcome(response.at("/sid"), response.at("/code").as_deref(), CODES)
    }

    /// Twilio's signature contains no time, so only the digests in the store prevent a replay.
    fn receipt(&self, callback: &Callback<'_>, _now: Timestamp) -> Result<Receipt, ReceiptError> {
        let fields: Vec<_> = form_urlencoded::parse(callback.body).collect();
        let signed = signed(callback.url, &fields);
        let expected = signature::hmac_sha1(
            self.auth_token.expose_secret().as_bytes(),
            signed.as_bytes(),
        );
        let received = callback
            .header("x-twilio-signature")
            .and_then(|text| BASE64_STANDARD.decode(text).ok());
        if !received.is_some_and(|received| signature::constant_time_eq(&expected, &received)) {
            return Err(ReceiptError::BadSignature);
        }
        let field = |name| {
            fields
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| &**value)
        };
        let message_id = Url::parse(callback.url).ok().and_then(|url| {
            url.query_pairs()
                .find(|(name, _)| name == "message")
                .map(|(_, id)| id.into_owned())
        });
        Ok(Receipt {
            message_id: message_id.ok_or(ReceiptError::Malformed)?,
            state: field("MessageStatus")
                .and_then(|status| state(status, field("ErrorCode")))
                .ok_or(ReceiptError::Malformed)?,
            digest: signature::sha256(signed.as_bytes()),
        })
    }
}

/// Returns the text that is signed: the URL, then the name and value of each field, sorted by name.
fn signed(url: &str, fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .fold(url.to_owned(), |signed, (name, value)| {
            signed + name + value
        })
}

fn state(status: &str, code: Option<&str>) -> Option<DeliveryState> {
    match status {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => Some(DeliveryState::Sent),
        "delivered" | "read" => Some(DeliveryState::Delivered),
        "undelivered" | "failed" | "canceled" => {
            Some(DeliveryState::Failed(api::reason(CODES, code)))
        }
        _ => None,
    }
}

fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &[u8] =
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";

    fn receipt(signature: &str, url: &str) -> ReceiptError {
        let settings = TwilioSettings {
            account_sid: "AC1".to_owned(),
            auth_token: "12345".into(),
            from: Some("+12025550100".to_owned()),
            messaging_service_sid: None,
            endpoint: None,
        };
        let Ok(twilio) = Twilio::new(&settings, None) else {
            panic!("settings that hold")
        };
        let callback = Callback {
            url,
            headers: vec![("x-twilio-signature", signature)],
            body: EXAMPLE,
        };
        twilio
            .receipt(&callback, Timestamp::UNIX_EPOCH)
            .expect_err("it says nothing of a message")
    }

    /// The example on Twilio's security page. It is about a call, so its signature is valid but it
    /// is not a receipt.
    #[test]
    fn published_signature_is_accepted_and_others_are_rejected() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(
            receipt("RSOYDt4T1cUTdK1PDd93/VVr8B8=", url),
            ReceiptError::Malformed
        );
        for (signature, url) in [
            ("RSOYDt4T1cUTdK1PDd93/VVr8B9=", url),
            (
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
                "https://mycompany.com/myapp.php?foo=1&bar=3",
            ),
            (
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
                "http://mycompany.com/myapp.php?foo=1&bar=2",
            ),
            ("", url),
            ("RSOY", url),
        ] {
            assert_eq!(
                receipt(signature, url),
                ReceiptError::BadSignature,
                "{signature} {url}"
            );
        }
    }

    #[test]
    fn statuses_map_to_delivery_states() {
        for (status, code, expected) in [
            ("queued", None, Some(DeliveryState::Sent)),
            ("sent", None, Some(DeliveryState::Sent)),
            ("delivered", None, Some(DeliveryState::Delivered)),
            (
                "undelivered",
                Some("30006"),
                Some(DeliveryState::Failed(FailureReason::NotMobile)),
            ),
            (
                "failed",
                Some("30007"),
                Some(DeliveryState::Failed(FailureReason::Blocked)),
            ),
            (
                "failed",
                Some("30008"),
                Some(DeliveryState::Failed(FailureReason::Other)),
            ),
            ("receiving", None, None),
        ] {
            assert_eq!(state(status, code), expected, "{status}");
        }
    }
}
