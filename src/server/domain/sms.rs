//! Rules for text messages: which numbers they may go to, and what they may cost (OWASP ASVS 5.0,
//! 2.4.1 and 6.6.1). They protect against SMS pumping.

use std::{collections::BTreeMap, fmt};

use phonenumber::Type;

use super::{
    contact::{PhoneNumber, Region},
    delivery::FailureReason,
};

/// The reason why no text message is sent to a number. It depends only on the number or the budget,
/// so it does not reveal who is a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsRefusal {
    /// The settings do not allow text messages to the number's country.
    CountryNotAllowed,
    /// The number is a landline or another that takes no text messages, or a premium-rate number.
    NotMobile,
    /// The budget is spent, and the device is unknown.
    BudgetSpent,
}

impl From<SmsRefusal> for FailureReason {
    fn from(refusal: SmsRefusal) -> Self {
        match refusal {
            SmsRefusal::CountryNotAllowed => Self::CountryNotAllowed,
            SmsRefusal::NotMobile => Self::NotMobile,
            SmsRefusal::BudgetSpent => Self::BudgetSpent,
        }
    }
}

/// How much of the budget for text messages is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsLevel {
    /// Text messages are off. The page does not offer them.
    Off,
    /// Text messages are available.
    Open,
    /// 80 % of a budget is spent. The page offers email first.
    EmailFirst,
    /// A budget is spent. Only known devices get text messages.
    KnownOnly,
}

/// An amount in the operator's currency, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u64);

impl Money {
    /// Creates an amount from millionths.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Returns the amount in millionths.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// Parses a decimal like `12` or `0.0079`, with at most nine digits before the point and six
    /// after it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, 9) || !digits(fraction, 6) {
            return None;
        }
        format!("{whole}{fraction:0<6}").parse().ok().map(Self)
    }

    /// Returns the price of `count` pieces.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:06}", self.0 % 1_000_000);
        let cents = digits.trim_end_matches('0');
        write!(f, "{}.{cents:0<2}", self.0 / 1_000_000)
    }
}

/// The budget for text messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsBudget {
    /// The maximum per day (UTC).
    pub day: Money,
    /// The maximum per month (UTC).
    pub month: Money,
}

/// The money spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmsSpent {
    /// The amount spent today.
    pub day: Money,
    /// The amount spent this month.
    pub month: Money,
}

impl SmsBudget {
    /// Whether one more message at this price is within both budgets.
    #[must_use]
    pub fn fits(&self, spent: SmsSpent, price: Money) -> bool {
        let fits = |spent: Money, limit: Money| spent.0.saturating_add(price.0) <= limit.0;
        fits(spent.day, self.day) && fits(spent.month, self.month)
    }

    /// Returns the level after `spent`, for a message at this price.
    fn level(self, spent: SmsSpent, price: Money) -> SmsLevel {
        let nearly =
            |spent: Money, limit: Money| spent.0.saturating_mul(100) >= limit.0.saturating_mul(80);
        if !self.fits(spent, price) {
            SmsLevel::KnownOnly
        } else if nearly(spent.day, self.day) || nearly(spent.month, self.month) {
            SmsLevel::EmailFirst
        } else {
            SmsLevel::Open
        }
    }
}

/// The operator's rules for text messages.
#[derive(Clone, Debug)]
pub struct SmsPolicy {
    /// Whether text messages are enabled.
    pub is_on: bool,
    /// The countries that text messages may be sent to.
    pub countries: Vec<Region>,
    /// The price of a segment, by country.
    pub prices: BTreeMap<String, Money>,
    /// The price of a segment in all other countries.
    pub default_price: Money,
    /// The budget for all text messages.
    pub budget: SmsBudget,
}

impl SmsPolicy {
    /// Returns the reason why no message may be sent to `number`, whoever has it.
    ///
    /// A number is allowed if the numbering plan does not tell whether it is mobile. In North
    /// America, for example, landlines and mobiles look alike. The plan does not contain the number
    /// of a new range at all, but only an operator can give a customer such a number.
    #[must_use]
    pub fn refusal(&self, number: &PhoneNumber) -> Option<SmsRefusal> {
        let allowed = self.is_on
            && number
                .region()
                .is_some_and(|region| self.countries.contains(&region));
        if !allowed {
            return Some(SmsRefusal::CountryNotAllowed);
        }
        let takes_messages = matches!(
            number.kind(),
            Type::Mobile
                | Type::FixedLineOrMobile
                | Type::PersonalNumber
                | Type::Voip
                | Type::Unknown
        );
        (!takes_messages).then_some(SmsRefusal::NotMobile)
    }

    /// Returns the level after `spent`, for messages at this price.
    #[must_use]
    pub fn level(&self, spent: SmsSpent, price: Money) -> SmsLevel {
        if self.is_on {
            self.budget.level(spent, price)
        } else {
            SmsLevel::Off
        }
    }

