//! `[captcha]`: what is asked of a network beyond its soft limit.

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    super::{SettingsError, demand, strict},
    sms::Endpoint,
};
use crate::server::config::strict::one_of;

one_of!(CaptchaKind, "proof-of-work" => Self::ProofOfWork, "turnstile" => Self::Turnstile, "hcaptcha" => Self::HCaptcha, "none" => Self::None);

/// What is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptchaKind {
    /// That the browser computes for a moment. Nobody else hears of it.
    #[default]
    ProofOfWork,
    /// What Cloudflare Turnstile asks.
    Turnstile,
    /// What hCaptcha asks.
    HCaptcha,
    /// Nothing: the network has to wait.
    None,
}

/// `[captcha]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Captcha {
    /// What is asked.
    pub kind: CaptchaKind,
    /// Hashes that a proof of work takes at most; half of them on average.
    #[serde(deserialize_with = "strict::whole")]
    pub difficulty: u32,
    /// The site, as its provider knows it.
    #[serde(deserialize_with = "strict::optional")]
    pub site_key: Option<String>,
    /// What the provider knows this server by.
    #[serde(deserialize_with = "strict::optional_secret")]
    pub secret: Option<SecretString>,
    /// Instead of the provider's own address.
    pub endpoint: Option<Endpoint>,
}

impl Default for Captcha {
    fn default() -> Self {
        Self { kind: CaptchaKind::default(), difficulty: 600_000, site_key: None, secret: None, endpoint: None }
    }
}

impl Captcha {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        demand((1_000..=10_000_000).contains(&self.difficulty), "captcha.difficulty", "1000 to 10000000")?;
        let is_asked_elsewhere = matches!(self.kind, CaptchaKind::Turnstile | CaptchaKind::HCaptcha);
        for (is_there, key) in
            [(self.site_key.is_some(), "captcha.site_key"), (self.secret.is_some(), "captcha.secret")]
        {
            demand(is_there == is_asked_elsewhere, key, "there with the kinds turnstile and hcaptcha, and only then")?;
        }
        let is_used = self.endpoint.is_none() || is_asked_elsewhere;
        demand(is_used, "captcha.endpoint", "absent but with the kinds turnstile and hcaptcha")
    }
}
