//! The encoding and the segments of text messages, which determine their price (3GPP TS 23.038
//! section 6.2 and TS 23.040 section 9.2.3.24.1).

use std::fmt;

/// The default alphabet of GSM 03.38 (3GPP TS 23.038 section 6.2.1). Each character takes one
/// septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table (section 6.2.1.1). Each character follows an escape, so it takes two
/// septets.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The encoding of a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The alphabet of GSM 03.38, in units of 7 bits.
    Gsm7,
    /// All other text, in units of 16 bits.
    Ucs2,
}

impl Encoding {
    /// Returns the number of units in a message of one segment, which has 140 bytes.
    const fn single_segment(self) -> u32 {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Returns the number of units in each segment of a longer message. A header of 6 bytes in each
    /// segment allows phones to reassemble the message.
    const fn concatenated_segment(self) -> u32 {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// Returns the number of units of a character. They always share one segment.
    fn units(self, c: char) -> u32 {
        match self {
            Self::Gsm7 if EXTENSION.contains(c) => 2,
            Self::Ucs2 if c.len_utf16() == 2 => 2,
            _ => 1,
        }
    }
}

/// The length of a text message, which determines its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsLength {
    /// The encoding of the text.
    pub encoding: Encoding,
    /// The length in units: septets in GSM-7, 16-bit units in UCS-2.
    pub units: u32,
    /// The number of segments that are sent and paid for, at least 1.
    pub segments: u32,
    /// The number of units that still fit into the last segment.
    pub left: u32,
    /// The character that makes the text cost more than one GSM-7 segment. `None` if the text does
    /// not.
    pub expensive: Option<ExpensiveCharacter>,
}

/// A character and its position, for display to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpensiveCharacter {
    /// The character.
    pub character: char,
    /// The line number, starting at 1.
    pub line: usize,
    /// The position in the line in characters, starting at 1.
    pub column: usize,
}

impl SmsLength {
    /// Returns the length of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let foreign = text
            .chars()
            .position(|c| !BASIC.contains(c) && !EXTENSION.contains(c));
        let encoding = if foreign.is_some() {
            Encoding::Ucs2
        } else {
            Encoding::Gsm7
        };
        let units = text.chars().map(|c| encoding.units(c)).sum();
        let single_segment = units <= encoding.single_segment();
        let capacity = if single_segment {
            encoding.single_segment()
        } else {
            encoding.concatenated_segment()
        };
        let (segments, used) = text.chars().fold((1, 0), |(segments, used), c| {
            let more = encoding.units(c);
            if used + more > capacity {
                (segments + 1, more)
            } else {
                (segments, used + more)
            }
        });
        let expensive = foreign
            .or_else(|| first_beyond(text, encoding))
            .and_then(|at| ExpensiveCharacter::at(text, at));
        Self {
            encoding,
            units,
            segments,
            left: capacity - used,
            expensive,
        }
    }
}

/// Returns the index of the first character that does not fit into a message of one segment.
fn first_beyond(text: &str, encoding: Encoding) -> Option<usize> {
    let mut ends = text.chars().scan(0, |end, c| {
        *end += encoding.units(c);
        Some(*end)
    });
    ends.position(|end| end > encoding.single_segment())
}

impl ExpensiveCharacter {
    fn at(text: &str, index: usize) -> Option<Self> {
        let (mut line, mut column) = (1, 1);
        for c in text.chars().take(index) {
            (line, column) = if c == '\n' {
                (line + 1, 1)
            } else {
                (line, column + 1)
            };
        }
        text.chars().nth(index).map(|character| Self {
            character,
            line,
            column,
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        })
    }
}

/// Formats the length like `GSM-7, 1 segment, 41 characters left`.
impl fmt::Display for SmsLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            encoding,
            segments,
            left,
            ..
        } = self;
        let plural = if *segments == 1 { "" } else { "s" };
        write!(
            f,
            "{encoding}, {segments} segment{plural}, {left} characters left"
        )
    }
}

