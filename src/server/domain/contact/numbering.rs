//! Numbering plans: the country of a phone number, its type of line, and its one E.164 form.
//!
//! `phonenumber` parses numbers but asks the plans for a number without its leading zeros. In
//! Italy, Ivory Coast, Benin, Congo and other countries these zeros are part of the number, also
//! when it is dialled from abroad. So the plans are asked here.

use phonenumber::{Metadata, Mode, PhoneNumber, Type, country, metadata::DATABASE};

/// The maximum length of a number that every network carries, with `+` (ITU-T E.164 section 6.2.1).
/// Numbering plans also contain longer numbers.
const MAX_BYTES: usize = "+".len() + 15;
/// The types of lines that have a pattern of their own in a plan, besides landlines and mobiles, in
/// the order in which libphonenumber asks for them.
const SPECIAL_TYPES: [Type; 8] = [
    Type::PremiumRate,
    Type::TollFree,
    Type::SharedCost,
    Type::Voip,
    Type::PersonalNumber,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];
const MEXICO: u16 = 52;
/// The prefixes of the ten digits of a Mexican number until the plan of 2019: `1` from abroad, `01`
/// for long distances, `044` and `045` for mobiles. Address books still contain them.
const MEXICAN_PREFIXES: [&str; 4] = ["1", "01", "044", "045"];

/// Which numbers are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    /// Numbers of a range that a plan contains.
    Valid,
    /// Also numbers of other ranges, if their length is one of the country. Plans change, and the
    /// metadata learns of it later.
    Possible,
}

/// Returns the E.164 form of a number as dialled: digits with or without a leading `+`.
///
/// A number without `+` is read as dialled in `region`, or else as a number of `region` without its
/// trunk prefix. If it begins with `00`, it may also be an international number, because people use
/// the exit code of most countries everywhere. Returns `None` if no reading or more than one is
/// accepted.
pub(super) fn e164(dialled: &str, region: country::Id, accepts: Accepts) -> Option<String> {
    if dialled.starts_with('+') {
        return parse(None, dialled, accepts);
    }
    // Where a number begins like the calling code of its country, `phonenumber` takes the first
    // digits for that code.
    let without_trunk_prefix = || {
        let code = DATABASE.by_id(region.as_ref())?.country_code();
        parse(None, &format!("+{code}{dialled}"), accepts)
    };
    let own = parse(Some(region), dialled, accepts).or_else(without_trunk_prefix);
    let foreign = dialled
        .strip_prefix("00")
        .and_then(|number| parse(None, &format!("+{number}"), accepts));
    match (own, foreign) {
        (Some(own), Some(foreign)) => (own == foreign).then_some(own),
        (own, foreign) => own.or(foreign),
    }
}

/// Numbering plans disagree on some short numbers. A number whose E.164 form is parsed as another
/// number is rejected.
fn parse(region: Option<country::Id>, dialled: &str, accepts: Accepts) -> Option<String> {
    let parsed = |region, dialled: &str| {
        let number = current(phonenumber::parse(region, dialled).ok()?)?;
        let is_accepted = match accepts {
            Accepts::Valid => line_type(&number) != Type::Unknown,
            Accepts::Possible => is_possible(&number),
        };
        let e164 = number.format().mode(Mode::E164).to_string();
        (is_accepted && e164.len() <= MAX_BYTES).then_some(e164)
    };
    let number = parsed(region, dialled)?;
    (parsed(None, &number).as_ref() == Some(&number)).then_some(number)
}

/// Returns the number as the current plan writes it.
fn current(number: PhoneNumber) -> Option<PhoneNumber> {
    let national = number.national().to_string();
    let prefixed = |prefix| national.strip_prefix(prefix).filter(|it| it.len() == 10);
    match MEXICAN_PREFIXES.into_iter().find_map(prefixed) {
        Some(national) if number.code().value() == MEXICO => {
            phonenumber::parse(None, format!("+{MEXICO}{national}")).ok()
        }
        _ => Some(number),
    }
}

/// Returns the country of a number; `None` if it belongs to no country, like the number of a
/// satellite phone. A number of an unknown range counts for the main country of its calling code.
pub(super) fn region(number: &PhoneNumber) -> Option<country::Id> {
    plan(number)?.id().parse().ok()
}

/// Returns the type of the line; [`Type::Unknown`] if the range is in no plan.
pub(super) fn line_type(number: &PhoneNumber) -> Type {
    let national = number.national().to_string();
    plan(number).map_or(Type::Unknown, |plan| type_in(plan, &national))
}

/// Whether the length of a number is one that landlines or mobiles of its country have. The metadata
/// has no lengths for all types together.
fn is_possible(number: &PhoneNumber) -> bool {
    let length = u16::try_from(number.national().to_string().len()).unwrap_or(u16::MAX);
    let has_length = |kind| {
        let pattern = plan(number).and_then(|plan| plan.descriptors().get(kind));
        pattern.is_some_and(|pattern| pattern.possible_length().contains(&length))
    };
    has_length(Type::FixedLine) || has_length(Type::Mobile)
}

/// Returns the plan that contains a number. Several countries may share a calling code; the main
/// one comes first.
fn plan(number: &PhoneNumber) -> Option<&'static Metadata> {
    let national = number.national().to_string();
    let plans = DATABASE.by_code(&number.code().value())?;
    let contains = |plan: &&&Metadata| match plan.leading_digits() {
        Some(digits) => digits
            .find(&national)
            .is_some_and(|found| found.start() == 0),
        None => type_in(plan, &national) != Type::Unknown,
    };
    plans.iter().find(contains).or(plans.first()).copied()
}

