//! Composes emails: headers, the plain text and HTML parts, and an optional DKIM signature.

use std::path::PathBuf;

use lettre::{
    Message,
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
/// unique (RFC 6376 section 5.4.1). The mail library cannot sign `Content-Type`, which it treats as
/// part of the body.
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

/// Composes emails from one sender, with or without a signature.
pub struct Composer {
    from: Mailbox,
    signature: Option<DkimConfig>,
}

impl Composer {
    /// Creates a composer for emails from `from`.
    ///
    /// # Errors
    /// Returns [`SetupError::SigningKey`] if the key of the signature cannot be used.
    pub fn new(from: Mailbox, signature: Option<Signature>) -> Result<Self, SetupError> {
        let name = from
            .name
            .map(|name| plain::name(&name))
            .filter(|name| !name.is_empty());
        Ok(Self {
            from: Mailbox::new(name, from.email),
            signature: signature.map(signing).transpose()?,
        })
    }

    /// Composes an email. Its envelope has one recipient: the address, byte for byte.
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
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.as_str().parse()?))
            .subject(plain::subject(&texts.subject))
            .message_id(Some(format!(
                "<{}@{}>",
                plain::subject(message_id),
                self.from.email.domain()
            )))
            .date((*date).into())
            // `Auto-Submitted` (RFC 3834) suppresses vacation notices. A different
            // `X-Entity-Ref-ID` keeps Gmail from collapsing one code email into the next.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
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

fn signing(signature: Signature) -> Result<DkimConfig, SetupError> {
    let Signature {
        domain,
        selector,
        key_file,
    } = signature;
    let pem = std::fs::read_to_string(key_file).map_err(|_| SetupError::SigningKey)?;
    let key = rsa_key(&pem)
        .or_else(|| ed25519_key(&pem))
        .ok_or(SetupError::SigningKey)?;
    let headers = SIGNED.map(HeaderName::new_from_ascii_str).to_vec();
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
