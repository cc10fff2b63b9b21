//! Finds the sign-in code in text that was typed, pasted or autofilled.

use super::CodeFormat;

/// Returns the code of this format in `text`, or `None` if there is no candidate or more than one.
///
/// Accepts the bare code with digits of any script and letters of either case, groups (`123 456`,
/// `123-456`), and the whole text of our email or SMS. In a message, the strongest match wins: the
/// origin-bound `#123456` of the last line, then a run of exactly as many symbols as a code has,
/// then two halves with one separator between them.
#[must_use]
pub fn find_code(text: &str, format: CodeFormat) -> Option<String> {
    let bare = bare_code(&format.fold(text), format);
    // Text without letters is not a message: its digits are a phone number, or a code with a digit
    // too many.
    if bare.is_some() || !text.chars().any(char::is_alphabetic) {
        return bare;
    }
    let message = Message::new(text, format);
    single(&mut message.origin_bound_codes())
        .or_else(|| single(&mut message.whole_codes()))
        .or_else(|| single(&mut message.split_codes()))
}

/// The non-ASCII dashes, dots and invisible characters that may surround the symbols of a code. An
/// array, because searching a `str` adds 1 KB to the download.
const SEPARATORS: [char; 13] = [
    '\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}', '\u{b7}', '\u{200b}', '\u{200e}', '\u{200f}',
    '\u{202a}', '\u{202c}', '\u{2068}', '\u{2069}', '\u{feff}',
];

/// Returns the code if `text` consists of its symbols and separators only.
fn bare_code(text: &str, format: CodeFormat) -> Option<String> {
    let is_separator =
        |c: &char| c.is_whitespace() || c.is_ascii_punctuation() || SEPARATORS.contains(c);
    let symbols: String = text.chars().filter(|c| !is_separator(c)).collect();
    is_symbols(&symbols, format.length().into(), format).then_some(symbols)
}

fn is_symbols(text: &str, count: usize, format: CodeFormat) -> bool {
    text.len() == count && text.chars().all(|c| format.symbol(c) == Some(c))
}

/// Text that may contain a code among other words.
struct Message {
    /// The text with its digits folded to ASCII. Letters keep their case: among other words, only
    /// capitals count as letters of a code.
    text: String,
    format: CodeFormat,
    /// The number of symbols in a code.
    length: usize,
}

impl Message {
    fn new(text: &str, format: CodeFormat) -> Self {
        let text = match format {
            CodeFormat::Digits(_) => format.fold(text),
            CodeFormat::Letters => text.to_owned(),
        };
        Self {
            text,
            format,
            length: format.length().into(),
        }
    }

    /// Whether a character belongs to the same word as the symbol next to it.
    fn is_part(&self, c: char) -> bool {
        match self.format {
            CodeFormat::Digits(_) => c.is_ascii_digit(),
            CodeFormat::Letters => c.is_alphanumeric(),
        }
    }

    fn is_code(&self, word: &str) -> bool {
        is_symbols(word, self.length, self.format)
    }

    /// Returns the codes that follow a `#`, as in an origin-bound one-time code (`@host #123456`).
    fn origin_bound_codes(&self) -> impl Iterator<Item = String> {
        self.text.split('#').skip(1).filter_map(|rest| {
            let code = rest.split(|c: char| !self.is_part(c)).next()?;
            self.is_code(code).then(|| code.to_owned())
        })
    }

    /// Returns the words that are codes.
    fn whole_codes(&self) -> impl Iterator<Item = String> {
        self.text
            .split(|c: char| !self.is_part(c))
            .filter(|word| self.is_code(word))
            .map(str::to_owned)
    }

    /// Returns the codes written as two halves with one space or dash between them.
    fn split_codes(&self) -> impl Iterator<Item = String> {
        let words = self.text.split(|c: char| !(self.is_part(c) || c == '-'));
        let mut before = "";
        words.flat_map(move |word| {
            let dashed = word.split_once('-').and_then(|halves| self.halves(halves));
            let spaced = self.halves((std::mem::replace(&mut before, word), word));
            dashed.into_iter().chain(spaced)
        })
    }

