//! Which numbers text messages may go to, and what they may cost (OWASP ASVS 5.0, 2.4.1 and 6.6.1;
//! against SMS pumping).

use std::{collections::BTreeMap, fmt};

use phonenumber::Type;

use super::{
    contact::{PhoneNumber, Region},
    delivery::FailureReason,
};

/// Why no text message goes to a number. It follows from the number or from the budget alone, so it
/// tells nobody who is a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsRefusal {
    /// The settings allow none to its country.
    CountryNotAllowed,
    /// It is a landline, or a number that costs more than a message.
    NotMobile,
    /// The money is spent, and the browser has not signed in before.
    Paused,
}

impl From<SmsRefusal> for FailureReason {
    fn from(refusal: SmsRefusal) -> Self {
        match refusal {
            SmsRefusal::CountryNotAllowed => Self::CountryNotAllowed,
            SmsRefusal::NotMobile => Self::NotMobile,
            SmsRefusal::Paused => Self::BudgetSpent,
        }
    }
}

/// How much of the money for text messages is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsLevel {
    /// There are no text messages: the screen does not offer them.
    Off,
    /// Enough.
    Open,
    /// 80 % of a budget is spent: the screen offers email first.
    EmailFirst,
    /// A budget is spent: only browsers that have signed in before get text messages.
    KnownOnly,
}

/// Money in the operator's currency, to a millionth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u64);

impl Money {
    /// So many millionths.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Millionths.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// Parses a decimal like `12` or `0.0079`: at most nine digits before the point and six after
    /// it.
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

    /// The price of `count` pieces.
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

/// What text messages may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsBudget {
    /// A day (UTC).
    pub day: Money,
    /// A month (UTC).
    pub month: Money,
}

/// What was spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmsSpent {
    /// Today.
    pub day: Money,
    /// This month.
    pub month: Money,
}

impl SmsBudget {
    /// Whether one more message of this price is within both budgets.
    #[must_use]
    pub fn fits(&self, spent: SmsSpent, price: Money) -> bool {
        let fits = |spent: Money, limit: Money| spent.0.saturating_add(price.0) <= limit.0;
        fits(spent.day, self.day) && fits(spent.month, self.month)
    }

    /// How much is left after `spent`, for a message of this price.
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
    /// Whether there are text messages at all.
    pub is_on: bool,
    /// Countries that messages may go to.
    pub countries: Vec<Region>,
    /// Price of a segment, by country.
    pub prices: BTreeMap<String, Money>,
    /// Price of a segment elsewhere.
    pub default_price: Money,
    /// What all of them may cost.
    pub budget: SmsBudget,
}

impl SmsPolicy {
    /// Why no message may go to `number`, whoever has it.
    ///
    /// What the numbering plan does not tell apart (in North America landlines and mobiles look
    /// alike) is allowed.
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
            Type::Mobile | Type::FixedLineOrMobile | Type::PersonalNumber | Type::Voip
        );
        (!takes_messages).then_some(SmsRefusal::NotMobile)
    }

    /// What text messages of this price are left after `spent`.
    #[must_use]
    pub fn level(&self, spent: SmsSpent, price: Money) -> SmsLevel {
        if self.is_on {
            self.budget.level(spent, price)
        } else {
            SmsLevel::Off
        }
    }

    /// The price of a message of so many segments to `number`.
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
    fn only_countries_of_the_list_get_messages() {
        assert_eq!(policy(&["US"]).refusal(&number("+12025550123")), None);
        assert_eq!(
            policy(&["US"]).refusal(&number("+447400123456")),
            Some(SmsRefusal::CountryNotAllowed)
        );
        assert_eq!(
            policy(&["US", "GB"]).refusal(&number("+447400123456")),
            None
        );
        // Canada shares +1 with the United States and is a country of its own.
        assert_eq!(
            policy(&["US"]).refusal(&number("+16135550123")),
            Some(SmsRefusal::CountryNotAllowed)
        );
    }

    #[test]
    fn landlines_and_premium_numbers_get_none() {
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
    fn a_message_costs_the_price_of_its_country_for_each_segment() {
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
    fn money_is_read_and_written_as_decimals() {
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
    fn the_level_follows_the_budget_that_is_nearer_to_its_end() {
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
    fn a_budget_of_nothing_is_spent_at_once() {
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
