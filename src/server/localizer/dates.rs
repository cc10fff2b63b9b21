//! Localized dates (CLDR data from ICU4X).

use icu_datetime::{DateTimeFormatter, fieldsets::YMD, input};
use icu_locale_core::{Locale, locale};
use jiff::civil::Date;

use crate::shared::Language;

/// Formats a date with the name of its month.
pub(super) fn long(language: Language, date: Date) -> String {
    written(language, YMD::long(), date)
}

/// Formats a date in a short form.
pub(super) fn medium(language: Language, date: Date) -> String {
    written(language, YMD::medium(), date)
}

/// Formats a date. Falls back to ISO 8601 if there is no formatter for the language.
fn written(language: Language, fields: YMD, date: Date) -> String {
    let formatter = DateTimeFormatter::try_new(locale_of(language).into(), fields).ok();
    let day = input::Date::try_new_iso(
        date.year().into(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
    .ok();
    match formatter.zip(day) {
        Some((formatter, day)) => formatter.format(&day).to_string(),
        None => date.to_string(),
    }
}

/// The locale of a language. All of these use the Gregorian calendar, and the same digits as codes
/// and the countdown.
const fn locale_of(language: Language) -> Locale {
    match language {
        Language::English | Language::Pseudo => locale!("en-GB"),
        Language::Spanish => locale!("es"),
        Language::French => locale!("fr"),
        Language::German => locale!("de"),
        Language::Portuguese => locale!("pt"),
        Language::Hindi => locale!("hi-u-nu-latn"),
        Language::Arabic => locale!("ar-u-nu-latn"),
    }
}
