//! Sentences in one language, whoever keeps them.

use std::sync::Arc;

use super::Language;

/// What stands in a sentence at the place of a name.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Ready text, or the name of a variant.
    Text(String),
    /// A number: the sentence may have other forms for one, two and many.
    Count(i64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Argument {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<i64> for Argument {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

/// Names and values of what stands in a sentence.
pub type Arguments = [(&'static str, Argument)];

/// Where sentences come from.
pub trait Sentences: Send + Sync {
    /// The sentence of a language with this id.
    fn sentence(&self, language: Language, id: &str, arguments: &Arguments) -> String;
}

/// Says sentences in one language. Cheap to clone.
#[derive(Clone)]
pub struct Words {
    /// The language.
    pub language: Language,
    sentences: Arc<dyn Sentences>,
}

impl Words {
    /// In a language.
    #[must_use]
    pub const fn new(language: Language, sentences: Arc<dyn Sentences>) -> Self {
        Self {
            language,
            sentences,
        }
    }

    /// The sentence with this id.
    #[must_use]
    pub fn say(&self, id: &'static str) -> String {
        self.sentences.sentence(self.language, id, &[])
    }

    /// The sentence with this id and what stands in it.
    #[must_use]
    pub fn say_with(&self, id: &'static str, arguments: &Arguments) -> String {
        self.sentences.sentence(self.language, id, arguments)
    }

    /// What stands in a sentence before and after the argument `name`, which is shown in a way of
    /// its own.
    #[must_use]
    pub fn around(
        &self,
        id: &'static str,
        name: &'static str,
        arguments: &Arguments,
    ) -> (String, String) {
        let place = (name, Argument::from(String::from(PLACE)));
        let sentence = self.say_with(id, &[&[place], arguments].concat());
        let (before, after) = sentence.split_once(PLACE).unwrap_or((&sentence, ""));
        (
            before.trim_end_matches(ISOLATE).to_owned(),
            after.trim_start_matches(POP).to_owned(),
        )
    }
}

/// Where a sentence has its place for what is not there yet: no sentence holds it otherwise (object
/// replacement character).
pub const PLACE: char = '\u{fffc}';
/// What stands around an argument where lines run from right to left (UAX 9); an element of its own
/// is isolated already.
const ISOLATE: char = '\u{2068}';
const POP: char = '\u{2069}';