fn type_in(plan: &Metadata, national: &str) -> Type {
    let patterns = plan.descriptors();
    let is = |kind| {
        patterns
            .get(kind)
            .is_some_and(|pattern| pattern.is_match(national))
    };
    if !patterns.general().is_match(national) {
        return Type::Unknown;
    }
    if let Some(special) = SPECIAL_TYPES.into_iter().find(|kind| is(*kind)) {
        return special;
    }
    match (is(Type::FixedLine), is(Type::Mobile)) {
        (true, true) => Type::FixedLineOrMobile,
        (true, false) => Type::FixedLine,
        (false, true) => Type::Mobile,
        (false, false) => Type::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use phonenumber::metadata::Descriptor;

    use super::*;
    use crate::server::domain::{PhoneNumber, Region};

    /// An example of the metadata: the country, the number, and the type of its line.
    fn examples() -> impl Iterator<Item = (Region, &'static Metadata, &'static str, Type)> {
        DATABASE.iter().flat_map(|plan| {
            let example = |pattern: Option<&'static Descriptor>, kind| {
                let region = Region::parse(plan.id())?;
                Some((region, plan, pattern?.example()?, kind))
            };
            let patterns = plan.descriptors();
            [
                example(patterns.mobile(), Type::Mobile),
                example(patterns.fixed_line(), Type::FixedLine),
            ]
            .into_iter()
            .flatten()
        })
    }

    /// Territories that share ranges with a larger country.
    const SHARED: [&str; 9] = ["AX", "BL", "CC", "CX", "EH", "IM", "MF", "SJ", "VA"];

    #[test]
    fn every_example_of_the_metadata_has_its_country_and_type() {
        let mut wrong = Vec::new();
        for (region, plan, national, kind) in examples() {
            let international = format!("+{}{national}", plan.country_code());
            let abroad = Region::parse("US").expect("a region");
            for (dialled, from) in [
                (international.clone(), abroad),
                (international.replacen('+', "00", 1), abroad),
                (national.to_owned(), region),
            ] {
                let Ok(number) = PhoneNumber::parse(&dialled, from) else {
                    wrong.push(format!("{region} {kind:?} {dialled}: refused"));
                    continue;
                };
                let found = (number.as_str().to_owned(), number.region(), number.kind());
                // A range that several countries share belongs to one of them.
                let code = found.1.and_then(|region| DATABASE.by_id(region.0.as_ref()));
                let is_right = found.0 == international
                    && code.map(Metadata::country_code) == Some(plan.country_code())
                    && (found.1 == Some(region) || SHARED.contains(&plan.id()))
                    && [kind, Type::FixedLineOrMobile].contains(&found.2);
                if !is_right {
                    wrong.push(format!("{region} {kind:?} {dialled}: {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn leading_zeros_belong_to_the_number() {
        for (typed, code, kind) in [
            ("07 07 12 34 56", "CI", Type::Mobile),
            ("+225 07 07 12 34 56", "CI", Type::Mobile),
            ("+225 01 23 45 67 89", "CI", Type::Mobile),
            ("+229 01 95 12 34 56", "BJ", Type::Mobile),
            ("+242 06 123 4567", "CG", Type::Mobile),
            ("+39 03 1234 56789", "IT", Type::FixedLine),
            ("+39 06 1234 5678", "IT", Type::FixedLine),
            ("+39 02 1234 5678", "IT", Type::FixedLine),
            ("+39 312 345 6789", "IT", Type::Mobile),
        ] {
            let region = Region::parse(code).expect("a region");
            let number = PhoneNumber::parse(typed, region).expect(typed);
            assert_eq!(
                (number.region(), number.kind()),
                (Some(region), kind),
                "{typed}"
            );
        }
    }

    #[test]
    fn old_mexican_prefixes_are_dropped() {
        for typed in [
            "+52 1 55 1234 5678",
            "0052 1 55 1234 5678",
            "52 1 55 1234 5678",
            "044 55 1234 5678",
            "045 55 1234 5678",
            "01 55 1234 5678",
            "1 55 1234 5678",
            "55 1234 5678",
            "+52 55 1234 5678",
            "+52 044 55 1234 5678",
        ] {
            let mexico = Region::parse("MX").expect("a region");
            let number = PhoneNumber::parse(typed, mexico).expect(typed);
            assert_eq!(number.as_str(), "+525512345678", "{typed}");
        }
        let us = Region::parse("US").expect("a region");
        let abroad = PhoneNumber::parse("011 52 1 55 1234 5678", us).expect("a number");
        assert_eq!(abroad.as_str(), "+525512345678");
    }

    #[test]
    fn the_exit_code_00_is_understood_everywhere() {
        for region in ["US", "AU", "KR", "DE", "CI", "MX", "KZ"] {
            let region = Region::parse(region).expect("a region");
            for (typed, expected) in [
                ("001 202 555 0123", "+12025550123"),
                ("0044 7400 123456", "+447400123456"),
            ] {
                let number = PhoneNumber::parse(typed, region).map(|it| it.as_str().to_owned());
                assert_eq!(number.as_deref(), Ok(expected), "{region} {typed}");
            }
        }
    }
}
