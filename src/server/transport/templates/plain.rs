//! Cleans names and subjects, so that they are one line of visible characters (CWE-93, CWE-451).

use crate::shared::digits::to_ascii_digit;

/// The most characters of a name, as GOV.UK advises for full names.
const NAME: usize = 70;
/// The most characters of a subject. No mail program shows more.
const SUBJECT: usize = 150;
/// The fewest digits of a code.
const CODE: usize = 6;

/// Cleans a name. It removes numbers that are long enough to be a code, because a pasted message
/// must contain only one code.
pub(in crate::server::transport) fn name(text: &str) -> String {
    let characters: Vec<char> = visible(text).collect();
    let is_digit = |c: char| to_ascii_digit(c).is_some();
    let runs = characters.chunk_by(|a, b| is_digit(*a) == is_digit(*b));
    let kept = runs
        .filter(|run| run.len() < CODE || !run.iter().all(|c| is_digit(*c)))
        .flatten();
    kept.take(NAME).collect::<String>().trim().to_owned()
}

/// Cleans a subject.
pub(in crate::server::transport) fn subject(text: &str) -> String {
    visible(text.trim()).take(SUBJECT).collect()
}

/// Replaces line breaks and control characters with spaces, and removes characters that are
/// invisible or change the text direction.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .filter(|c| !is_hidden(*c))
        .map(move |c| if breaks(c) { ' ' } else { c })
}

/// Whether a character is a soft hyphen, a zero-width character, a direction mark or a tag (Unicode
/// general category Cf, without its visible characters).
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
    fn ordinary_names_are_unchanged() {
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
    fn hidden_characters_are_removed_and_line_breaks_become_spaces() {
        assert_eq!(
            name("A\u{202e}d\u{200b}a\r\nB\u{85}C\u{2028}D\0E\u{2066}"),
            "Ada  B C D E"
        );
        assert_eq!(name("\u{200f}\u{61c} \t"), "");
    }

    #[test]
    fn numbers_as_long_as_a_code_are_removed_in_every_script() {
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
    fn long_names_and_subjects_are_truncated() {
        assert_eq!(name(&"é".repeat(8_192)).chars().count(), NAME);
        assert_eq!(subject(&"é".repeat(8_192)).chars().count(), SUBJECT);
    }
}
