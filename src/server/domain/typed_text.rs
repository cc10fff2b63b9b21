//! Text that a person or an operator typed, pasted or copied from another program. Contacts apps,
//! messengers, PDFs and spreadsheets surround addresses, numbers and codes with characters that
//! nobody sees, and keyboards of East Asia type full-width letters.
//!
//! This is the only place that decides which of these differences do not matter. The functions
//! return `None` for text that a person may read in another way than a program.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use icu_properties::{
    CodePointSetData, CodePointSetDataBorrowed,
    props::{Dash, DefaultIgnorableCodePoint},
};
use percent_encoding::percent_decode_str;

use crate::shared::digits::fold_digits;

/// The characters that display as nothing: joiners, variation selectors, fillers, the byte order
/// mark and all marks of direction (Unicode, DerivedCoreProperties.txt; `Bidi_Control` is a part of
/// it).
const INVISIBLE: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();
/// Hyphens, dashes and the minus sign (Unicode, PropList.txt).
const DASHES: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<Dash>();
/// Compatibility composition (UAX 15): full-width, circled and mathematical characters become the
/// plain ones.
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();
/// Displays the text after it backwards. Around a whole text, it is an artefact of the program that
/// the text was copied from. Within a text, a person reads something else than a program.
const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';
/// Punctuation that remains after an address or a number copied from a sentence or a list.
const TRAILING: [char; 6] = ['.', ',', ';', ':', '\u{3001}', '\u{3002}'];
/// Quotation marks and brackets that may surround a whole contact.
const PAIRS: [(char, char); 5] = [
    ('"', '"'),
    ('\'', '\''),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('(', ')'),
];
/// Punctuation between the digits of a phone number besides white space, as
/// libphonenumber accepts it (`VALID_PUNCTUATION` there), and the middle dot.
const PHONE_PUNCTUATION: &str = "-()[]./~\u{b7}\u{223c}\u{30fc}";

/// Returns text without invisible characters, in normalisation form KC, with `-` for every dash, and
/// without white space around it.
#[must_use]
pub fn normalize(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(c));
    if text.contains(RIGHT_TO_LEFT_OVERRIDE) {
        return None;
    }
    let visible = text.chars().filter(|c| !INVISIBLE.contains(*c));
    let plain_dash = |c| if DASHES.contains(c) { '-' } else { c };
    let composed: String = NFKC.normalize_iter(visible).map(plain_dash).collect();
    Some(composed.trim().to_owned())
}

/// Returns the text of an email address without what surrounds it: `<address>`, `Name <address>`,
/// quotation marks, `mailto:` (RFC 6068) and trailing punctuation. The result need not be an
/// address.
#[must_use]
pub fn email_address(text: &str) -> Option<String> {
    let text = normalize(text)?;
    let is_other_address = |name: &str, address: &str| {
        let name = name.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        name.contains('@') && !name.eq_ignore_ascii_case(without_scheme(address, "mailto:"))
    };
    let text = unwrapped(&text, is_other_address)?;
    let Some(link) = strip_scheme(text, "mailto:") else {
        return Some(text.to_owned());
    };
    let (address, query) = link.split_once('?').unwrap_or((link, ""));
    let has_recipient = query.split('&').any(|field| {
        let name = field.split('=').next().unwrap_or_default();
        ["to", "cc", "bcc"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
    });
    let address = decoded(address).filter(|_| !has_recipient)?;
    Some(without_trailing(&address).to_owned())
}

/// Returns the text of a phone number without what surrounds it: `<number>`, `Name <number>`,
/// quotation marks, `tel:` with its parameters (RFC 3966), `sms:` (RFC 5724) and trailing
/// punctuation. Digits of every script become ASCII digits. The result need not be a number.
#[must_use]
pub fn phone_number(text: &str) -> Option<String> {
    let text = fold_digits(&normalize(text)?);
    let is_other_number = |name: &str, _: &str| name.contains(|c: char| c.is_ascii_digit());
    let text = unwrapped(&text, is_other_number)?;
    let link = ["tel:", "sms:"]
        .into_iter()
        .find_map(|scheme| strip_scheme(text, scheme));
    let Some(link) = link else {
        return Some(text.to_owned());
    };
    let link = link.split('?').next().unwrap_or_default();
    let mut parts = link.split(';');
    let mut number = decoded(parts.next()?)?;
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_lowercase().as_str() {
            // A text message reaches neither an extension nor a subaddress, and a number that is
            // valid only within a private network (`phone-context=example.com`) is not ours.
            "ext" | "isub" => return None,
            "phone-context" if !value.starts_with('+') => return None,
            "phone-context" if !number.starts_with('+') => number.insert_str(0, value),
            _ => {}
        }
    }
    Some(without_trailing(&number).to_owned())
}

