//! English made foreign: letters with accents, and longer by the 40 % that translations may need.

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
/// What stands around each sentence: text without it is not from here.
pub(super) const MARKS: [&str; 2] = ["⟦", "⟧"];

/// A piece of a sentence. Every vowel stands twice; that is 40 % more, or a little less in short
/// ones.
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
    fn words_are_foreign_and_longer_and_can_still_be_read() {
        assert_eq!(foreign("Send code to 5"), "Šééñđ çóóđéé ţóó 5");
    }
}
