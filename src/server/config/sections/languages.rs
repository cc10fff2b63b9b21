//! `[languages]`: the languages of pages and messages.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use crate::{
    server::config::{SettingsError, require, setting::section},
    shared::Language,
};

section! {
    /// `[languages]`: the languages of pages and messages.
    Languages in "languages" {
        /// The languages that pages offer: some of en, es, fr, de, pt, hi and ar.
        offered: Vec<Language> = Language::ALL.to_vec(), read: "tags", variable: List;
        /// The language for visitors whose browser requests no offered language.
        default: Language = Language::English, read: "tag";
        /// A folder with sentences of your own. In it, es.ftl replaces the Spanish sentences that
        /// it contains.
        directory: Option<PathBuf> = None;
    }
}

impl Languages {
    pub(in crate::server::config) fn check(&self) -> Result<(), SettingsError> {
        let is_offered = self.offered.contains(&self.default);
        require(is_offered, "languages.default", "one of languages.offered")?;
        // An empty path would mean the working directory.
        let is_empty = self
            .directory
            .as_ref()
            .is_some_and(|directory| directory.as_os_str().is_empty());
        require(
            !is_empty,
            "languages.directory",
            "the name of a folder, or absent",
        )
    }
}

fn tags<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Language>, D::Error> {
    let mut languages = Vec::new();
    for tag in Vec::<String>::deserialize(deserializer)? {
        let language = parse(&tag)?;
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    Ok(languages)
}

fn tag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
    parse(&String::deserialize(deserializer)?)
}

fn parse<E: serde::de::Error>(tag: &str) -> Result<Language, E> {
    let language = Language::from_code(tag).filter(|language| Language::ALL.contains(language));
    language.ok_or_else(|| {
        E::custom(format!(
            "it must be one of {}",
            Language::ALL.map(Language::code).join(", ")
        ))
    })
}
