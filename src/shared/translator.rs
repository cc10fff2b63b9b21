//! Localised sentences, independent of where they are stored.

use std::sync::Arc;

use super::Language;

/// The value of an argument in a sentence.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Text to insert, or the name of the variant to choose.
    Text(String),
    /// A number. The sentence may have different forms for one, two and many.
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

/// The arguments of a sentence, by name.
pub type Arguments = [(&'static str, Argument)];

/// A source of sentences.
pub trait Sentences: Send + Sync {
    /// Returns the sentence with this id in `language`, with its arguments inserted.
    fn sentence(&self, language: Language, id: &str, arguments: &Arguments) -> String;
}

/// The sentences of one language. Cheap to clone.
#[derive(Clone)]
pub struct Translator {
    /// The language of the sentences.
    pub language: Language,
    sentences: Arc<dyn Sentences>,
}

impl Translator {
    /// Returns the sentences of `language`.
    #[must_use]
    pub const fn new(language: Language, sentences: Arc<dyn Sentences>) -> Self {
        Self {
            language,
            sentences,
        }
    }

    /// Returns the sentence with this id.
    #[must_use]
    pub fn t(&self, id: &'static str) -> String {
        self.sentences.sentence(self.language, id, &[])
    }

    /// Returns the sentence with this id, with its arguments inserted.
    #[must_use]
    pub fn t_with(&self, id: &'static str, arguments: &Arguments) -> String {
        self.sentences.sentence(self.language, id, arguments)
    }

    /// Returns the text before and after the argument `name` of a sentence. The caller renders the
    /// argument in an element of its own.
    #[must_use]
    pub fn split_at_argument(
        &self,
        id: &'static str,
        name: &'static str,
        arguments: &Arguments,
    ) -> (String, String) {
        let placeholder = (name, Argument::from(String::from(PLACEHOLDER)));
        let sentence = self.t_with(id, &[&[placeholder], arguments].concat());
        let (before, after) = sentence.split_once(PLACEHOLDER).unwrap_or((&sentence, ""));
        (
            before.trim_end_matches(FSI).to_owned(),
            after.trim_start_matches(PDI).to_owned(),
        )
    }
}

/// The placeholder for a value that is inserted later: the object replacement character, which no
/// sentence contains otherwise.
pub const PLACEHOLDER: char = '\u{fffc}';
/// The isolates around an argument in right-to-left text (UAX 9).
/// [`Translator::split_at_argument`] removes them, because an element of its own is isolated
/// already.
const FSI: char = '\u{2068}';
const PDI: char = '\u{2069}';
