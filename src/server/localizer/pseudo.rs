//! Pseudo-localization: English with accented letters, made longer by the 40 % that translations
//! may need.

use std::borrow::Cow;

const LETTERS: [(char, char); 20] = [
    ('a', 'á'),
    ('b', 'ƀ'),
    ('c', 'ç'),
    ('d', 'đ'),
    ('e', 'é'),
    ('g', 'ĝ'),
    ('h', 'ĥ'),
    ('i', 'î'),
    ('l', 'ļ'),
    ('n', 'ñ'),
    ('o', 'ó'),
    ('r', 'ŕ'),
    ('s', 'š'),
    ('t', 'ţ'),
    ('u', 'ü'),
    ('w', 'ŵ'),
    ('y', 'ý'),
    ('A', 'Å'),
    ('E', 'É'),
    ('S', 'Š'),
];
/// The marks around each sentence. Text without them does not come from the localizer.
pub(super) const MARKS: [&str; 2] = ["⟦", "⟧"];

/// Pseudo-localizes a part of a sentence. Every vowel is doubled, which adds 40 %, or a little less
/// in short sentences.
pub(super) fn foreign(text: &str) -> Cow<'_, str> {
    let twice = |c: char| if "aeiou".contains(c) { 2 } else { 1 };
    let letter = |c: char| {
        LETTERS
            .iter()
            .find_map(|(plain, foreign)| (*plain == c).then_some(*foreign))
            .unwrap_or(c)
    };
    Cow::Owned(
        text.chars()
            .flat_map(|c| std::iter::repeat_n(letter(c), twice(c)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_text_is_accented_and_longer_but_readable() {
        assert_eq!(foreign("Send code to 5"), "Šééñđ çóóđéé ţóó 5");
    }
}