    /// Returns the price of a message with this number of segments to `number`.
    #[must_use]
    pub fn price(&self, number: &PhoneNumber, segments: u32) -> Money {
        let own = number
            .region()
            .and_then(|region| self.prices.get(&region.to_string()).copied());
        own.unwrap_or(self.default_price).times(segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text).expect("money")
    }

    fn policy(countries: &[&str]) -> SmsPolicy {
        SmsPolicy {
            is_on: true,
            countries: countries
                .iter()
                .map(|code| Region::parse(code).expect("a region"))
                .collect(),
            prices: BTreeMap::from([("US".to_owned(), money("0.0079"))]),
            default_price: money("0.05"),
            budget: SmsBudget {
                day: money("10"),
                month: money("200"),
            },
        }
    }

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text, Region::parse("US").expect("a region")).expect("a number")
    }

    #[test]
    fn only_listed_countries_get_messages() {
        assert_eq!(policy(&["US"]).refusal(&number("+12025550123")), None);
        assert_eq!(
            policy(&["US"]).refusal(&number("+447400123456")),
            Some(SmsRefusal::CountryNotAllowed)
        );
        assert_eq!(
            policy(&["US", "GB"]).refusal(&number("+447400123456")),
            None
        );
        // Canada shares +1 with the United States but counts as a separate country.
        assert_eq!(
            policy(&["US"]).refusal(&number("+16135550123")),
            Some(SmsRefusal::CountryNotAllowed)
        );
    }

    #[test]
    fn landlines_and_premium_numbers_get_no_messages() {
        for other in [
            "+442079460018",
            "+493012345678",
            "+449098790000",
            "+448001234567",
        ] {
            assert_eq!(
                policy(&["GB", "DE"]).refusal(&number(other)),
                Some(SmsRefusal::NotMobile),
                "{other}"
            );
        }
    }

    #[test]
    fn leading_zeros_do_not_make_a_mobile_a_landline() {
        for (mobile, country) in [
            ("+2250707123456", "CI"),
            ("+2290195123456", "BJ"),
            ("+242061234567", "CG"),
        ] {
            assert_eq!(
                policy(&[country]).refusal(&number(mobile)),
                None,
                "{mobile}"
            );
        }
        for landline in ["+390312345678", "+390612345678", "+390212345678"] {
            assert_eq!(
                policy(&["IT"]).refusal(&number(landline)),
                Some(SmsRefusal::NotMobile),
                "{landline}"
            );
        }
    }

    #[test]
    fn numbers_of_ranges_in_no_plan_get_messages_in_the_main_country() {
        let us = Region::parse("US").expect("a region");
        let number = PhoneNumber::parse_existing("+12115550123", us).expect("a number");
        assert_eq!(policy(&["US"]).refusal(&number), None);
        assert_eq!(
            policy(&["CA"]).refusal(&number),
            Some(SmsRefusal::CountryNotAllowed)
        );
    }

    #[test]
    fn a_message_costs_the_price_of_its_country_per_segment() {
        assert_eq!(
            policy(&["US"]).price(&number("+12025550123"), 2),
            money("0.0158")
        );
        assert_eq!(
            policy(&["US"]).price(&number("+447400123456"), 3),
            money("0.15")
        );
    }

    #[test]
    fn money_is_parsed_and_formatted_as_decimals() {
        for (text, written) in [
            ("0.0079", "0.0079"),
            ("12", "12.00"),
            ("3.5", "3.50"),
            ("0", "0.00"),
        ] {
            assert_eq!(money(text).to_string(), written);
        }
        for text in [
            "",
            "-1",
            "1e3",
            "1.",
            ".5",
            "1.1234567",
            "1,5",
            "10000000000",
            "NaN",
        ] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_level_follows_the_budget_with_less_left() {
        let level = |day: &str, month: &str| {
            policy(&["US"]).level(
                SmsSpent {
                    day: money(day),
                    month: money(month),
                },
                money("0.3"),
            )
        };
        assert_eq!(level("7.999999", "159.999999"), SmsLevel::Open);
        assert_eq!(level("8", "0"), SmsLevel::EmailFirst);
        assert_eq!(level("0", "160"), SmsLevel::EmailFirst);
        assert_eq!(level("9.7", "0"), SmsLevel::EmailFirst);
        assert_eq!(
            level("9.700001", "0"),
            SmsLevel::KnownOnly,
            "the next message does not fit"
        );
        assert_eq!(level("0", "199.8"), SmsLevel::KnownOnly);
    }

    #[test]
    fn an_empty_budget_is_spent_from_the_start() {
        let nothing = SmsBudget {
            day: Money::default(),
            month: Money::default(),
        };
        assert_eq!(
            nothing.level(SmsSpent::default(), money("0.01")),
            SmsLevel::KnownOnly
        );
    }
}