/// Formats the character like `'’' (U+2019) in line 1, column 14`.
impl fmt::Display for ExpensiveCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            character,
            line,
            column,
        } = self;
        write!(
            f,
            "{character:?} (U+{:04X}) in line {line}, column {column}",
            u32::from(*character)
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cost(text: &str) -> (Encoding, u32, u32, u32) {
        let SmsLength {
            encoding,
            units,
            segments,
            left,
            ..
        } = SmsLength::of(text);
        (encoding, units, segments, left)
    }

    #[test]
    fn the_alphabet_has_every_standard_character_once() {
        let mut all: Vec<char> = BASIC.chars().chain(EXTENSION.chars()).collect();
        assert_eq!(
            (BASIC.chars().count(), EXTENSION.chars().count()),
            (127, 10)
        );
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 137);
    }

    #[test]
    fn gsm_7_segments_hold_160_septets_alone_and_153_in_longer_messages() {
        for (characters, segments, left) in [
            (0, 1, 160),
            (1, 1, 159),
            (160, 1, 0),
            (161, 2, 145),
            (306, 2, 0),
            (307, 3, 152),
            (459, 3, 0),
            (460, 4, 152),
        ] {
            let text = "a".repeat(characters);
            assert_eq!(
                cost(&text),
                (
                    Encoding::Gsm7,
                    u32::try_from(characters).expect("small"),
                    segments,
                    left
                )
            );
        }
    }

    #[test]
    fn ucs_2_segments_hold_70_units_alone_and_67_in_longer_messages() {
        for (characters, segments, left) in [
            (1, 1, 69),
            (70, 1, 0),
            (71, 2, 63),
            (134, 2, 0),
            (135, 3, 66),
        ] {
            let text = "я".repeat(characters);
            assert_eq!(
                cost(&text),
                (
                    Encoding::Ucs2,
                    u32::try_from(characters).expect("small"),
                    segments,
                    left
                )
            );
        }
    }

    #[test]
    fn an_extension_character_takes_two_septets_and_is_not_split() {
        assert_eq!(cost(&"€".repeat(80)), (Encoding::Gsm7, 160, 1, 0));
        assert_eq!(
            cost(&format!("{}€", "a".repeat(159))),
            (Encoding::Gsm7, 161, 2, 145)
        );
        // The escape would be the last septet of the first segment, so both septets go to the
        // second.
        let text = format!("{}€{}", "a".repeat(152), "b".repeat(151));
        assert_eq!(cost(&text), (Encoding::Gsm7, 305, 2, 0));
        assert_eq!(cost(&format!("{text}b")), (Encoding::Gsm7, 306, 3, 152));
    }

    #[test]
    fn a_surrogate_pair_takes_two_units_and_is_not_split() {
        assert_eq!(cost(&"🗑".repeat(35)), (Encoding::Ucs2, 70, 1, 0));
        let text = format!("{}🗑{}", "я".repeat(66), "я".repeat(65));
        assert_eq!(cost(&text), (Encoding::Ucs2, 133, 2, 0));
        assert_eq!(cost(&format!("{text}я")), (Encoding::Ucs2, 134, 3, 66));
    }

    #[test]
    fn characters_that_only_look_like_gsm_7_need_ucs_2() {
        for text in [
            "Müll & Söhne",
            "ÄÖÑÜ§¿ ¡Éà",
            "a_b@c #1",
            "[x] {y} ^ ~ | \\",
            "Ω Δ",
        ] {
            assert_eq!(SmsLength::of(text).encoding, Encoding::Gsm7, "{text}");
        }
        for text in ["it’s", "a – b", "ç", "á", "`", "…", "\t", "a\u{a0}b"] {
            assert_eq!(SmsLength::of(text).encoding, Encoding::Ucs2, "{text}");
        }
    }

    #[test]
    fn the_costly_character_is_reported_with_its_position() {
        assert_eq!(SmsLength::of("plain").expensive, None);
        let foreign = SmsLength::of("Hello,\nit’s “here”")
            .expensive
            .expect("a character");
        assert_eq!(foreign.to_string(), "'’' (U+2019) in line 2, column 3");
        let beyond = SmsLength::of(&format!("{}\nbc", "a".repeat(159)))
            .expensive
            .expect("a character");
        assert_eq!(
            beyond,
            ExpensiveCharacter {
                character: 'b',
                line: 2,
                column: 1
            }
        );
    }

    proptest! {
        #[test]
        fn gsm_7_segments_waste_at_most_one_septet_each(text in "[a-zäöü€\\[\\]~ \n]{0,900}") {
            let SmsLength { encoding, units, segments, left, .. } = SmsLength::of(&text);
            prop_assert_eq!(encoding, Encoding::Gsm7);
            let room = if segments == 1 { 160 } else { 153 * segments };
            prop_assert!(units + left <= room && room - units - left < segments, "{units} {segments} {left}");
        }

        #[test]
        fn ucs_2_text_is_as_long_as_its_utf_16(text in "я\\PC{0,300}") {
            let SmsLength { encoding, units, segments, left, .. } = SmsLength::of(&text);
            prop_assert_eq!(encoding, Encoding::Ucs2);
            prop_assert_eq!(usize::try_from(units).expect("small"), text.encode_utf16().count());
            let room = if segments == 1 { 70 } else { 67 * segments };
            prop_assert!(units + left <= room && room - units - left < segments, "{units} {segments} {left}");
        }

        #[test]
        fn another_character_never_costs_less(text in "\\PC{0,200}", more in "\\PC") {
            let (short, long) = (SmsLength::of(&text), SmsLength::of(&format!("{text}{more}")));
            prop_assert!(short.segments <= long.segments);
            prop_assert_eq!(long.expensive.is_none(), long.segments == 1 && long.encoding == Encoding::Gsm7);
        }
    }
}
