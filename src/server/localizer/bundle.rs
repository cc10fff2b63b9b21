//! The sentences of one language: the built-in ones, and those with which the operator replaces
//! them.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    sync::OnceLock,
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use super::{LanguageError, pseudo};
use crate::shared::{Argument, Language, translator::Arguments};

/// The built-in sentences of a language.
const fn source(language: Language) -> &'static str {
    match language {
        Language::English | Language::Pseudo => include_str!("../../ui/languages/en.ftl"),
        Language::Spanish => include_str!("../../ui/languages/es.ftl"),
        Language::French => include_str!("../../ui/languages/fr.ftl"),
        Language::German => include_str!("../../ui/languages/de.ftl"),
        Language::Portuguese => include_str!("../../ui/languages/pt.ftl"),
        Language::Hindi => include_str!("../../ui/languages/hi.ftl"),
        Language::Arabic => include_str!("../../ui/languages/ar.ftl"),
    }
}

/// The arguments that every sentence may use but none has to.
const EVERYWHERE: [&str; 2] = ["brand", "example"];

/// The name of a language's file.
pub(super) fn file_name(language: Language) -> String {
    format!("{}.ftl", language.code())
}

/// Checks that the operator's folder contains only files of known languages. Hidden files are
/// ignored.
pub(super) fn check_names(directory: &Path) -> Result<(), LanguageError> {
    let known = Language::ALL.map(file_name);
    let unreadable = |cause| LanguageError::Unreadable {
        path: directory.to_owned(),
        cause,
    };
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let file = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if !file.starts_with('.') && !known.contains(&file) {
            return Err(LanguageError::Unknown {
                file,
                known: known.join(", "),
            });
        }
    }
    Ok(())
}

/// The parsed sentences of one language.
pub(super) struct Bundle {
    pub(super) language: Language,
    fluent: FluentBundle<FluentResource>,
    /// The sentences without arguments of their own, by id. Each is formatted once, on first use.
    fixed: HashMap<String, OnceLock<Option<String>>>,
}

impl Bundle {
    pub(super) fn load(
        language: Language,
        directory: Option<&Path>,
    ) -> Result<Self, LanguageError> {
        let tag: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut fluent = FluentBundle::new_concurrent(vec![tag]);
        // In right-to-left text, a contact or name must not change the order of the words around it
        // (UAX 9).
        fluent.set_use_isolating(language.is_right_to_left());
        if language == Language::Pseudo {
            fluent.set_transform(Some(pseudo::foreign));
        }
        let file = file_name(language);
        let built_in = parse(&file, source(language).to_owned())?;
        let fixed = messages(&built_in)
            .map(|message| (message.id.name.to_owned(), OnceLock::new()))
            .collect();
        fluent.add_resource_overriding(built_in);
        if let Some(custom) =
            directory.and_then(|directory| read(&directory.join(&file)).transpose())
        {
            let custom = parse(&file, custom?)?;
            check(&file, &custom)?;
            fluent.add_resource_overriding(custom);
        }
        Ok(Self {
            language,
            fluent,
            fixed,
        })
    }

    /// Returns the sentence with this id and no arguments other than `everywhere`. The result is
    /// cached, so `everywhere` must be the same on each call.
    pub(super) fn fixed_sentence(&self, id: &str, everywhere: &Arguments) -> Option<&str> {
        self.fixed
            .get(id)?
            .get_or_init(|| self.sentence(id, everywhere))
            .as_deref()
    }

    /// Returns the sentence with this id, if there is one. If `arguments` contains a name twice,
    /// the second value is used.
    pub(super) fn sentence(&self, id: &str, arguments: &Arguments) -> Option<String> {
        let pattern = self
            .fluent
            .get_message(id)
            .and_then(|message| message.value())?;
        let arguments: FluentArgs = arguments
            .iter()
            .map(|(name, value)| (*name, fluent_value(value)))
            .collect();
        let sentence = self
            .fluent
            .format_pattern(pattern, Some(&arguments), &mut Vec::new())
            .into_owned();
        Some(match (self.language, pseudo::MARKS) {
            (Language::Pseudo, [open, close]) => [open, &sentence, close].concat(),
            _ => sentence,
        })
    }
}

