//! `[sms]`: how text messages leave.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::server::{
    config::{
        SettingsError,
        strict::{self, one_of},
    },
    domain::{Money, Region, SmsBudget, SmsPolicy},
};

const COUNTRY: &str = "a country code of two letters like US";

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
    /// Countries that text messages may go to; empty: the default region alone.
    pub allowed_regions: Vec<String>,
    /// What text messages may cost a day.
    #[serde(deserialize_with = "strict::money")]
    pub daily_budget: Money,
    /// What text messages may cost a month.
    #[serde(deserialize_with = "strict::money")]
    pub monthly_budget: Money,
    /// Price of a segment where `prices` names none.
    #[serde(deserialize_with = "strict::money")]
    pub default_price: Money,
    /// Price of a segment, by country.
    #[serde(deserialize_with = "strict::prices")]
    pub prices: BTreeMap<String, Money>,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            backend: SmsBackendName::default(),
            default_region: "US".to_owned(),
            allowed_regions: Vec::new(),
            daily_budget: Money::from_micros(10_000_000),
            monthly_budget: Money::from_micros(100_000_000),
            default_price: Money::from_micros(50_000),
            prices: BTreeMap::new(),
        }
    }
}

impl Sms {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        self.policy().map(drop)
    }

    /// Which text messages may go out.
    ///
    /// # Errors
    /// [`SettingsError::Value`].
    pub fn policy(&self) -> Result<SmsPolicy, SettingsError> {
        let region = |key, code: &str| Region::parse(code).ok_or(SettingsError::Value { key, allowed: COUNTRY });
        let named = self.allowed_regions.iter().map(|code| region("sms.allowed_regions", code));
        let mut countries = named.collect::<Result<Vec<_>, _>>()?;
        if countries.is_empty() {
            countries.push(self.region()?);
        }
        for code in self.prices.keys() {
            region("sms.prices", code)?;
        }
        Ok(SmsPolicy {
            countries,
            prices: self.prices.clone(),
            default_price: self.default_price,
            budget: SmsBudget { day: self.daily_budget, month: self.monthly_budget },
        })
    }

    /// The country whose national numbers are understood.
    ///
    /// # Errors
    /// [`SettingsError::Value`].
    pub fn region(&self) -> Result<Region, SettingsError> {
        let unknown = SettingsError::Value { key: "sms.default_region", allowed: COUNTRY };
        Region::parse(&self.default_region).ok_or(unknown)
    }
}
