//! Deserializers that accept only values of the right type. The configuration library would convert
//! `6.7` to `6` and `2` to `true`.

use std::{collections::BTreeMap, fmt};

use lettre::{Address, message::Mailbox};
use secrecy::SecretString;
use serde::{
    Deserializer,
    de::{Error, Visitor},
};

use crate::server::domain::{Money, typed_text};

/// Implements `Deserialize` for a type whose value must be one of these words. The error lists
/// them.
macro_rules! one_of {
    ($kind:ty, $($word:literal => $value:expr),+) => {
        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match <String as serde::Deserialize>::deserialize(deserializer)?.as_str() {
                    $($word => Ok($value),)+
                    _ => Err(<D::Error as serde::de::Error>::custom(concat!("it must be one of", $(" \"", $word, "\""),+))),
                }
            }
        }
    };
}

pub(super) use one_of;

/// Deserializes a whole number that is not negative.
pub(super) fn unsigned<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let number = deserializer
        .deserialize_any(UnsignedVisitor)
        .map_err(|_| D::Error::custom(UnsignedVisitor))?;
    T::try_from(number).map_err(|_| D::Error::custom(UnsignedVisitor))
}

/// Deserializes a whole number that is not negative, for a key that may be absent.
pub(super) fn optional_unsigned<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    unsigned(deserializer).map(Some)
}

/// Deserializes a string.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer
        .deserialize_any(StringVisitor)
        .map_err(|_| D::Error::custom(StringVisitor))
}

/// Deserializes a secret string.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    text(deserializer).map(SecretString::from)
}

/// Deserializes a string that is not empty.
pub(super) fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = text(deserializer)?;
    if text.is_empty() {
        Err(D::Error::custom("it must not be empty"))
    } else {
        Ok(text)
    }
}

/// Deserializes a string that is not empty, for a key that may be absent.
pub(super) fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    non_empty(deserializer).map(Some)
}

/// Deserializes a secret that is not empty.
pub(super) fn non_empty_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SecretString, D::Error> {
    non_empty(deserializer).map(SecretString::from)
}

/// Deserializes a secret that is not empty, for a key that may be absent.
pub(super) fn optional_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SecretString>, D::Error> {
    non_empty_secret(deserializer).map(Some)
}

/// Deserializes `true` or `false`.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    deserializer
        .deserialize_any(BoolVisitor)
        .map_err(|_| D::Error::custom(BoolVisitor))
}

/// Deserializes an amount of money like 12.50. A whole amount may omit the decimal point.
pub(super) fn money<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    deserializer
        .deserialize_any(MoneyVisitor)
        .map_err(|_| D::Error::custom(MoneyVisitor))
}

/// Deserializes amounts of money by name. Names are converted to upper case.
pub(super) fn prices<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Money>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Price(#[serde(deserialize_with = "money")] Money);

    // The configuration library converts the names of environment variables to lower case.
    let prices = <BTreeMap<String, Price> as serde::Deserialize>::deserialize(deserializer)?;
    Ok(prices
        .into_iter()
        .map(|(name, Price(price))| (name.to_ascii_uppercase(), price))
        .collect())
}

/// Deserializes an email address with or without a display name.
pub(super) fn mailbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mailbox, D::Error> {
    let plain = |text: &str| {
        let mailbox = text.parse::<Mailbox>().ok();
        mailbox.filter(|Mailbox { name, email }| {
            let address: &str = email.as_ref();
            address.is_ascii()
                && !name
                    .as_deref()
                    .unwrap_or_default()
                    .contains(char::is_control)
        })
    };
    let text = text(deserializer)?;
    // The display name is kept as it is, unless the whole text needs to be normalised.
    let normalized = || plain(&typed_text::normalize(&text)?);
    plain(&text).or_else(normalized).ok_or_else(|| {
        D::Error::custom("it must be like noreply@example.com or Name <noreply@example.com>")
    })
}

/// Deserializes an email address with or without a display name, for a key that may be absent.
pub(super) fn optional_mailbox<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Mailbox>, D::Error> {
    mailbox(deserializer).map(Some)
}

/// Deserializes an email address without a display name, for a key that may be absent.
pub(super) fn optional_address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Address>, D::Error> {
    let address = text(deserializer)?.parse::<Address>().ok();
    let plain = address.filter(|address| AsRef::<str>::as_ref(address).is_ascii());
    plain
        .map(Some)
        .ok_or_else(|| D::Error::custom("it must be an email address like bounces@example.com"))
}

struct UnsignedVisitor;

impl fmt::Display for UnsignedVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it must be a whole number that is not negative")
    }
}

impl Visitor<'_> for UnsignedVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }
}

struct StringVisitor;

impl fmt::Display for StringVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it must be text, in quotes")
    }
}

impl Visitor<'_> for StringVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

struct BoolVisitor;

impl fmt::Display for BoolVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it must be true or false")
    }
}

impl Visitor<'_> for BoolVisitor {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        Ok(flag)
    }
}

struct MoneyVisitor;

impl fmt::Display for MoneyVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it must be an amount of money like 12.50, with at most six digits after the point",
        )
    }
}

impl Visitor<'_> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }

    fn visit_i64<E: Error>(self, amount: i64) -> Result<Money, E> {
        self.visit_str(&amount.to_string())
    }

    fn visit_u64<E: Error>(self, amount: u64) -> Result<Money, E> {
        self.visit_str(&amount.to_string())
    }

    // `to_string` returns the shortest text for a float, so it adds no digits that the operator did
    // not write.
    fn visit_f64<E: Error>(self, amount: f64) -> Result<Money, E> {
        self.visit_str(&amount.to_string())
    }

    fn visit_str<E: Error>(self, amount: &str) -> Result<Money, E> {
        Money::parse(amount.trim()).ok_or_else(|| E::custom(MoneyVisitor))
    }
}