fn fluent_value(value: &Argument) -> FluentValue<'_> {
    match value {
        Argument::Text(text) => FluentValue::from(text.as_str()),
        Argument::Count(count) => FluentValue::from(*count),
    }
}

fn read(path: &Path) -> Result<Option<String>, LanguageError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(
            text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        )),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(LanguageError::Unreadable {
            path: path.to_owned(),
            cause,
        }),
    }
}

fn parse(file: &str, text: String) -> Result<FluentResource, LanguageError> {
    FluentResource::try_new(text).map_err(|(resource, errors)| {
        let error = errors.first();
        let start = error.map_or(0, |error| error.pos.start);
        let line = resource
            .source()
            .get(..start)
            .map_or(1, |before| before.matches('\n').count() + 1);
        let problem = error
            .map(|error| error.kind.to_string())
            .unwrap_or_default();
        LanguageError::Syntax {
            file: file.to_owned(),
            line,
            problem: problem.trim_end_matches('.').to_owned(),
        }
    })
}

/// Checks the operator's sentences. Each must have the id of a built-in sentence, use only
/// arguments of that sentence, and use every argument that it always shows.
fn check(file: &str, custom: &FluentResource) -> Result<(), LanguageError> {
    let built_in = parse("en.ftl", source(Language::English).to_owned())?;
    for entry in custom.entries() {
        if !matches!(
            entry,
            Entry::Message(_)
                | Entry::Comment(_)
                | Entry::GroupComment(_)
                | Entry::ResourceComment(_)
        ) {
            let id = if let Entry::Term(term) = entry {
                term.id.name
            } else {
                "?"
            };
            let problem = "is a term, which is not supported".to_owned();
            return Err(LanguageError::Sentence {
                file: file.to_owned(),
                id: format!("-{id}"),
                problem,
            });
        }
    }
    for sentence in messages(custom) {
        let id = sentence.id.name;
        let wrong = |problem: String| LanguageError::Sentence {
            file: file.to_owned(),
            id: id.to_owned(),
            problem,
        };
        let known = messages(&built_in).find(|message| message.id.name == id);
        let known = known.ok_or_else(|| wrong("is not a known sentence id".to_owned()))?;
        if sentence.value.is_none() || !sentence.attributes.is_empty() {
            return Err(wrong(
                "has no value of its own, or more than that".to_owned(),
            ));
        }
        let (used, there) = (Used::by(sentence), Used::by(known));
        if let Some(name) = used.twice.filter(|_| there.twice.is_none()) {
            return Err(wrong(format!("uses ${name} twice")));
        }
        if used.refers {
            return Err(wrong(
                "refers to something other than its arguments".to_owned(),
            ));
        }
        let is_everywhere = |name: &&&str| EVERYWHERE.contains(*name);
        if let Some(name) = used
            .arguments
            .difference(&there.arguments)
            .find(|name| !is_everywhere(name))
        {
            return Err(wrong(format!("uses the unknown argument ${name}")));
        }
        if let Some(name) = there
            .shown
            .difference(&used.arguments)
            .find(|name| !is_everywhere(name))
        {
            return Err(wrong(format!("does not use ${name}")));
        }
    }
    Ok(())
}

fn messages(resource: &FluentResource) -> impl Iterator<Item = &Message<&str>> {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    })
}

/// The arguments and references that a sentence uses.
#[derive(Default)]
struct Used<'a> {
    /// All arguments, whether the sentence shows them or selects a variant by them.
    arguments: BTreeSet<&'a str>,
    /// The arguments that every variant of the sentence shows.
    shown: BTreeSet<&'a str>,
    /// An argument that one variant shows twice. Pages render some arguments as their own element,
    /// which works in one place only.
    twice: Option<&'a str>,
    /// Whether the sentence refers to other sentences, terms or functions, which are not checked.
    refers: bool,
}

impl<'a> Used<'a> {
    fn by(message: &Message<&'a str>) -> Self {
        message
            .value
            .as_ref()
            .map(Self::by_pattern)
            .unwrap_or_default()
    }

