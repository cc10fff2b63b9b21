//! Localized sentences, dates and times (<https://projectfluent.org>, CLDR).

mod accepted;
mod bundle;
mod dates;
mod error;
mod pseudo;

use std::{path::Path, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};

use crate::shared::{Argument, Language, Sentences, Translator, translator::Arguments};

use bundle::Bundle;

pub use error::LanguageError;

/// Formats sentences, dates and times in every language. Cheap to clone.
#[derive(Clone)]
pub struct Localizer(Arc<Inner>);

struct Inner {
    /// One bundle per language.
    bundles: Vec<Bundle>,
    languages: AvailableLanguages,
    site: SiteInfo,
    /// The arguments that every sentence may use.
    common_arguments: [(&'static str, Argument); 2],
}

/// Information about the site for sentences, dates and times.
#[derive(Clone, Debug)]
pub struct SiteInfo {
    /// The operator's name: `$brand` in every sentence.
    pub brand: String,
    /// An example of a mobile number in the operator's country: `$example` in every sentence.
    pub phone_example: String,
    /// The operator's time zone.
    pub zone: TimeZone,
}

/// The languages that visitors can choose from.
#[derive(Clone, Debug)]
pub struct AvailableLanguages {
    /// The languages that pages offer.
    pub languages: Vec<Language>,
    /// The language for visitors whose browser requests none of these languages.
    pub default: Language,
    /// Whether visitors can also choose [`Language::Pseudo`].
    pub pseudo: bool,
}

impl std::fmt::Debug for Localizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Localizer")
            .field("languages", &self.0.languages)
            .field("site", &self.0.site)
            .finish_non_exhaustive()
    }
}

impl Localizer {
    /// Loads the built-in sentences, and replaces them with those from the files in `directory`.
    ///
    /// # Errors
    /// Returns [`LanguageError`] if a file cannot be read or is not valid.
    pub fn load(
        languages: AvailableLanguages,
        site: SiteInfo,
        directory: Option<&Path>,
    ) -> Result<Self, LanguageError> {
        if let Some(directory) = directory {
            bundle::check_names(directory)?;
        }
        let bundles = Language::ALL
            .into_iter()
            .chain([Language::Pseudo])
            .map(|language| Bundle::load(language, directory))
            .collect::<Result<_, _>>()?;
        let common_arguments = [
            ("brand", site.brand.as_str().into()),
            ("example", site.phone_example.as_str().into()),
        ];
        Ok(Self(Arc::new(Inner {
            bundles,
            languages,
            site,
            common_arguments,
        })))
    }

    /// Returns the sentences of a language.
    #[must_use]
    pub fn translator(&self, language: Language) -> Translator {
        Translator::new(language, Arc::new(self.clone()))
    }

    /// Returns the languages that pages offer.
    #[must_use]
    pub fn offered(&self) -> &[Language] {
        &self.0.languages.languages
    }

    /// Returns the language for readers whose preference is unknown, like an operator on the
    /// command line.
    #[must_use]
    pub fn default_language(&self) -> Language {
        self.0.languages.default
    }

    /// Returns the language with this tag, if visitors can choose it.
    #[must_use]
    pub fn choice(&self, code: &str) -> Option<Language> {
        let AvailableLanguages {
            languages, pseudo, ..
        } = &self.0.languages;
        Language::from_code(code)
            .filter(|it| languages.contains(it) || (*pseudo && *it == Language::Pseudo))
    }

    /// Returns the offered language that an `Accept-Language` header prefers (RFC 9110 section
    /// 12.5.4), or the default language.
    #[must_use]
    pub fn accepted(&self, accept_language: &str) -> Language {
        let accepted =
            accepted::languages(accept_language).find_map(|language| self.choice(&language));
        accepted.unwrap_or(self.0.languages.default)
    }

    /// Returns the sentence with this id, or `None` if there is none.
    #[must_use]
    pub fn known_sentence(
        &self,
        language: Language,
        id: &str,
        arguments: &Arguments,
    ) -> Option<String> {
        let mut bundles = self.0.bundles.iter();
        let bundle = bundles.find(|bundle| bundle.language == language)?;
        match arguments {
            [] => bundle
                .fixed_sentence(id, &self.0.common_arguments)
                .map(ToOwned::to_owned),
            _ => bundle.sentence(id, &[&self.0.common_arguments, arguments].concat()),
        }
    }

