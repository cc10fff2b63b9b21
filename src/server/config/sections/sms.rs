//! `[sms]`: how text messages leave.

use serde::Deserialize;

use crate::server::{
    config::{
        SettingsError,
        strict::{self, one_of},
    },
    domain::Region,
};

one_of!(SmsBackendName, "console" => Self::Console);

/// How text messages leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SmsBackendName {
    /// Into the terminal.
    #[default]
    Console,
}

/// `[sms]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sms {
    /// How text messages leave.
    pub backend: SmsBackendName,
    /// The country whose national numbers are understood, ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "strict::text")]
    pub default_region: String,
}

impl Default for Sms {
    fn default() -> Self {
        Self { backend: SmsBackendName::default(), default_region: "US".to_owned() }
    }
}

impl Sms {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        self.region().map(drop)
    }

    /// The country whose national numbers are understood.
    ///
    /// # Errors
    /// [`SettingsError::Value`].
    pub fn region(&self) -> Result<Region, SettingsError> {
        let allowed = "a country code of two letters like US";
        Region::parse(&self.default_region).ok_or(SettingsError::Value { key: "sms.default_region", allowed })
    }
}