    fn by_pattern(pattern: &Pattern<&'a str>) -> Self {
        let mut used = Self::default();
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                used.add(Self::by_expression(expression));
            }
        }
        used
    }

    fn by_expression(expression: &Expression<&'a str>) -> Self {
        let (selector, variants) = match expression {
            Expression::Inline(inline) => return Self::by_inline(inline),
            Expression::Select { selector, variants } => (Self::by_inline(selector), variants),
        };
        let variants: Vec<_> = variants
            .iter()
            .map(|variant| Self::by_pattern(&variant.value))
            .collect();
        // Selecting a variant by an argument does not show the argument.
        let mut used = Self {
            shown: BTreeSet::new(),
            ..selector
        };
        used.shown = variants.iter().skip(1).fold(
            variants
                .first()
                .map(|first| first.shown.clone())
                .unwrap_or_default(),
            |shown, variant| shown.intersection(&variant.shown).copied().collect(),
        );
        for variant in variants {
            used.arguments.extend(variant.arguments);
            used.refers |= variant.refers;
            used.twice = used.twice.or(variant.twice);
        }
        used
    }

    fn by_inline(inline: &InlineExpression<&'a str>) -> Self {
        match inline {
            InlineExpression::VariableReference { id } => Self {
                arguments: [id.name].into(),
                shown: [id.name].into(),
                ..Self::default()
            },
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {
                Self::default()
            }
            InlineExpression::Placeable { expression } => Self::by_expression(expression),
            _ => Self {
                refers: true,
                ..Self::default()
            },
        }
    }

    fn add(&mut self, other: Self) {
        let twice = self.shown.intersection(&other.shown).next().copied();
        self.twice = self.twice.or(other.twice).or(twice);
        self.arguments.extend(other.arguments);
        self.shown.extend(other.shown);
        self.refers |= other.refers;
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn ids(language: Language) -> BTreeSet<String> {
        let resource = parse("", source(language).to_owned()).expect("sentences");
        messages(&resource)
            .map(|message| message.id.name.to_owned())
            .collect()
    }

    #[test]
    fn every_language_has_the_same_sentences() {
        for language in Language::ALL {
            let (actual, expected) = (ids(language), ids(Language::English));
            let missing: Vec<_> = expected.difference(&actual).collect();
            let unknown: Vec<_> = actual.difference(&expected).collect();
            assert!(
                missing.is_empty() && unknown.is_empty(),
                "{language:?}: missing {missing:?}, unknown {unknown:?}"
            );
        }
    }

    #[test]
    fn every_language_uses_the_same_arguments() {
        for language in Language::ALL {
            let resource = parse("", source(language).to_owned()).expect("sentences");
            check(&file_name(language), &resource)
                .expect("sentences with the arguments of the English ones");
        }
    }

    /// Reads the sources and templates that may use sentences.
    fn sources(folder: PathBuf) -> Vec<String> {
        let entries = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path());
        let texts = entries.flat_map(|path| {
            match path.extension().and_then(|extension| extension.to_str()) {
                None if path.is_dir() => sources(path),
                Some("rs" | "txt" | "html") => vec![fs::read_to_string(path).expect("a file")],
                _ => vec![],
            }
        });
        texts.collect()
    }

    #[test]
    fn every_sentence_is_used_and_every_used_sentence_exists() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let text: String = ["src/ui", "src/server"]
            .into_iter()
            .flat_map(|folder| sources(root.join(folder)))
            .collect();
        let ids = ids(Language::English);
        let unused: Vec<_> = ids
            .iter()
            .filter(|id| !text.contains(&format!("\"{id}\"")))
            .collect();
        assert!(unused.is_empty(), "not used: {unused:?}");
        // A used id is the first argument of one of these calls. In templates, the call follows a
        // space.
        let calls = [
            ".t(",
            " say(",
            ".t_with(",
            ".t_for_type(",
            ".t_with_argument(",
            ".t_with_placeholder(",
            ".split_at_argument(",
            ".wait(",
        ];
        let used = calls
            .iter()
            .flat_map(|call| text.split(call).skip(1))
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        let missing: Vec<_> = used
            .filter(|id| id.contains('-') && !id.contains(' ') && !ids.contains(*id))
            .collect();
        assert!(missing.is_empty(), "not there: {missing:?}");
    }
}
