//! Composes emails: headers, the plain text and HTML parts, and an optional DKIM signature.

use std::path::PathBuf;

use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        dkim::{
            DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
            DkimSigningKey,
        },
        header::{HeaderName, HeaderValue},
    },
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, LineEnding},
    pkcs8::{DecodePrivateKey, ObjectIdentifier, PrivateKeyInfo, SecretDocument},
    traits::PublicKeyParts,
};

use super::{Mail, SetupError, SmtpError};
use crate::server::transport::templates::plain;

/// The headers that a signature covers: those that a reader sees, and those that make the email
/// unique (RFC 6376 section 5.4.1). `Reply-To` is added if there is one. The mail library cannot
/// sign `Content-Type`, which it treats as part of the body.
const SIGNED: [&str; 6] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
];
/// The object identifier of id-Ed25519 (RFC 8410 section 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The parameters of a DKIM signature (RFC 6376).
#[derive(Clone, Debug)]
pub struct Signature {
    /// The signing domain, `d=`.
    pub domain: String,
    /// The name of the public key in the DNS of the domain, `s=`.
    pub selector: String,
    /// The PEM file with the private key.
    pub key_file: PathBuf,
}

/// The addresses of the operator in an email.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The sender that the reader sees.
    pub from: Mailbox,
    /// Where replies go instead of to the sender (RFC 5322 section 3.6.2).
    pub reply_to: Option<Mailbox>,
    /// Where reports of undeliverable emails go instead of to the sender (RFC 5321 section 4.5.5).
    pub bounce_address: Option<Address>,
}

impl From<Mailbox> for Sender {
    fn from(from: Mailbox) -> Self {
        Self {
            from,
            reply_to: None,
            bounce_address: None,
        }
    }
}

/// Composes emails from one sender, with or without a signature.
pub struct Composer {
    sender: Sender,
    signature: Option<DkimConfig>,
}

impl Composer {
    /// Creates a composer for emails from `sender`.
    ///
    /// # Errors
    /// Returns [`SetupError::SigningKey`] if the key of the signature cannot be used.
    pub fn new(sender: Sender, signature: Option<Signature>) -> Result<Self, SetupError> {
        let sender = Sender {
            from: clean(sender.from),
            reply_to: sender.reply_to.map(clean),
            ..sender
        };
        let reply_to = sender.reply_to.as_ref().map(|_| "Reply-To");
        let signed: Vec<_> = SIGNED.into_iter().chain(reply_to).collect();
        Ok(Self {
            sender,
            signature: signature
                .map(|signature| signing(signature, &signed))
                .transpose()?,
        })
    }

    /// Composes an email. Its envelope has one recipient: the address, byte for byte, in the quotes
    /// that SMTP requires for some.
    ///
    /// # Errors
    /// Returns [`SmtpError::Compose`] if the mail library rejects the email.
    pub fn compose(&self, mail: &Mail) -> Result<Message, SmtpError> {
        let mut message = self
            .unsigned(mail)
            .map_err(|error| SmtpError::Compose(error.to_string()))?;
        if let Some(signature) = &self.signature {
            message.sign(signature);
        }
        Ok(message)
    }

    fn unsigned(&self, mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let Mail {
            to,
            texts,
            message_id,
            date,
            handover: _,
        } = mail;
        let Sender {
            from,
            reply_to,
            bounce_address,
        } = &self.sender;
        let to: Address = to.mailbox().parse()?;
        let bounce_address = bounce_address.as_ref().unwrap_or(&from.email);
        // The library would derive the envelope from the headers, and cannot parse a quoted local
        // part there.
        let envelope = Envelope::new(Some(bounce_address.clone()), vec![to.clone()])?;
        let builder = Message::builder()
            .envelope(envelope)
            .from(from.clone())
            .to(Mailbox::new(None, to));
        let builder = match reply_to {
            Some(reply_to) => builder.reply_to(reply_to.clone()),
            None => builder,
        };
        let message = builder
            .subject(plain::subject(&texts.subject))
            .message_id(Some(format!(
                "<{}@{}>",
                plain::subject(message_id),
                from.email.domain()
            )))
            .date((*date).into())
            // `Auto-Submitted` (RFC 3834) suppresses vacation notices, and with Exchange
            // `X-Auto-Response-Suppress` does (MS-OXCMAIL). It does not name the
            // reports of undeliverable emails, which the operator needs. A different
            // `X-Entity-Ref-ID` keeps Gmail from collapsing one code email into the next.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply"))
            .raw_header(header("X-Entity-Ref-ID", &plain::subject(message_id)))
            .multipart(MultiPart::alternative_plain_html(
                texts.text.clone(),
                texts.html.clone(),
            ))?;
        Ok(message)
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Removes from the display name what could mislead the reader.
fn clean(mailbox: Mailbox) -> Mailbox {
    let name = mailbox
        .name
        .map(|name| plain::name(&name))
        .filter(|name| !name.is_empty());
    Mailbox::new(name, mailbox.email)
}

fn signing(signature: Signature, signed: &[&'static str]) -> Result<DkimConfig, SetupError> {
    let Signature {
        domain,
        selector,
        key_file,
    } = signature;
    let pem = std::fs::read_to_string(key_file).map_err(|_| SetupError::SigningKey)?;
    let key = rsa_key(&pem)
        .or_else(|| ed25519_key(&pem))
        .ok_or(SetupError::SigningKey)?;
    let headers = signed.iter().copied();
    let headers = headers.map(HeaderName::new_from_ascii_str).collect();
    // Relays may change the folding of headers.
    let relaxed = DkimCanonicalizationType::Relaxed;
    Ok(DkimConfig::new(
        selector,
        domain,
        key,
        headers,
        DkimCanonicalization {
            header: relaxed,
            body: relaxed,
        },
    ))
}

/// Parses an RSA key in PKCS#1 or PKCS#8 format. Signers must use at least 1024 bits (RFC 8301
/// section 3.2).
fn rsa_key(pem: &str) -> Option<DkimSigningKey> {
    let key = RsaPrivateKey::from_pkcs1_pem(pem)
        .ok()
        .or_else(|| RsaPrivateKey::from_pkcs8_pem(pem).ok())?;
    let pkcs1 = key
        .to_pkcs1_pem(LineEnding::LF)
        .ok()
        .filter(|_| key.size() >= 128)?;
    DkimSigningKey::new(&pkcs1, DkimSigningAlgorithm::Rsa).ok()
}

/// Parses an Ed25519 key (RFC 8463) in PKCS#8 format: an octet string of 32 bytes inside the octet
/// string of the key (RFC 8410 section 7).
fn ed25519_key(pem: &str) -> Option<DkimSigningKey> {
    let (_, document) = SecretDocument::from_pem(pem).ok()?;
    let info = PrivateKeyInfo::try_from(document.as_bytes())
        .ok()
        .filter(|info| info.algorithm.oid == ED25519)?;
    let seed = info.private_key.strip_prefix(&[0x04, 32])?;
    DkimSigningKey::new(
        &base64::Engine::encode(&base64::prelude::BASE64_STANDARD, seed),
        DkimSigningAlgorithm::Ed25519,
    )
    .ok()
}
