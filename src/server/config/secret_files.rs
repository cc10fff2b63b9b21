//! Secrets in files, as Docker and Kubernetes provide them: with `password_file`, the password is
//! the content of that file.

use config::{Map, Value, ValueKind};

use super::SettingsError;

/// The settings that are secrets or may contain one. `*` stands for any name.
const SECRETS: [&str; 15] = [
    "captcha.secret",
    "email.password",
    "email.url",
    "email.relay.*.oauth_client_secret",
    "email.relay.*.oauth_refresh_token",
    "email.relay.*.password",
    "email.relay.*.url",
    "sms.gateway.*.access_key",
    "sms.gateway.*.auth_token",
    "sms.gateway.*.body",
    "sms.gateway.*.endpoint",
    "sms.gateway.*.headers.*",
    "sms.gateway.*.receipt_secret",
    "sms.gateway.*.secret_access_key",
    "sms.gateway.*.signature_secret",
];
/// The name of any key.
const ANY: &str = "*";
/// The ending of a key that holds the path of a file with the secret: `password_file`.
const ENDING: &str = "_file";

/// Replaces each `KEY_file` of a secret with the secret from that file, without the white space
/// around it.
///
/// # Errors
/// Returns [`SettingsError::Type`] if the file cannot be read or is empty, or if the secret is also
/// given directly.
pub(super) fn read_secrets(settings: &mut Value) -> Result<(), SettingsError> {
    SECRETS.iter().try_for_each(|secret| {
        let path: Vec<_> = secret.split('.').collect();
        read_below(settings, &path, "")
    })
}

/// Reads the secrets with this path below a value whose own key is `parent`.
fn read_below(value: &mut Value, path: &[&str], parent: &str) -> Result<(), SettingsError> {
    let ValueKind::Table(table) = &mut value.kind else {
        return Ok(());
    };
    let full = |key: &str| match parent {
        "" => key.to_owned(),
        parent => format!("{parent}.{key}"),
    };
    match path {
        [] => Ok(()),
        [ANY] => {
            let names = table.keys().filter_map(|key| key.strip_suffix(ENDING));
            let names: Vec<_> = names.map(str::to_owned).collect();
            names
                .iter()
                .try_for_each(|name| read_secret(table, name, &full(name)))
        }
        [key] => read_secret(table, key, &full(key)),
        [ANY, rest @ ..] => table
            .iter_mut()
            .try_for_each(|(key, value)| read_below(value, rest, &full(key))),
        [key, rest @ ..] => table
            .get_mut(*key)
            .map_or(Ok(()), |value| read_below(value, rest, &full(key))),
    }
}

/// Reads the secret `key` of a table, which has the name `full` in errors, if the table names a
/// file for it.
fn read_secret(table: &mut Map<String, Value>, key: &str, full: &str) -> Result<(), SettingsError> {
    let Some(file) = table.remove(&format!("{key}{ENDING}")) else {
        return Ok(());
    };
    let wrong = |problem: String| SettingsError::Type {
        key: format!("{full}{ENDING}"),
        problem,
    };
    let ValueKind::String(file) = file.kind else {
        return Err(wrong("it must be the path of a file, in quotes".to_owned()));
    };
    if file.is_empty() {
        return Ok(());
    }
    if table.get(key).is_some_and(is_given) {
        let problem = format!("{full} is set as well; set only one of them");
        return Err(wrong(problem));
    }
    let text = std::fs::read_to_string(&file)
        .map_err(|error| wrong(format!("the file {file} cannot be read: {error}")))?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(wrong(format!("the file {file} is empty")));
    }
    let secret = Value::new(None, secret.to_owned());
    table.insert(key.to_owned(), secret);
    Ok(())
}

/// Whether a secret is given directly. `Leptos.toml` has empty values as defaults.
fn is_given(secret: &Value) -> bool {
    !matches!(&secret.kind, ValueKind::String(text) if text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_that_is_a_secret_can_be_in_a_file() {
        let sections = concat!(
            include_str!("sections/captcha.rs"),
            include_str!("sections/email.rs"),
            include_str!("sections/sms.rs"),
            include_str!("sections/sms/gateways.rs"),
        );
        let fields = sections.lines().filter_map(|line| {
            let (name, kind) = line.trim().split_once(": ")?;
            let name = name.trim_start_matches("pub ");
            let is_field = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            (is_field && kind.contains("SecretString")).then_some((name, kind))
        });
        let fields: Vec<_> = fields.collect();
        assert!(fields.len() >= 10, "{fields:?}");
        for (name, kind) in fields {
            let key = if kind.contains("BTreeMap") {
                format!(".{name}.*")
            } else {
                format!(".{name}")
            };
            assert!(SECRETS.iter().any(|secret| secret.ends_with(&key)), "{key}");
        }
    }
}
