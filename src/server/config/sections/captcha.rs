//! `[captcha]`: the check for unknown devices in a network beyond its soft limit.

use secrecy::SecretString;

use super::{
    super::{
        SettingsError, require,
        setting::section,
        strict::{self, one_of},
    },
    sms::Endpoint,
};

one_of!(CaptchaKind, "proof-of-work" => Self::ProofOfWork, "turnstile" => Self::Turnstile, "hcaptcha" => Self::HCaptcha, "none" => Self::None);

/// The kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaKind {
    /// The browser computes a proof of work. No third party is involved.
    ProofOfWork,
    /// The check of Cloudflare Turnstile.
    Turnstile,
    /// The check of hCaptcha.
    HCaptcha,
    /// No check: devices have to wait.
    None,
}

section! {
    /// `[captcha]`: the check for unknown devices in a network beyond its soft limit.
    Captcha in "captcha" {
        /// The check that an unknown device must pass once its network exceeds
        /// `limits.network_messages_before_captcha`.
        kind: CaptchaKind = CaptchaKind::ProofOfWork;
        /// The most hashes that a proof of work takes. On average it takes half of them.
        difficulty: u32 = 600_000, range: 1_000 to 10_000_000;
        /// The site key from Turnstile or hCaptcha.
        site_key: Option<String> = None, read: "strict::optional_text";
        /// The secret that belongs to the site key. Prefer the environment variable
        /// `DOORCODE__CAPTCHA__SECRET`.
        secret: Option<SecretString> = None, read: "strict::optional_secret";
        /// The URL that verifies solutions instead of the provider's own, for tests.
        endpoint: Option<Endpoint> = None;
    }
}

impl Captcha {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let is_asked_elsewhere =
            matches!(self.kind, CaptchaKind::Turnstile | CaptchaKind::HCaptcha);
        for (is_there, key) in [
            (self.site_key.is_some(), "captcha.site_key"),
            (self.secret.is_some(), "captcha.secret"),
        ] {
            require(
                is_there == is_asked_elsewhere,
                key,
                "set with the kinds turnstile and hcaptcha, and only then",
            )?;
        }
        let is_used = self.endpoint.is_none() || is_asked_elsewhere;
        require(
            is_used,
            "captcha.endpoint",
            "set only with the kinds turnstile and hcaptcha",
        )
    }
}
