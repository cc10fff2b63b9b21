//! Names and subjects: one line, of characters that people see (CWE-93, CWE-451).

use crate::shared::digits::to_ascii_digit;

/// The most characters of a name: GOV.UK's advice for full names.
const NAME: usize = 70;
/// The most characters of a subject: more is shown nowhere.
const SUBJECT: usize = 150;
/// The fewest digits of a code.
const CODE: usize = 6;

/// A name as part of a line. A number in it that is long enough for a code is left out: a pasted
/// message has to hold one code.
pub(in crate::server::transport) fn name(text: &str) -> String {
    let characters: Vec<char> = visible(text).collect();
    let is_digit = |c: char| to_ascii_digit(c).is_some();
    let runs = characters.chunk_by(|a, b| is_digit(*a) == is_digit(*b));
    let kept = runs
        .filter(|run| run.len() < CODE || !run.iter().all(|c| is_digit(*c)))
        .flatten();
    kept.take(NAME).collect::<String>().trim().to_owned()
}

/// A subject.
pub(in crate::server::transport) fn subject(text: &str) -> String {
    visible(text.trim()).take(SUBJECT).collect()
}

/// What begins a line becomes a space, and what is not seen or turns the direction of others is
/// left out.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .filter(|c| !is_hidden(*c))
        .map(move |c| if breaks(c) { ' ' } else { c })
}

/// Soft hyphens, zero-width characters, marks of direction and tags (Unicode general category Cf,
/// without the signs that are seen).
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_stay_as_they_are() {
        for plain in [
            "Ada Lovelace",
            "José Ñandú",
            "李小龍",
            "محمد",
            "Ada 007",
            "O'Brien & Søn",
            "Ada 🎉",
            "12345",
        ] {
            assert_eq!(name(plain), plain);
        }
    }

    #[test]
    fn what_is_not_seen_is_left_out_and_what_breaks_a_line_is_a_space() {
        assert_eq!(
            name("A\u{202e}d\u{200b}a\r\nB\u{85}C\u{2028}D\0E\u{2066}"),
            "Ada  B C D E"
        );
        assert_eq!(name("\u{200f}\u{61c} \t"), "");
    }

    #[test]
    fn a_number_as_long_as_a_code_is_left_out_in_every_script() {
        for (typed, kept) in [
            ("Ada 123456", "Ada"),
            ("#1234567890 Ada", "# Ada"),
            ("Ada 123\u{200b}456 B", "Ada  B"),
            ("Ada \u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "Ada"),
            ("1234567", ""),
        ] {
            assert_eq!(name(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn names_and_subjects_are_cut() {
        assert_eq!(name(&"é".repeat(8_192)).chars().count(), NAME);
        assert_eq!(subject(&"é".repeat(8_192)).chars().count(), SUBJECT);
    }
}