    /// Formats a time of day with its zone, like `14:42 UTC`. The format is the same in all
    /// languages, with the same digits as codes.
    #[must_use]
    pub fn time(&self, instant: Timestamp) -> String {
        instant
            .to_zoned(self.0.site.zone.clone())
            .strftime("%H:%M %Z")
            .to_string()
    }

    /// Formats a day, like `22 November 2026`.
    #[must_use]
    pub fn day(&self, language: Language, instant: Timestamp) -> String {
        dates::long(language, instant.to_zoned(self.0.site.zone.clone()).date())
    }

    /// Formats a day and the time, like `22 November 2026, 14:42 UTC`.
    #[must_use]
    pub fn day_and_time(&self, language: Language, instant: Timestamp) -> String {
        format!("{}, {}", self.day(language, instant), self.time(instant))
    }

    /// Formats a day and the time in a short form, like `22 Nov 2026, 14:42 UTC`.
    #[must_use]
    pub fn short_day_and_time(&self, language: Language, instant: Timestamp) -> String {
        let day = dates::medium(language, instant.to_zoned(self.0.site.zone.clone()).date());
        format!("{day}, {}", self.time(instant))
    }
}

impl Sentences for Localizer {
    fn sentence(&self, language: Language, id: &str, arguments: &Arguments) -> String {
        // A test checks that every id in the sources exists.
        self.known_sentence(language, id, arguments)
            .unwrap_or_else(|| id.to_owned())
    }
}

#[cfg(test)]
pub(in crate::server) mod tests {
    use std::fs;

    use super::*;

    /// A localizer with all languages and the built-in sentences.
    pub(in crate::server) fn all() -> Localizer {
        let languages = AvailableLanguages {
            languages: Language::ALL.to_vec(),
            default: Language::English,
            pseudo: true,
        };
        Localizer::load(languages, site("UTC"), None).expect("sentences")
    }

    pub(in crate::server) fn site(zone: &str) -> SiteInfo {
        SiteInfo {
            brand: "Waste Billing".to_owned(),
            phone_example: "+1 202 555 0123".to_owned(),
            zone: TimeZone::get(zone).expect("a zone"),
        }
    }

    fn with_file(name: &str, text: &str) -> Result<Localizer, LanguageError> {
        let directory = tempfile::tempdir().expect("a folder");
        fs::write(directory.path().join(name), text).expect("a file");
        let languages = AvailableLanguages {
            languages: Language::ALL.to_vec(),
            default: Language::English,
            pseudo: false,
        };
        Localizer::load(languages, site("UTC"), Some(directory.path()))
    }

    fn error_text(name: &str, text: &str) -> String {
        with_file(name, text).expect_err("a mistake").to_string()
    }

    #[test]
    fn a_browser_gets_the_offered_language_that_it_prefers() {
        let all = all();
        for (header, language) in [
            ("", Language::English),
            ("sv", Language::English),
            ("de-CH, de;q=0.9, en;q=0.8", Language::German),
            ("sv, pt-BR;q=0.7, en;q=0.8", Language::English),
            ("sv, pt-BR;q=0.9, en;q=0.8", Language::Portuguese),
            ("fr;q=0, es", Language::Spanish),
            ("ar-EG", Language::Arabic),
            ("*", Language::English),
            ("DE", Language::German),
            ("\u{0}, ;;;q=, hi", Language::Hindi),
        ] {
            assert_eq!(all.accepted(header), language, "{header:?}");
        }
    }

    #[test]
    fn only_offered_languages_can_be_chosen() {
        let languages = AvailableLanguages {
            languages: vec![Language::English, Language::Hindi],
            default: Language::Hindi,
            pseudo: false,
        };
        let two = Localizer::load(languages, site("UTC"), None).expect("sentences");
        assert_eq!(two.choice("hi"), Some(Language::Hindi));
        assert_eq!(two.choice("de"), None);
        assert_eq!(two.choice("en-XA"), None);
        assert_eq!(two.accepted("de"), Language::Hindi);
        assert_eq!(two.accepted("en-XA, en"), Language::English);
    }

