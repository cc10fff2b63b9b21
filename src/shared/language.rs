//! The languages that pages and messages are in.

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, and the source of the others.
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
    /// English made longer and foreign, for tests of pages: what is not translatable and what does
    /// not fit shows.
    Pseudo,
}

impl Language {
    /// Those that people read, in the order in which a page offers them.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::Spanish,
        Self::French,
        Self::German,
        Self::Portuguese,
        Self::Hindi,
        Self::Arabic,
    ];

    /// Its tag (BCP 47).
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

    /// What its own speakers call it.
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

    /// The value of `dir`: how its lines run.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        if self.is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// Whether its lines run from right to left.
    #[must_use]
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// The language with this tag.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .chain([Self::Pseudo])
            .find(|language| language.code() == code)
    }
}
