//! `[brand]`: the operator's name, addresses and appearance.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, de::Error as _};
use url::Url;

use crate::server::{
    config::{SettingsError, require, sections::is_own_machine, setting::section, strict},
    domain::{Accent, Colour, typed_text},
};

section! {
    /// `[brand]`: the operator's name, addresses and appearance.
    Brand in "brand" {
        /// The operator's name in pages and messages: 1 to 50 characters.
        name: String = "Waste Billing".to_owned(), read: "strict::text";
        /// The URL of the site as browsers see it, without a path.
        public_url: PublicUrl = PublicUrl::local();
        /// A file with the logo: an SVG, PNG, WebP or JPEG image.
        logo: Option<PathBuf> = None;
        /// The colour of buttons and links on a light background, like "#0b5d57".
        accent: Option<Colour> = None;
        /// The colour of buttons and links on a dark background. Without it, a lighter shade of
        /// accent is used.
        accent_dark: Option<Colour> = None;
        /// The contact for help: the URL of a page, an email address, or a phone number that starts
        /// with +.
        support: Option<Address> = None;
        /// The URL of the privacy policy. Every page links to it.
        privacy_url: Option<Address> = None;
        /// The URL of the terms of use. Every page links to it.
        terms_url: Option<Address> = None;
        /// The URL of the legal notice, which names who is responsible. Every page links to it.
        imprint_url: Option<Address> = None;
        /// The time zone of times in pages and messages, like "Europe/Berlin".
        time_zone: String = "UTC".to_owned(), read: "strict::text";
    }
}

impl Brand {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let is_valid = !self.name.trim().is_empty()
            && self.name.chars().count() <= 50
            && !self.name.chars().any(char::is_control);
        require(
            is_valid,
            "brand.name",
            "1 to 50 characters without control characters",
        )?;
        require(
            self.zone().is_some(),
            "brand.time_zone",
            "the name of a time zone, like Europe/Berlin",
        )?;
        let pages = [
            ("brand.privacy_url", &self.privacy_url),
            ("brand.terms_url", &self.terms_url),
            ("brand.imprint_url", &self.imprint_url),
        ];
        for (key, address) in pages {
            let is_page = address
                .as_ref()
                .is_none_or(|address| address.0.starts_with("http"));
            require(
                is_page,
                key,
                "the address of a page, like https://example.com/privacy",
            )?;
        }
        require(
            self.accent.is_some() || self.accent_dark.is_none(),
            "brand.accent",
            "set if brand.accent_dark is set",
        )?;
        self.accent().map(|_| ())
    }

    /// Returns the time zone, or `None` if its name is unknown.
    #[must_use]
    pub fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.time_zone).ok()
    }

    /// Returns the accent colours, if the operator has set them. Returns an error if their contrast
    /// is too low.
    pub(in crate::server) fn accent(&self) -> Result<Option<Accent>, SettingsError> {
        let Some(accent) = self.accent else {
            return Ok(None);
        };
        Accent::new(accent, self.accent_dark)
            .map(Some)
            .map_err(|error| SettingsError::Contrast {
                key: if error.is_dark {
                    "brand.accent_dark"
                } else {
                    "brand.accent"
                },
                error,
            })
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("it must be a colour like \"#0b5d57\""))
    }
}

/// The target of a link: an `https`, `http`, `mailto` or `tel` URL.
#[derive(Clone, Debug)]
pub struct Address(pub String);

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = strict::text(deserializer)?;
        let text = typed_text::normalize(&typed).unwrap_or(typed);
        let digits = text.strip_prefix('+').unwrap_or_default();
        let is_phone = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || b == b' ');
        let full = match &text {
            phone if is_phone => format!("tel:{}", phone.replace(' ', "")),
            email if email.contains('@') && !email.contains(':') => format!("mailto:{email}"),
            other => other.clone(),
        };
        let url = Url::parse(&full).ok();
        let known =
            url.is_some_and(|url| ["https", "http", "mailto", "tel"].contains(&url.scheme()));
        let invalid = "it must be the address of a page, an email address or a phone number that starts with +";
        if known {
            Ok(Self(full))
        } else {
            Err(D::Error::custom(invalid))
        }
    }
}

/// A public URL: a scheme, a host and an optional port, and nothing else.
#[derive(Clone, Debug)]
pub struct PublicUrl(Url);

impl PublicUrl {
    fn local() -> Self {
        Self::parse("http://127.0.0.1:3000")
            .unwrap_or_else(|| unreachable!("the default is an address"))
    }

    /// Returns the origin in the form that browsers send.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Returns the host without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the forms of host and port that a request may have. The default port of the scheme
    /// may be omitted (RFC 9110 section 4.2.3).
    #[must_use]
    pub fn authorities(&self) -> Vec<String> {
        let short = self.0.port().is_none().then(|| self.host().to_owned());
        let full = self
            .0
            .port_or_known_default()
            .map(|port| format!("{}:{port}", self.host()));
        short.into_iter().chain(full).collect()
    }

    /// Whether the host is this machine: `localhost` or a loopback address.
    #[must_use]
    pub fn is_own_machine(&self) -> bool {
        is_own_machine(self.host())
    }

    /// Whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let has_only_origin = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_http = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        (has_only_origin && is_http).then_some(Self(url))
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom("it must be like https://pay.example.com, without a path")
        })
    }
}
