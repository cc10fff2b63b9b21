//! Finds the sign-in code in what a person typed, pasted or let the phone fill in.

use super::digits::fold_digits;

/// The code of `length` ASCII digits in `text`, or `None` if there is none or more than one it could be.
///
/// Takes the bare code in any script's digits, groups (`123 456`, `123-456`), and the whole text of our email or SMS.
/// In a message the strongest sign wins: the origin-bound `#123456` of the last line, then a run of exactly `length`
/// digits, then two halves with one separator between them.
#[must_use]
pub fn find_code(text: &str, length: usize) -> Option<String> {
    let text = fold_digits(text);
    bare_code(&text, length)
        .or_else(|| single(origin_bound_codes(&text, length)))
        .or_else(|| single(runs(&text).filter(|run| run.len() == length).map(str::to_owned)))
        .or_else(|| single(split_codes(&text, length)))
}

/// The text is a code and nothing else but separators.
fn bare_code(text: &str, length: usize) -> Option<String> {
    let is_separator = |c: char| {
        c.is_whitespace()
            || c.is_ascii_punctuation()
            || "\u{2010}\u{2011}\u{2013}\u{2014}\u{b7}\u{200e}\u{200f}\u{202a}\u{202c}\u{feff}\u{200b}".contains(c)
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only = text.chars().all(|c| c.is_ascii_digit() || is_separator(c));
    (only && digits.len() == length).then_some(digits)
}

/// The maximal runs of ASCII digits.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// What follows `#` in an origin-bound one-time code (`@host #123456`).
fn origin_bound_codes(text: &str, length: usize) -> impl Iterator<Item = String> {
    text.split('#').skip(1).filter_map(move |rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (end == length).then(|| rest[..end].to_owned())
    })
}

/// Two halves with one space or dash between them.
fn split_codes(text: &str, length: usize) -> impl Iterator<Item = String> {
    let half = length.div_ceil(2);
    let words: Vec<&str> = text.split(|c: char| !(c.is_ascii_digit() || c == '-')).collect();
    let dashed: Vec<String> = words.iter().filter_map(|word| halves(word.split_once('-')?, half, length)).collect();
    let spaced: Vec<String> = words.windows(2).filter_map(|pair| halves((pair[0], pair[1]), half, length)).collect();
    dashed.into_iter().chain(spaced)
}

fn halves((first, second): (&str, &str), half: usize, length: usize) -> Option<String> {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    (digits(first, half) && digits(second, length - half)).then(|| [first, second].concat())
}

/// The one value that all candidates agree on.
fn single(mut candidates: impl Iterator<Item = String>) -> Option<String> {
    let first = candidates.next()?;
    candidates.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAIL: &str = "Hello Ada,\n\nyour Waste Billing sign-in code is\n\n048213\n\nIt works for 5 minutes.";
    const SMS: &str = "048213 is your Waste Billing sign-in code. It works for 5 minutes.\n\n@pay.example.com #048213";

    #[test]
    fn the_code_is_found_in_everything_people_paste() {
        for text in [
            "048213",
            " 048 213 ",
            "048-213",
            "0 4 8 2 1 3",
            "\u{ff10}\u{ff14}\u{ff18}\u{ff12}\u{ff11}\u{ff13}",
            "\u{0660}\u{0664}\u{0668}\u{0662}\u{0661}\u{0663}",
            "\u{06f0}\u{06f4}\u{06f8}\u{06f2}\u{06f1}\u{06f3}",
            "048\r\n213",
            "Your code is 048213!",
            "Your code is 048 213!",
            "Your code is 048-213.",
            MAIL,
            SMS,
            "Ref 2026-11-22 14:32, code 048213, call 0800 1234567",
        ] {
            assert_eq!(find_code(text, 6).as_deref(), Some("048213"), "{text:?}");
        }
    }

    #[test]
    fn a_pasted_message_that_lost_its_line_breaks_still_gives_the_code() {
        assert_eq!(find_code(&SMS.replace('\n', " "), 6).as_deref(), Some("048213"));
        assert_eq!(find_code(&MAIL.replace('\n', " "), 6).as_deref(), Some("048213"));
    }

    #[test]
    fn text_without_one_clear_code_gives_none() {
        for text in ["", "abc", "12345", "1234567", "+12345a", "111111 or 222222", "12345 6789012", "null"] {
            assert_eq!(find_code(text, 6), None, "{text:?}");
        }
    }

    #[test]
    fn other_lengths_work_alike() {
        assert_eq!(find_code("1234 5678", 8).as_deref(), Some("12345678"));
        assert_eq!(find_code("code 1234567890 here", 10).as_deref(), Some("1234567890"));
        assert_eq!(find_code("your 1234 567 code", 7).as_deref(), Some("1234567"));
    }

    proptest! {
        #[test]
        fn any_text_gives_ascii_digits_of_the_length_or_nothing(text in ".{0,300}", length in 6usize..=10) {
            if let Some(code) = find_code(&text, length) {
                prop_assert_eq!(code.len(), length);
                prop_assert!(code.bytes().all(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn a_code_survives_separators_between_any_digits(code in "[0-9]{6}", gaps in proptest::collection::vec("[ \t\n-]{0,2}", 7)) {
            let text: String = code.chars().zip(&gaps).flat_map(|(digit, gap)| [gap.clone(), digit.to_string()]).collect();
            prop_assert_eq!(find_code(&text, 6), Some(code));
        }
    }
}
