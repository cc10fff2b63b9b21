//! The template function that inserts sentences.

use minijinja::{Error, ErrorKind, State, value::ValueKind};

use crate::{
    server::localizer::Localizer,
    shared::{Argument, Language},
};

/// The variables of a message that sentences may use.
const ARGUMENTS: [&str; 14] = [
    "brand",
    "host",
    "sign_in_url",
    "has_name",
    "name",
    "time",
    "has_device",
    "known",
    "device",
    "place",
    "code",
    "purpose",
    "new_contact",
    "way",
];

/// Returns the function `say`. `{{ say("...") }}` inserts a sentence in the language of the
/// message, with the variables of the message.
pub(super) fn function(
    localizer: Localizer,
) -> impl Fn(&State, &str) -> Result<String, Error> + Send + Sync + 'static {
    move |state, id| {
        let text = |name: &str| {
            state
                .lookup(name)
                .filter(|value| value.kind() == ValueKind::String)
        };
        let language = text("language")
            .and_then(|code| Language::from_code(code.as_str()?))
            .unwrap_or_default();
        let texts = ARGUMENTS
            .iter()
            .filter_map(|name| Some((*name, Argument::from(text(name)?.as_str()?))));
        let minutes = state
            .lookup("minutes")
            .and_then(|value| value.as_i64())
            .map(|count| ("minutes", count.into()));
        let arguments: Vec<_> = texts.chain(minutes).collect();
        let unknown = || {
            Error::new(
                ErrorKind::UnknownFunction,
                format!("there is no sentence {id}"),
            )
        };
        localizer
            .known_sentence(language, id, &arguments)
            .ok_or_else(unknown)
    }
}
