//! Delivery receipts: requests in which the servers of gateways prove who they are and report the
//! state of a message.

use jiff::Timestamp;

use crate::server::domain::send::Receipt;

/// An unverified request from the server of a gateway. It has no `Debug`, because it may hold a
/// contact.
pub struct Callback<'a> {
    /// The public URL of the request, including the query. It is never derived from the `Host`
    /// header.
    pub url: &'a str,
    /// The headers, with names in lower case. Headers whose value is not text are left out.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The raw body.
    pub body: &'a [u8],
}

impl<'a> Callback<'a> {
    /// Returns a header that occurs exactly once. Different parsers could read a repeated header
    /// differently.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(other, _)| *other == name)
            .map(|(_, value)| *value);
        values.next().filter(|_| values.next().is_none())
    }
}

/// The error returned when a callback is not accepted as a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The signature is missing, or was made without the secret.
    #[error("its signature is missing or wrong")]
    BadSignature,
    /// The time of the signature is too far from the current time.
    #[error("its signature is not recent")]
    TooOld,
    /// The request does not have the content that the gateway documents.
    #[error("it is malformed")]
    Malformed,
    /// No gateway has this name, or the gateway sends no receipts.
    #[error("no gateway of this name sends receipts")]
    Unsupported,
}

/// Verifies the receipts of gateways.
pub trait ReceiptVerifier: Send + Sync {
    /// Verifies a callback that claims to come from a gateway, and parses it.
    ///
    /// # Errors
    /// Returns [`ReceiptError`] if the receipt is not accepted.
    fn receipt(
        &self,
        gateway: &str,
        callback: &Callback<'_>,
        now: Timestamp,
    ) -> Result<Receipt, ReceiptError>;
}