    fn halves(&self, (first, second): (&str, &str)) -> Option<String> {
        let half = self.length.div_ceil(2);
        let both = is_symbols(first, half, self.format)
            && is_symbols(second, self.length - half, self.format);
        both.then(|| [first, second].concat())
    }
}

/// Returns the value that all candidates agree on. Takes a trait object, because each monomorphised
/// copy would add to the download.
fn single(candidates: &mut dyn Iterator<Item = String>) -> Option<String> {
    let first = candidates.next()?;
    for other in candidates {
        if other != first {
            return None;
        }
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: CodeFormat = CodeFormat::Digits(6);
    const MAIL: &str =
        "Hello Ada,\n\nyour Waste Billing sign-in code is\n\n048213\n\nIt works for 5 minutes.";
    const SMS: &str = "048213 is your Waste Billing sign-in code. It works for 5 minutes.\n\n@pay.example.com #048213";

    #[test]
    fn finds_the_code_in_typical_pasted_text() {
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
            assert_eq!(find_code(text, SIX).as_deref(), Some("048213"), "{text:?}");
        }
    }

    #[test]
    fn finds_the_code_in_a_message_without_line_breaks() {
        assert_eq!(
            find_code(&SMS.replace('\n', " "), SIX).as_deref(),
            Some("048213")
        );
        assert_eq!(
            find_code(&MAIL.replace('\n', " "), SIX).as_deref(),
            Some("048213")
        );
    }

    #[test]
    fn returns_none_without_an_unambiguous_code() {
        for text in [
            "",
            "abc",
            "12345",
            "1234567",
            "+12345a",
            "111111 or 222222",
            "12345 6789012",
            "null",
            "+1 202 555 1015",
            "123 456 7",
        ] {
            assert_eq!(find_code(text, SIX), None, "{text:?}");
        }
    }

    #[test]
    fn supports_other_code_lengths() {
        assert_eq!(
            find_code("1234 5678", CodeFormat::Digits(8)).as_deref(),
            Some("12345678")
        );
        assert_eq!(
            find_code("code 1234567890 here", CodeFormat::Digits(10)).as_deref(),
            Some("1234567890")
        );
        assert_eq!(
            find_code("your 1234 567 code", CodeFormat::Digits(7)).as_deref(),
            Some("1234567")
        );
    }

    #[test]
    fn finds_letter_codes_in_either_case_and_in_messages() {
        for text in [
            "BCDFGHJK",
            "bcdf ghjk",
            "BCDF-GHJK",
            "Your code is BCDFGHJK!",
            "BCDFGHJK is your Waste Billing sign-in code. It works for 5 minutes.\n\n@pay.example.com #BCDFGHJK",
            "Hello Ada,\n\nyour code is\n\nBCDF GHJK\n\nIt works for 5 minutes.",
        ] {
            assert_eq!(
                find_code(text, CodeFormat::Letters).as_deref(),
                Some("BCDFGHJK"),
                "{text:?}"
            );
        }
        for text in [
            "BCDFGHJA",
            "BCDFGHJ",
            "BCDFGHJKL",
            "12345678",
            "your code is bcdfghjk",
            "BCDFGHJK or KJHGFDCB",
        ] {
            assert_eq!(find_code(text, CodeFormat::Letters), None, "{text:?}");
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_digit_code_has_only_ascii_digits_and_the_given_length(text in ".{0,300}", length in 6_u8..=10) {
            if let Some(code) = find_code(&text, CodeFormat::Digits(length)) {
                prop_assert_eq!(code.len(), usize::from(length));
                prop_assert!(code.bytes().all(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn a_letter_code_has_only_letters_of_the_alphabet(text in ".{0,300}") {
            if let Some(code) = find_code(&text, CodeFormat::Letters) {
                prop_assert_eq!(code.len(), 8);
                prop_assert!(code.chars().all(|c| CodeFormat::LETTERS.contains(c)));
            }
        }

        #[test]
        fn separators_between_digits_are_ignored(code in "[0-9]{6}", gaps in proptest::collection::vec("[ \t\n-]{0,2}", 7)) {
            let text: String = code.chars().zip(&gaps).flat_map(|(digit, gap)| [gap.clone(), digit.to_string()]).collect();
            prop_assert_eq!(find_code(&text, CodeFormat::Digits(6)), Some(code));
        }
    }
}
