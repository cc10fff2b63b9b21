//! Cloudflare Turnstile and hCaptcha: the provider's script shows a challenge on the page, and the
//! provider verifies the visitor's response.
//!
//! The server sends the provider the response but nothing about the visitor: `remoteip` is optional
//! for both providers and left out. If the provider cannot be reached or its answer cannot be read,
//! no response is accepted.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::server::{
    domain::Solution,
    https,
    ports::{CaptchaError, CaptchaVerifier},
    random::Random,
};

/// How long the provider may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a visitor's response is valid: 5 minutes with Turnstile, less with hCaptcha.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(5);
/// The maximum length of the provider's answer, in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// The error codes of both providers that mean that the operator's settings or the provider are at
/// fault. All other codes mean that the visitor's response is wrong.
const SETUP_ERROR_CODES: [&str; 7] = [
    "missing-input-secret",
    "invalid-input-secret",
    "sitekey-secret-mismatch",
    "not-using-dummy-passcode",
    "not-using-dummy-secret",
    "bad-request",
    "internal-error",
];

/// The provider of the challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// <https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>
    Turnstile,
    /// <https://docs.hcaptcha.com/#verify-the-user-response-server-side>
    HCaptcha,
}

impl Kind {
    const fn endpoint(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            Self::HCaptcha => "https://api.hcaptcha.com/siteverify",
        }
    }

    /// The maximum length of a visitor's response, in bytes. hCaptcha documents no limit.
    const fn max_length(self) -> usize {
        match self {
            Self::Turnstile => 2048,
            Self::HCaptcha => 4096,
        }
    }
}

/// The settings of a provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The provider of the challenge.
    pub kind: Kind,
    /// The public key by which the provider knows the site.
    pub site_key: String,
    /// The secret that authenticates this server to the provider.
    pub secret: SecretString,
    /// The address to send responses to, instead of the provider's own.
    pub endpoint: Option<Url>,
    /// The host name of our pages.
    pub host: String,
    /// The name of the form that our pages pass to Turnstile.
    pub action: &'static str,
}

/// The reason why a provider cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// TLS cannot be set up, for example because the system trusts no certificate authority.
    #[error("captcha.kind cannot be used, because TLS does not work here: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client cannot be built.
    #[error("captcha.kind cannot be used, because there is no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A captcha whose responses a provider verifies.
#[derive(Debug)]
pub struct Provider {
    client: Client,
    settings: ProviderSettings,
}

#[derive(Deserialize)]
struct Verification {
    success: bool,
    hostname: Option<String>,
    action: Option<String>,
    #[serde(default, rename = "error-codes")]
    error_codes: Vec<String>,
}

impl Provider {
    /// Creates a client of the provider that the settings describe.
    ///
    /// # Errors
    /// Returns [`SetupError`] if TLS or the HTTP client cannot be set up.
    pub fn new(settings: ProviderSettings) -> Result<Self, SetupError> {
        Ok(Self {
            client: https::client(https::tls()?)?,
            settings,
        })
    }

    async fn verify(&self, text: &str) -> Result<Verification, CaptchaError> {
        let ProviderSettings {
            kind,
            site_key,
            secret,
            endpoint,
            ..
        } = &self.settings;
        let form = [
            ("secret", secret.expose_secret()),
            ("response", text),
            ("sitekey", site_key),
        ];
        // Only hCaptcha checks the site key.
        let form = if *kind == Kind::HCaptcha {
            &form[..]
        } else {
            &form[..2]
        };
        let address = endpoint.as_ref().map_or(kind.endpoint(), Url::as_str);
        let request = self.client.post(address).timeout(TIMEOUT).form(form);
        let response = request.send().await.map_err(|error| no_response(&error))?;
        if !response.status().is_success() && !response.status().is_client_error() {
            return Err(CaptchaError(format!(
                "HTTP status {}",
                response.status().as_u16()
            )));
        }
        serde_json::from_slice(&body(response).await?)
            .map_err(|_| CaptchaError("the provider's response cannot be read".to_owned()))
    }

    /// Whether a response was given on our page and for our form. hCaptcha documents that its
    /// `hostname` is not meant for this check, and checks the site key instead.
    fn is_ours(&self, verification: &Verification) -> bool {
        let ProviderSettings {
            kind, host, action, ..
        } = &self.settings;
        let is = |reported: &Option<String>, own: &str| reported.as_deref() == Some(own);
        *kind == Kind::HCaptcha
            || is(&verification.hostname, host) && is(&verification.action, action)
    }
}

#[async_trait]
impl CaptchaVerifier for Provider {
    fn challenge(&self, _: &dyn Random, _: Timestamp) -> Option<String> {
        None
    }

    async fn check(&self, text: &str, _: Timestamp) -> Result<Option<Solution>, CaptchaError> {
        if text.len() > self.settings.kind.max_length() {
            return Ok(None);
        }
        let verification = self.verify(text).await?;
        if let Some(code) = SETUP_ERROR_CODES.iter().find(|code| {
            verification
                .error_codes
                .iter()
                .any(|error_code| error_code == **code)
        }) {
            return Err(CaptchaError(format!("the provider says {code}")));
        }
        Ok((verification.success && self.is_ours(&verification))
            .then(|| Solution::new(text, VALID_FOR)))
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, CaptchaError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| no_response(&error))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err(CaptchaError(
                "the provider's response is too long".to_owned(),
            ));
        }
    }
    Ok(body)
}

/// Names only the class of a failure, because the library's own message contains the address.
fn no_response(error: &reqwest::Error) -> CaptchaError {
    let cause = if error.is_timeout() {
        "no response in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    CaptchaError(format!("the provider cannot be asked: {cause}"))
}
