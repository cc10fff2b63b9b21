//! The accent colours that the operator chooses. Everybody must be able to read them (WCAG 2.2 SC
//! 1.4.3 and 1.4.11).

use std::fmt;

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    const WHITE: Self = Self([0xff; 3]);

    /// Parses a colour like `#0b5d57`. Returns `None` for any other form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_colour = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        is_colour.then_some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// Returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Returns the relative luminance (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let linear = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// Mixes `percent` percent of another colour into this one.
    fn with(self, other: Self, percent: u16) -> Self {
        let mix = |part: usize| {
            let sum =
                u16::from(self.0[part]) * (100 - percent) + u16::from(other.0[part]) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self([0, 1, 2].map(mix))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The backgrounds that the accent appears on: the page and a card on it. The values are those of
/// style/main.css.
struct Background {
    page: Colour,
    card: Colour,
}

const LIGHT: Background = Background {
    page: Colour([0xf3, 0xf5, 0xf7]),
    card: Colour::WHITE,
};
const DARK: Background = Background {
    page: Colour([0x0f, 0x14, 0x18]),
    card: Colour([0x18, 0x20, 0x26]),
};
const BLACK: Colour = Colour([0x0b, 0x0f, 0x12]);

/// The minimum contrast ratio of text (WCAG 2.2 SC 1.4.3).
pub const READABLE: f64 = 4.5;
/// The percentage of the accent in the background of a notice.
const TINT: u16 = 10;

/// A colour that is hard to read on its background.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{colour} has a contrast of {contrast:.2} to 1 on {background}, but text needs at least {READABLE} to 1"
)]
pub struct ContrastError {
    /// The colour.
    pub colour: Colour,
    /// The background.
    pub background: Colour,
    /// The contrast ratio of the two.
    pub contrast: f64,
    /// Whether the background belongs to the dark colour scheme.
    pub is_dark: bool,
}

/// The accent colours of buttons and links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    light: Colour,
    dark: Colour,
}

impl Accent {
    /// Creates the accent for light and for dark backgrounds. Without a dark accent, the first
    /// lighter shade that is readable on dark backgrounds is used.
    ///
    /// # Errors
    /// Returns [`ContrastError`] if an accent is hard to read on one of its backgrounds.
    pub fn new(light: Colour, dark: Option<Colour>) -> Result<Self, ContrastError> {
        check(light, &LIGHT).map_err(|error| ContrastError {
            is_dark: false,
            ..error
        })?;
        let lighter = || {
            let shades = (0..=20).map(|step| light.with(Colour::WHITE, step * 5));
            shades
                .into_iter()
                .find(|shade| check(*shade, &DARK).is_ok())
                .unwrap_or(Colour::WHITE)
        };
        let dark = dark.unwrap_or_else(lighter);
        check(dark, &DARK).map_err(|error| ContrastError {
            is_dark: true,
            ..error
        })?;
        Ok(Self { light, dark })
    }

    /// Returns the CSS rules that set the custom properties of style/main.css.
    #[must_use]
    pub fn rules(&self) -> String {
        let properties = |accent: Colour, background: &Background| {
            let ink = if accent.contrast(Colour::WHITE) >= accent.contrast(BLACK) {
                Colour::WHITE
            } else {
                BLACK
            };
            let tint = background.card.with(accent, TINT);
            format!(
                ":root{{--accent:{accent};--on-accent:{ink};--tint:{tint};--accent-strong:{}}}",
                accent.with(opposite(ink), 20)
            )
        };
        let (light, dark) = (properties(self.light, &LIGHT), properties(self.dark, &DARK));
        format!("{light}@media (prefers-color-scheme:dark){{{dark}}}")
    }
}

/// Returns the colour that contrasts with the text of a button.
fn opposite(ink: Colour) -> Colour {
    if ink == Colour::WHITE {
        BLACK
    } else {
        Colour::WHITE
    }
}

/// Checks the contrast on every background of a link: the page, a card and a notice.
fn check(colour: Colour, background: &Background) -> Result<(), ContrastError> {
    let grounds = [
        background.page,
        background.card,
        background.card.with(colour, TINT),
    ];
    let contrasts = grounds.map(|background| (background, colour.contrast(background)));
    let worst = contrasts
        .into_iter()
        .min_by(|(_, a), (_, b)| a.total_cmp(b));
    match worst {
        Some((background, contrast)) if contrast < READABLE => Err(ContrastError {
            colour,
            background,
            contrast,
            is_dark: false,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect("a colour")
    }

    #[test]
    fn contrast_ratios_match_wcag() {
        for (a, b, contrast) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#0b5d57", "#ffffff", 7.728),
        ] {
            assert!(
                (colour(a).contrast(colour(b)) - contrast).abs() < 0.005,
                "{a} on {b}: {}",
                colour(a).contrast(colour(b))
            );
        }
    }

    #[test]
    fn unreadable_colour_is_rejected_with_its_ratio() {
        let error = Accent::new(colour("#ff9900"), None).expect_err("too light");
        assert_eq!(
            error.to_string(),
            "#ff9900 has a contrast of 1.96 to 1 on #f3f5f7, but text needs at least 4.5 to 1"
        );
        let error = Accent::new(colour("#0b5d57"), Some(colour("#0b5d57"))).expect_err("too dark");
        assert!(error.is_dark && error.to_string().starts_with("#0b5d57 has a contrast of "));
    }

    #[test]
    fn missing_dark_accent_becomes_a_lighter_shade() {
        let accent = Accent::new(colour("#1d3fa8"), None).expect("readable");
        assert!(check(accent.dark, &DARK).is_ok() && accent.dark != accent.light);
        assert!(
            accent
                .rules()
                .starts_with(":root{--accent:#1d3fa8;--on-accent:#ffffff;--tint:#")
        );
    }

    #[test]
    fn invalid_colours_are_rejected() {
        for text in [
            "", "#", "0b5d57", "#0b5d5", "#0b5d577", "#0b5dxy", "#+b5d57", "#é5d57", "red",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn accepted_accents_are_readable_with_their_ink(parts: [u8; 3]) {
            if let Ok(accent) = Accent::new(Colour(parts), None) {
                for (colour, background) in [(accent.light, &LIGHT), (accent.dark, &DARK)] {
                    prop_assert!(check(colour, background).is_ok());
                    prop_assert!(colour.contrast(Colour::WHITE).max(colour.contrast(BLACK)) >= READABLE);
                }
            }
        }
    }
}
