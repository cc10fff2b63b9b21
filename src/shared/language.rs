//! The languages of pages and messages.

/// A language in which pages and messages can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, the source of all translations.
    #[default]
    English,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// German.
    German,
    /// Portuguese.
    Portuguese,
    /// Hindi.
    Hindi,
    /// Arabic.
    Arabic,
    /// Pseudo-localised English: longer, with accented letters. Tests of pages use it to reveal
    /// text that is not translatable or does not fit.
    Pseudo,
}

impl Language {
    /// The real languages, in the order in which a page offers them.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::Spanish,
        Self::French,
        Self::German,
        Self::Portuguese,
        Self::Hindi,
        Self::Arabic,
    ];

    /// Returns the BCP 47 tag.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
            Self::Portuguese => "pt",
            Self::Hindi => "hi",
            Self::Arabic => "ar",
            Self::Pseudo => "en-XA",
        }
    }

    /// Returns the name of the language in that language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::German => "Deutsch",
            Self::Portuguese => "Português",
            Self::Hindi => "हिन्दी",
            Self::Arabic => "العربية",
            Self::Pseudo => "[Éñĝļîšĥ]",
        }
    }

    /// Returns the value of the HTML attribute `dir`: `ltr` or `rtl`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        if self.is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// Whether the language is written from right to left.
    #[must_use]
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// Returns the language with this BCP 47 tag, or `None` if there is none. Includes
    /// [`Language::Pseudo`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .chain([Self::Pseudo])
            .find(|language| language.code() == code)
    }
}