    #[test]
    fn days_are_formatted_for_each_language() {
        let all = all();
        let instant = "2026-11-22T14:32:10Z".parse().expect("an instant");
        for (language, day) in [
            (Language::English, "22 November 2026"),
            (Language::Spanish, "22 de noviembre de 2026"),
            (Language::French, "22 novembre 2026"),
            (Language::German, "22. November 2026"),
            (Language::Portuguese, "22 de novembro de 2026"),
            (Language::Hindi, "22 नवंबर, 2026"),
            (Language::Arabic, "22 نوفمبر 2026"),
        ] {
            assert_eq!(all.day(language, instant), day);
        }
        assert_eq!(
            all.short_day_and_time(Language::English, instant),
            "22 Nov 2026, 14:32 UTC"
        );
    }

    #[test]
    fn times_are_shown_in_the_operators_time_zone() {
        let languages = AvailableLanguages {
            languages: vec![Language::English],
            default: Language::English,
            pseudo: false,
        };
        let india = Localizer::load(languages, site("Asia/Kolkata"), None).expect("sentences");
        let instant = "2026-11-22T20:32:10Z".parse().expect("an instant");
        assert_eq!(
            india.day_and_time(Language::English, instant),
            "23 November 2026, 02:02 IST"
        );
    }

    #[test]
    fn a_sentence_has_the_plural_form_of_its_count() {
        let in_minutes = |language, count: i64| {
            all()
                .translator(language)
                .t_with("in-minutes", &[("count", count.into())])
        };
        assert_eq!(
            [1, 2].map(|count| in_minutes(Language::English, count)),
            ["in 1 minute", "in 2 minutes"]
        );
        let arabic: std::collections::HashSet<_> = [1, 2, 5, 11]
            .map(|count| in_minutes(Language::Arabic, count))
            .into();
        assert_eq!(arabic.len(), 4);
    }

    #[test]
    fn the_contact_can_be_placed_in_the_sentence_in_every_language() {
        for language in Language::ALL {
            let (before, after) = all().translator(language).split_at_argument(
                "pending",
                "contact",
                &[("time", "14:32 UTC".into())],
            );
            let marks = ['\u{2068}', '\u{fffc}'];
            assert!(
                !before.ends_with(marks) && !after.contains('\u{fffc}'),
                "{language:?}: {before:?} {after:?}"
            );
            assert!(
                [&*before, &*after].concat().contains("14:32 UTC"),
                "{language:?}"
            );
        }
    }

    #[test]
    fn sentences_from_the_folder_replace_the_built_in_ones() {
        let own =
            with_file("de.ftl", "\u{feff}request-heading = Willkommen\r\n").expect("sentences");
        assert_eq!(
            own.translator(Language::German).t("request-heading"),
            "Willkommen"
        );
        assert_ne!(
            own.translator(Language::English).t("request-heading"),
            "Willkommen"
        );
        assert_ne!(
            own.translator(Language::German).t("request-button"),
            "request-button"
        );
    }

    #[test]
    fn loading_fails_and_names_the_broken_sentence() {
        for (text, expected) in [
            ("request-heading", "de.ftl has a mistake in line 1"),
            (
                "request-heading = a\n\nrequest-button = { $",
                "de.ftl has a mistake in line 3",
            ),
            (
                "no-such = a",
                "no-such in de.ftl is not a known sentence id",
            ),
            (
                "attempts = { $number } left",
                "attempts in de.ftl uses the unknown argument $number",
            ),
            (
                "error-code-invalid = No",
                "error-code-invalid in de.ftl does not use $count",
            ),
            (
                "request-heading = { request-button }",
                "request-heading in de.ftl refers to something other",
            ),
            (
                "request-heading =\n    .title = X",
                "request-heading in de.ftl has no value of its own",
            ),
            (
                "pending = { $contact }, { $contact } { $time }",
                "pending in de.ftl uses $contact twice",
            ),
            ("-brand = X", "-brand in de.ftl is a term"),
            (
                "request-heading = { -brand }",
                "request-heading in de.ftl refers to something other",
            ),
            (
                "request-heading = { DATETIME(1) }",
                "request-heading in de.ftl refers to something other",
            ),
        ] {
            assert!(
                error_text("de.ftl", text).contains(expected),
                "{text}: {}",
                error_text("de.ftl", text)
            );
        }
        assert!(
            error_text("xx.ftl", "").contains(
                "xx.ftl, which is not a supported language; languages are en.ftl, es.ftl"
            )
        );
    }
}
