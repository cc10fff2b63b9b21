//! What the servers of gateways post to us: proof of who they are, and what became of a message.

use jiff::Timestamp;

use crate::server::domain::send::Receipt;

/// A request from a gateway's server, as it came. It has no `Debug`: it may hold a contact.
pub struct Callback<'a> {
    /// The public address that it was sent to, with its query. Never made from `Host`.
    pub url: &'a str,
    /// Its headers, names in lower case; what is no text is left out.
    pub headers: Vec<(&'a str, &'a str)>,
    /// Its body.
    pub body: &'a [u8],
}

impl<'a> Callback<'a> {
    /// A header, if it is there once. Two could be read differently by two readers.
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

/// Why a callback is not taken for a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Nobody signed it, or somebody who does not know the secret.
    #[error("its signature is missing or wrong")]
    BadSignature,
    /// It was signed at another time than now.
    #[error("it was not signed just now")]
    TooOld,
    /// It does not say what the gateway's description says that it does.
    #[error("it is malformed")]
    Malformed,
    /// There is no such gateway, or it sends no receipts.
    #[error("no gateway of this name sends receipts")]
    Unsupported,
}

/// Who can tell a receipt from a forgery.
pub trait Receivers: Send + Sync {
    /// Verifies a callback that claims to come from a gateway, and reads it.
    ///
    /// # Errors
    /// [`ReceiptError`].
    fn receipt(
        &self,
        gateway: &str,
        callback: &Callback<'_>,
        now: Timestamp,
    ) -> Result<Receipt, ReceiptError>;
}
