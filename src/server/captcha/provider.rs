//! Cloudflare Turnstile and hCaptcha: their script asks on the page, and they say whether the
//! answer is right.
//!
//! They are told the answer and nothing of who gave it: `remoteip` is optional with both and left
//! out. When they cannot be asked or their answer cannot be read, nobody passes.

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
    ports::{Captcha, CaptchaError},
    random::Random,
};

/// The most time that a provider gets for its answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer of a person is good: 5 minutes with Turnstile, less with hCaptcha.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(5);
/// The most of an answer that is read.
const MAX_BYTES: usize = 16 * 1024;
/// What both say when the operator's settings or they themselves are to blame. With anything else
/// it is the answer.
const NOT_THE_VISITOR: [&str; 7] = [
    "missing-input-secret",
    "invalid-input-secret",
    "sitekey-secret-mismatch",
    "not-using-dummy-passcode",
    "not-using-dummy-secret",
    "bad-request",
    "internal-error",
];

/// Whose check it is.
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

    /// The longest answer. hCaptcha names no limit.
    const fn max_length(self) -> usize {
        match self {
            Self::Turnstile => 2048,
            Self::HCaptcha => 4096,
        }
    }
}

/// What the operator says of a provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Whose check it is.
    pub kind: Kind,
    /// The site, as the provider knows it.
    pub site_key: String,
    /// What the provider knows this server by.
    pub secret: SecretString,
    /// Instead of the provider's own address.
    pub endpoint: Option<Url>,
    /// The host of our pages.
    pub host: String,
    /// The name of the form, as our pages tell it to Turnstile.
    pub action: &'static str,
}

/// Why a provider cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The system trusts nobody.
    #[error("captcha.kind cannot be used, because TLS does not work here: {0}")]
    Tls(#[from] rustls::Error),
    /// The client cannot be built.
    #[error("captcha.kind cannot be used, because there is no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Asks the provider.
#[derive(Debug)]
pub struct Provider {
    client: Client,
    settings: ProviderSettings,
}

#[derive(Deserialize)]
struct Verdict {
    success: bool,
    hostname: Option<String>,
    action: Option<String>,
    #[serde(default, rename = "error-codes")]
    error_codes: Vec<String>,
}

impl Provider {
    /// A provider behind its address.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(settings: ProviderSettings) -> Result<Self, SetupError> {
        Ok(Self {
            client: https::client(https::tls()?)?,
            settings,
        })
    }

    async fn ask(&self, text: &str) -> Result<Verdict, CaptchaError> {
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
        // Only hCaptcha compares the site.
        let form = if *kind == Kind::HCaptcha {
            &form[..]
        } else {
            &form[..2]
        };
        let address = endpoint.as_ref().map_or(kind.endpoint(), Url::as_str);
        let request = self.client.post(address).timeout(TIMEOUT).form(form);
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        if !response.status().is_success() && !response.status().is_client_error() {
            return Err(CaptchaError(format!(
                "HTTP status {}",
                response.status().as_u16()
            )));
        }
        serde_json::from_slice(&body(response).await?)
            .map_err(|_| CaptchaError("the provider's answer cannot be read".to_owned()))
    }

    /// Whether an answer was given on our page and for our form. hCaptcha says that its `hostname`
    /// is not for this, and compares the site key instead.
    fn is_ours(&self, verdict: &Verdict) -> bool {
        let ProviderSettings {
            kind, host, action, ..
        } = &self.settings;
        let is = |told: &Option<String>, own: &str| told.as_deref() == Some(own);
        *kind == Kind::HCaptcha || is(&verdict.hostname, host) && is(&verdict.action, action)
    }
}

#[async_trait]
impl Captcha for Provider {
    fn challenge(&self, _: &dyn Random, _: Timestamp) -> Option<String> {
        None
    }

    async fn check(&self, text: &str, _: Timestamp) -> Result<Option<Solution>, CaptchaError> {
        if text.len() > self.settings.kind.max_length() {
            return Ok(None);
        }
        let verdict = self.ask(text).await?;
        if let Some(code) = NOT_THE_VISITOR
            .iter()
            .find(|code| verdict.error_codes.iter().any(|said| said == **code))
        {
            return Err(CaptchaError(format!("the provider says {code}")));
        }
        Ok((verdict.success && self.is_ours(&verdict)).then(|| Solution::new(text, VALID_FOR)))
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, CaptchaError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err(CaptchaError("the provider's answer is too long".to_owned()));
        }
    }
    Ok(body)
}

/// The class of a failure; the library's own words hold the address.
fn no_answer(error: &reqwest::Error) -> CaptchaError {
    let why = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    CaptchaError(format!("the provider cannot be asked: {why}"))
}
