//! `[sms]`: how text messages are sent, and what they may cost.

mod gateways;

use std::collections::BTreeMap;

pub use gateways::{
    BirdSettings, BodyFormat, Endpoint, EndpointTemplate, GatewaySettings, GenericSettings, Method,
    PlivoSettings, SnsSettings, TwilioSettings, VonageSettings,
};

use crate::server::{
    config::{
        SettingsError,
        setting::section,
        strict::{self, one_of},
    },
    domain::{Money, Region, SmsBudget, SmsPolicy},
};

const COUNTRY: &str = "a country code of two letters like US";

one_of!(SmsBackendName, "console" => Self::Console, "gateways" => Self::Gateways, "none" => Self::None);

/// The backend that sends text messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsBackendName {
    /// Prints text messages in the terminal.
    Console,
    /// Sends text messages through gateways.
    Gateways,
    /// Sends no text messages: customers sign in by email.
    None,
}

section! {
    /// `[sms]`: how text messages are sent, and what they may cost.
    Sms in "sms" {
        /// "console" prints text messages in the terminal (DEV only), "gateways" sends them, "none"
        /// turns them off: customers sign in by email.
        backend: SmsBackendName = SmsBackendName::Console;
        /// The country of phone numbers without a country code, as a two-letter code (ISO 3166-1).
        default_region: String = "US".to_owned(), read: "strict::text";
        /// The names of the gateways, in the order in which they are tried.
        gateways: Vec<String> = Vec::new(), variable: List;
        /// The countries that text messages may go to, as two-letter codes. An empty list allows
        /// only `sms.default_region`.
        allowed_regions: Vec<String> = Vec::new(), variable: List;
        /// The daily budget for text messages (UTC), in your currency.
        daily_budget: Money = Money::from_micros(10_000_000), read: "strict::money";
        /// The monthly budget for text messages (UTC).
        monthly_budget: Money = Money::from_micros(100_000_000), read: "strict::money";
        /// The price of one segment: 160 characters, or 70 if one of them is not in the GSM-7
        /// alphabet.
        default_price: Money = Money::from_micros(50_000), read: "strict::money";
        /// The price of one segment by country, where it differs.
        prices: BTreeMap<String, Money> = BTreeMap::new(), read: "strict::prices";
        /// Each gateway has its own table, with its kind and the values from its provider.
        gateway: BTreeMap<String, GatewaySettings> = BTreeMap::new();
    }
}

impl Sms {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        self.policy()?;
        self.check_order()?;
        self.gateway.iter().try_for_each(|(name, gateway)| {
            let problem = if is_name(name) {
                gateway.problem()
            } else {
                Some("its name must be a to z, 0 to 9 and _")
            };
            problem.map_or(Ok(()), |problem| {
                invalid_setting(format!("sms.gateway.{name}"), problem)
            })
        })
    }

    fn check_order(&self) -> Result<(), SettingsError> {
        let invalid = |problem: String| invalid_setting("sms.gateways".to_owned(), problem);
        if self.backend == SmsBackendName::Gateways && self.gateways.is_empty() {
            return invalid(
                "with sms.backend = \"gateways\" it must name one gateway or more".to_owned(),
            );
        }
        for (index, name) in self.gateways.iter().enumerate() {
            if !self.gateway.contains_key(name) {
                return invalid(format!("there is no table [sms.gateway.{name}]"));
            }
            if self.gateways[..index].contains(name) {
                return invalid(format!("it names {name} twice"));
            }
        }
        match self
            .gateway
            .keys()
            .find(|name| !self.gateways.contains(name))
        {
            Some(unused) => invalid(format!(
                "it does not name {unused}, which has a table [sms.gateway.{unused}]"
            )),
            None => Ok(()),
        }
    }

    /// Returns the names and settings of the gateways, in the order in which they are tried.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, &GatewaySettings)> {
        self.gateways
            .iter()
            .filter_map(|name| Some((name.as_str(), self.gateway.get(name)?)))
    }

    /// Returns the policy that decides which text messages may be sent.
    ///
    /// # Errors
    /// Returns [`SettingsError::Value`] if a country code is unknown.
    pub fn policy(&self) -> Result<SmsPolicy, SettingsError> {
        let region = |key, code: &str| {
            Region::parse(code).ok_or(SettingsError::Value {
                key,
                allowed: COUNTRY,
            })
        };
        let allowed = self
            .allowed_regions
            .iter()
            .map(|code| region("sms.allowed_regions", code));
        let mut countries = allowed.collect::<Result<Vec<_>, _>>()?;
        let default_region = self.region()?;
        if countries.is_empty() {
            countries.push(default_region);
        }
        for code in self.prices.keys() {
            region("sms.prices", code)?;
        }
        Ok(SmsPolicy {
            is_on: self.backend != SmsBackendName::None,
            countries,
            prices: self.prices.clone(),
            default_price: self.default_price,
            budget: SmsBudget {
                day: self.daily_budget,
                month: self.monthly_budget,
            },
        })
    }

    /// Returns the country of phone numbers without a country code.
    ///
    /// # Errors
    /// Returns [`SettingsError::Value`] if a country code is unknown.
    pub fn region(&self) -> Result<Region, SettingsError> {
        let unknown = SettingsError::Value {
            key: "sms.default_region",
            allowed: COUNTRY,
        };
        Region::parse(&self.default_region).ok_or(unknown)
    }
}

fn invalid_setting<T>(key: String, problem: impl Into<String>) -> Result<T, SettingsError> {
    Err(SettingsError::Type {
        key,
        problem: problem.into(),
    })
}

/// Whether a gateway may have this name. The name is part of a URL path and of the names of
/// environment variables.
fn is_name(name: &str) -> bool {
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    plain && !name.is_empty() && name.len() <= 32 && !name.contains("__")
}