/// Returns the digits of a phone number with their leading `+`, if it has one. Returns `None` if
/// the text contains anything that does not belong to one phone number.
#[must_use]
pub fn dialled(number: &str) -> Option<String> {
    let is_separator = |c: char| c.is_whitespace() || PHONE_PUNCTUATION.contains(c);
    let dialled = number.replace(is_separator, "");
    let digits = dialled.strip_prefix('+').unwrap_or(&dialled);
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then_some(dialled)
}

/// Removes trailing punctuation and the brackets or quotation marks around a contact. Returns `None`
/// if there are unpaired angle brackets, or if the name before them is another contact.
fn unwrapped(text: &str, is_other: impl Fn(&str, &str) -> bool) -> Option<&str> {
    let text = without_trailing(text);
    let inner = match text.split_once('<') {
        Some((name, rest)) => {
            let inner = rest.strip_suffix('>')?.trim();
            (!inner.contains(['<', '>']) && !is_other(name, inner)).then_some(inner)?
        }
        None if text.contains('>') => return None,
        None => {
            let inner = |(open, close): (char, char)| text.strip_prefix(open)?.strip_suffix(close);
            PAIRS.into_iter().find_map(inner).unwrap_or(text)
        }
    };
    Some(without_trailing(inner.trim()))
}

