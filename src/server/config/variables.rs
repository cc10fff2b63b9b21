//! Environment variables that override settings. The declaration of a setting decides how the text
//! of its variable is parsed, so a name made of digits stays a name.

use std::{collections::HashMap, fmt};

use config::{ConfigError, Map, Source, Value, ValueKind};

use super::setting::{Setting, VariableType};

/// The prefix of the variables' names: `DOORCODE__SECTION__KEY`.
pub(super) const PREFIX: &str = "DOORCODE__";
/// The variables that cargo-leptos passes to the program, and our variables for the same settings.
const CARGO_LEPTOS: [(&str, &str); 2] = [
    ("LEPTOS_SITE_ADDR", "DOORCODE__SERVER__ADDRESS"),
    ("LEPTOS_SITE_ROOT", "DOORCODE__SERVER__SITE_ROOT"),
];

/// The values of environment variables, by the key of their setting.
#[derive(Clone)]
pub(super) struct Variables(Map<String, Value>);

impl Variables {
    /// Parses the variables of settings and ignores all others. A variable that is empty or blank
    /// counts as not set: Docker Compose passes `${NAME:-}` as an empty text.
    pub(super) fn new(mut variables: HashMap<String, String>, declared: &[Setting]) -> Self {
        variables.retain(|_, text| !text.trim().is_empty());
        for (cargo_leptos_name, name) in CARGO_LEPTOS {
            if let Some(text) = variables.get(cargo_leptos_name).cloned() {
                variables.entry(name.to_owned()).or_insert(text);
            }
        }
        let origin = "the environment".to_owned();
        let values = variables.into_iter().filter_map(|(name, text)| {
            let key = key(&name)?;
            let value = parsed(variable_type(&key, declared), text);
            Some((key, Value::new(Some(&origin), value)))
        });
        Self(values.collect())
    }
}

impl Source for Variables {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

/// Shows only the keys, because values may be secrets.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Returns the key that a variable sets: `email.url` for `DOORCODE__EMAIL__URL`.
fn key(name: &str) -> Option<String> {
    let name = name.to_ascii_uppercase();
    let key = name.strip_prefix(PREFIX)?;
    Some(key.replace("__", ".").to_ascii_lowercase())
}

/// Returns how a variable is parsed. A key in the table of a setting is text.
fn variable_type(key: &str, declared: &[Setting]) -> VariableType {
    declared
        .iter()
        .find(|setting| setting.key == key)
        .map_or(VariableType::Text, |setting| setting.variable_type)
}

/// Parses the text of a variable. A text that is not of the type is kept, so that reading the
/// setting fails with an error that says what is allowed.
fn parsed(variable_type: VariableType, text: String) -> ValueKind {
    let trimmed = text.trim();
    let value = match variable_type {
        VariableType::Text => None,
        VariableType::Number => trimmed.parse::<i64>().ok().map(ValueKind::from),
        VariableType::Flag => {
            let flag = trimmed.to_ascii_lowercase().parse::<bool>();
            flag.ok().map(ValueKind::from)
        }
        VariableType::List => {
            let items = trimmed.split(',').map(str::trim);
            let items = items.filter(|item| !item.is_empty()).map(str::to_owned);
            Some(ValueKind::from(items.collect::<Vec<_>>()))
        }
    };
    value.unwrap_or_else(|| text.into())
}
