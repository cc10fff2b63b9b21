//! A mail as its recipient gets it: headers, both parts, and perhaps a signature.

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

use super::{Failure, Mail, SetupError};
use crate::server::transport::templates::plain;

/// What a signature covers: what a reader sees, and what makes the mail one of a kind (RFC 6376
/// section 5.4.1). The mail library cannot sign a mail's `Content-Type`: it belongs to the body for
/// it.
const SIGNED: [&str; 6] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
];
/// id-Ed25519 (RFC 8410 section 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// How mails are signed (DKIM, RFC 6376).
#[derive(Clone, Debug)]
pub struct Signature {
    /// The domain that signs, `d=`.
    pub domain: String,
    /// The name of the public key in the domain's DNS, `s=`.
    pub selector: String,
    /// The private key, PEM.
    pub key_file: PathBuf,
}

/// Makes messages of mails.
pub struct Composer {
    from: Mailbox,
    signature: Option<DkimConfig>,
}

impl Composer {
    /// Mails from `from`, signed or not.
    ///
    /// # Errors
    /// [`SetupError::SigningKey`].
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

    /// The message of a mail. Its envelope has one recipient: the address, byte for byte.
    ///
    /// # Errors
    /// [`Failure::NotComposed`].
    pub fn compose(&self, mail: &Mail) -> Result<Message, Failure> {
        let mut message = self
            .unsigned(mail)
            .map_err(|error| Failure::NotComposed(error.to_string()))?;
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
            // RFC 3834: no vacation notices back; X-Entity-Ref-ID: Gmail does not fold one code
            // mail into the next.
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
    // Relays may fold headers anew.
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

/// An RSA key, PKCS#1 or PKCS#8. RFC 8301 section 3.2: signers use 1024 bits or more.
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

/// An Ed25519 key (RFC 8463), PKCS#8: an octet string of 32 bytes inside of the key's octet string
/// (RFC 8410 section 7).
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