fn without_trailing(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || TRAILING.contains(&c))
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    strip_scheme(text, scheme).unwrap_or(text)
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text.trim())
        .decode_utf8()
        .ok()
        .map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_removed_wherever_they_are() {
        // One of each kind: zero-width, joiners, marks of direction, embeddings, isolates, fillers,
        // variation selectors, a tag, the byte order mark, the soft hyphen.
        for c in "\u{200b}\u{200c}\u{200d}\u{2060}\u{200e}\u{200f}\u{61c}\u{202a}\u{202b}\u{202c}\u{202d}\u{2066}\u{2067}\u{2068}\u{2069}\u{3164}\u{ffa0}\u{115f}\u{fe0f}\u{e0100}\u{e0041}\u{feff}\u{ad}\u{34f}\u{180e}\u{17b4}".chars() {
            let text = format!("{c}12{c}{c}3{c} ");
            assert_eq!(normalize(&text).as_deref(), Some("123"), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn text_that_displays_backwards_is_refused() {
        assert_eq!(normalize("a@\u{202e}moc.elpmaxe"), None);
        assert_eq!(normalize("\u{202e}\u{200e}a\u{202c}").as_deref(), Some("a"));
    }

    #[test]
    fn compatible_characters_become_plain() {
        for (typed, plain) in [
            ("\u{ff4e}ame\u{ff20}example\u{ff0e}com", "name@example.com"),
            ("\u{ff08}\u{ff11}\u{ff09}\u{ff0d}\u{3000}\u{ff0b}", "(1)- +"),
            ("\u{fb01}\u{24d0}\u{1d7d8}", "fia0"),
            ("e\u{301}", "\u{e9}"),
            (
                "\u{2010}\u{2013}\u{2014}\u{2212}\u{207b}\u{fe58}\u{301c}",
                "-------",
            ),
            (" \u{a0}\u{2003}", ""),
        ] {
            assert_eq!(normalize(typed).as_deref(), Some(plain));
        }
    }

    #[test]
    fn what_surrounds_an_address_is_removed() {
        for typed in [
            "demo@example.com",
            "demo@example.com.",
            "demo@example.com ,",
            "demo@example.com\u{3002}",
            "<demo@example.com>",
            "<demo@example.com>;",
            "Demo <demo@example.com>",
            "\"Demo, D.\" <demo@example.com>",
            "Demo <mailto:demo@example.com>",
            "demo@example.com<mailto:demo@example.com>",
            "'demo@example.com' <demo@example.com>",
            "\u{ff1c}demo@example.com\u{ff1e}",
            "mailto:demo@example.com",
            "MAILTO: demo@example.com?subject=Hello%20you",
            "mailto:demo%40example.com",
            "\"demo@example.com\"",
            "\u{201c}demo@example.com\u{201d},",
            "(demo@example.com)",
        ] {
            assert_eq!(
                email_address(typed).as_deref(),
                Some("demo@example.com"),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn text_with_two_addresses_is_refused() {
        for typed in [
            "other@example.com <demo@example.com>",
            "demo@example.com>",
            "<demo@example.com",
            "<demo@example.com> <other@example.com>",
            "Demo <demo@example.com> other@example.com",
            "<<demo@example.com>>",
            "mailto:demo@example.com?cc=other@example.com",
            "mailto:demo@example.com?subject=x&BCC=other@example.com",
        ] {
            assert_eq!(email_address(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn what_surrounds_a_number_is_removed() {
        for typed in [
            "tel:+12025550123",
            "TEL:+1-202-555-0123;phone-context=+44",
            "tel:555-0123;phone-context=+1202",
            "tel:+12025550123;npdi;rn=+1202",
            "tel:%2B12025550123",
            "tel://+1(202)555-0123",
            "sms:+12025550123?body=Hello",
            "<tel:+12025550123>",
            "Demo <+1 202 555 0123>",
            "\"+1 202 555 0123\"",
            "+1 202 555 0123.",
            "\u{202a}+1 (202) 555\u{2011}0123\u{202c}",
            "+1 202\u{2212}555\u{2014}0123",
            "\u{ff0b}\u{ff11}\u{ff08}202\u{ff09}555\u{ff0d}0123",
            "+1 [202] 555~0123",
            "+\u{661} \u{662}\u{660}\u{662} 555 0123",
        ] {
            let dialled = phone_number(typed).and_then(|number| dialled(&number));
            assert_eq!(dialled.as_deref(), Some("+12025550123"), "{typed:?}");
        }
    }

    #[test]
    fn text_that_is_not_one_number_is_refused() {
        for typed in [
            "tel:+12025550123;ext=5",
            "tel:+12025550123;isub=1",
            "tel:7042;phone-context=example.com",
            "12025550123 <+12025550199>",
            "+1 202 555 0123 +1 202 555 0199",
            "1+2025550123",
            "++12025550123",
            "2025550123 x5",
            "2025550123, 2025550199",
            "call me",
        ] {
            let dialled = phone_number(typed).and_then(|number| dialled(&number));
            assert_eq!(dialled, None, "{typed:?}");
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    fn invisible() -> impl Strategy<Value = String> {
        "[\u{200b}-\u{200f}\u{202a}-\u{202d}\u{2060}-\u{206f}\u{feff}\u{ad}\u{fe00}-\u{fe0f}]{0,3}"
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,60}|[\u{0}-\u{10ffff}]{0,30}") {
            let Some(once) = normalize(&text) else { return Ok(()) };
            prop_assert!(!once.chars().any(|c| INVISIBLE.contains(c)));
            prop_assert_eq!(normalize(&once), Some(once.clone()));
        }

        #[test]
        fn printable_ascii_is_unchanged(text in "([!-~]([ -~]{0,40}[!-~])?)?") {
            prop_assert_eq!(normalize(&text), Some(text.clone()));
        }

        #[test]
        fn invisible_characters_make_no_difference(parts in prop::collection::vec(("[!-~]{0,6}", invisible()), 0..6)) {
            let shown: String = parts.iter().map(|(visible, _)| visible.as_str()).collect();
            let typed: String = parts.iter().flat_map(|(visible, hidden)| [visible.as_str(), hidden]).collect();
            prop_assert_eq!(normalize(&typed), Some(shown.clone()));
            prop_assert_eq!(email_address(&typed), email_address(&shown));
            prop_assert_eq!(phone_number(&typed), phone_number(&shown));
        }

        #[test]
        fn what_is_dialled_is_digits_of_the_text_in_order(text in "[+0-9 ()./~x;,-]{0,24}|\\PC{0,20}") {
            let Some(dialled) = dialled(&text) else { return Ok(()) };
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(dialled.strip_prefix('+').unwrap_or(&dialled), digits);
        }
    }
}
