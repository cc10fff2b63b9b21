//! The declaration of settings: a macro that declares a section, and the type that describes a
//! setting.

use super::{SettingsError, require};

/// A declared setting and its current value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// `section.key`.
    pub key: &'static str,
    /// The documentation, which `Leptos.toml` repeats above the setting.
    pub documentation: &'static str,
    /// The value in `Debug` format. Secrets are redacted.
    pub value: String,
    /// The range of a setting that is a whole number.
    pub range: Option<Range>,
    /// How the text of the environment variable is parsed.
    pub variable_type: VariableType,
    /// The figure that `doorcode policy` prints, if there is one.
    pub policy: Option<PolicyFigure>,
}

/// The allowed range of a whole number.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The range as text, like `1 to 10`.
    pub text: &'static str,
    /// Whether the current value is within the range.
    pub contains_value: bool,
}

/// How the text of an environment variable is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableType {
    /// Text, even if it looks like a number. As a number, `+12025550123` would lose its plus sign,
    /// and a password its leading zeros.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A comma-separated list. White space around its items is removed.
    List,
}

/// A figure in the table of `doorcode policy`.
#[derive(Clone, Debug)]
pub struct PolicyFigure {
    /// The title of the row, if the figure starts a new row. `None` continues the row of the
    /// previous setting.
    pub row: Option<&'static str>,
    /// The current value as text.
    pub figure: String,
}

impl Setting {
    /// Creates a setting of text, without a range or a policy figure.
    pub(super) fn new(key: &'static str, documentation: &'static str, value: String) -> Self {
        Self {
            key,
            documentation,
            value,
            range: None,
            variable_type: VariableType::Text,
            policy: None,
        }
    }

    pub(super) fn with_range(self, text: &'static str, contains_value: bool) -> Self {
        Self {
            range: Some(Range {
                text,
                contains_value,
            }),
            variable_type: VariableType::Number,
            ..self
        }
    }

    pub(super) fn with_variable_type(self, variable_type: VariableType) -> Self {
        Self {
            variable_type,
            ..self
        }
    }

    pub(super) fn with_policy(self, row: Option<&'static str>, figure: String) -> Self {
        Self {
            policy: Some(PolicyFigure { row, figure }),
            ..self
        }
    }

    /// Returns an error if the value is outside the range.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        self.range.map_or(Ok(()), |range| {
            require(range.contains_value, self.key, range.text)
        })
    }
}

/// Declares a section of the settings: a struct with one field per setting, its `Default`
/// implementation, and a method `settings` that lists the settings with their values. Each entry
/// has documentation, a key, a type and a default. These options may follow:
///
/// - `range: LEAST to MOST`: the setting is a whole number in this inclusive range;
/// - `read: "FUNCTION"`: this function deserializes the value, usually one of
///   [`strict`](super::strict), because serde would also accept other types;
/// - `variable: List`, `variable: Flag` or `variable: Number`: the [`VariableType`] of the
///   environment variable, if the setting is neither text nor has a `range`;
/// - `policy: "ROW" => FIGURE`: a row of `doorcode policy`. FIGURE is an expression of type
///   `String` in which the key is a reference to the value;
/// - `policy_continued: FIGURE`: a figure that continues the row of the previous setting.
///
/// `Leptos.toml` must repeat the documentation and then the range above the setting. A test
/// compares them.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $section:ident in $name:literal {
            $(
                $(#[doc = $documentation:literal])+
                $key:ident: $type:ty = $default:expr
                $(, range: $least:literal to $most:literal)?
                $(, read: $read:literal)?
                $(, variable: $variable:ident)?
                $(, policy: $row:literal => $figure:expr)?
                $(, policy_continued: $continued_figure:expr)?
                ;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $section {
            $(
                $(#[doc = $documentation])+
                $(
                    #[doc = concat!(" ", $least, " to ", $most, ".")]
                    #[serde(deserialize_with = "crate::server::config::strict::unsigned")]
                )?
                $(#[serde(deserialize_with = $read)])?
                pub $key: $type,
            )+
        }

        impl Default for $section {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $section {
            /// Returns the settings of this section in the order of their declaration.
            pub(in crate::server::config) fn settings(&self) -> Vec<crate::server::config::Setting> {
                use crate::server::config::Setting;

                vec![$(
                    Setting::new(
                        concat!($name, ".", stringify!($key)),
                        concat!($($documentation),+),
                        format!("{:?}", self.$key),
                    )
                    $(.with_range(concat!($least, " to ", $most), ($least..=$most).contains(&self.$key)))?
                    $(.with_variable_type(crate::server::config::VariableType::$variable))?
                    $(.with_policy(Some($row), { let $key = &self.$key; $figure }))?
                    $(.with_policy(None, { let $key = &self.$key; $continued_figure }))?
                ),+]
            }
        }
    };
}

pub(super) use section;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::server::config::{Settings, VariableType};

    const FILE: &str = include_str!("../../../Leptos.toml");

    /// The occurrences of a setting in `Leptos.toml`.
    #[derive(Debug, Default)]
    struct Entry {
        /// The number of lines that set the key.
        values: usize,
        /// The number of commented-out lines that set the key. All examples of a table count as
        /// one.
        examples: usize,
        /// The comment above these lines.
        comment: String,
    }

    /// Returns the entries of the file by key. A commented-out heading starts the example of a
    /// table, which continues as long as commented-out keys follow.
    fn entries(file: &str) -> BTreeMap<String, Entry> {
        let mut entries = BTreeMap::<String, Entry>::new();
        let (mut section, mut comment, mut is_in_example) = (String::new(), String::new(), false);
        for line in file.lines() {
            let uncommented = line.strip_prefix('#').map(str::trim);
            let text = uncommented.unwrap_or(line);
            let heading = text
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            let key = text
                .split_once(" = ")
                .map(|(key, _)| key)
                .filter(|key| is_key(key));
            match (heading, key) {
                (Some(heading), _) if uncommented.is_none() => heading.clone_into(&mut section),
                (Some(heading), _) => {
                    let setting = heading.split('.').take(2).collect::<Vec<_>>().join(".");
                    let entry = entries.entry(setting).or_default();
                    entry.examples = 1;
                    entry.comment += &comment;
                    (comment, is_in_example) = (String::new(), true);
                }
                (None, Some(_)) if uncommented.is_some() && is_in_example => {}
                (None, Some(key)) => {
                    let entry = entries.entry(format!("{section}.{key}")).or_default();
                    entry.values += usize::from(uncommented.is_none());
                    entry.examples += usize::from(uncommented.is_some());
                    (entry.comment, comment, is_in_example) = (comment, String::new(), false);
                }
                (None, None) if text.is_empty() => {
                    (comment, is_in_example) = (String::new(), false);
                }
                (None, None) => (comment, is_in_example) = (format!("{comment} {text}"), false),
            }
        }
        entries
    }

    fn is_key(text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    }

    /// Returns the differences between the file and the declarations. It does not compare values:
    /// `shipped_file_equals_the_defaults` does.
    fn differences(file: &str) -> Vec<String> {
        let mut entries = entries(file);
        let mut differences = Vec::new();
        for setting in Settings::default().declared() {
            let Entry {
                values,
                examples,
                comment,
            } = entries.remove(setting.key).unwrap_or_default();
            let has_no_default = setting.value == "None" || setting.value == "{}";
            if (values, examples) != if has_no_default { (0, 1) } else { (1, 0) } {
                let line = if has_no_default {
                    "as a commented-out example"
                } else {
                    "with its default"
                };
                differences.push(format!("{} must appear once, {line}", setting.key));
            }
            let range = setting
                .range
                .map(|range| format!("{}.", range.text))
                .unwrap_or_default();
            let expected = collapse_whitespace(&format!("{} {range}", setting.documentation));
            if !collapse_whitespace(&comment).starts_with(&expected) {
                differences.push(format!(
                    "the comment above {} must start with: {expected}",
                    setting.key
                ));
            }
        }
        differences.extend(
            entries
                .into_keys()
                .map(|key| format!("{key} is not declared")),
        );
        differences
    }

    fn collapse_whitespace(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn shipped_file_lists_each_setting_once_with_documentation_and_range() {
        let differences = differences(FILE);
        assert!(
            differences.is_empty(),
            "Leptos.toml: {}",
            differences.join("\n")
        );
    }

    #[test]
    fn differences_from_the_shipped_file_are_found() {
        for (from, to, difference) in [
            (
                "\nlength = 6\n",
                "\n",
                "otp.length must appear once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\nlength = 6\nlength = 6\n",
                "otp.length must appear once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\n# length = 6\n",
                "otp.length must appear once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\nlength = 6\nwidth = 6\n",
                "otp.width is not declared",
            ),
            (
                "# The number of digits in a code. 6 to 10.",
                "# The number of digits in a code. 6 to 12.",
                "the comment above otp.length must start with: The number of digits",
            ),
            (
                "# The number of digits in a code. 6",
                "# Digits. 6",
                "the comment above otp.length must start with: The number of digits in a code. 6 to 10.",
            ),
            (
                "\n# accent = ",
                "\naccent = ",
                "brand.accent must appear once, as a commented-out example",
            ),
            (
                "\n# [email.dkim]\n",
                "\n",
                "email.dkim must appear once, as a commented-out example",
            ),
        ] {
            assert!(FILE.contains(from), "{from}");
            let differences = differences(&FILE.replacen(from, to, 1));
            assert!(
                differences[0].starts_with(difference),
                "{from:?} to {to:?}: {differences:?}"
            );
        }
    }

    /// Without its type, a setting cannot be set by its environment variable.
    #[test]
    fn variable_type_fits_the_default() {
        for setting in Settings::default().declared() {
            let of_default = match setting.value.as_str() {
                "true" | "false" => VariableType::Flag,
                list if list.starts_with('[') => VariableType::List,
                number if number.parse::<i64>().is_ok() => VariableType::Number,
                "None" => continue,
                _ => VariableType::Text,
            };
            assert_eq!(setting.variable_type, of_default, "{}", setting.key);
        }
    }

    #[test]
    fn range_is_inclusive() {
        let is_accepted = |length| {
            let mut settings = Settings::default();
            settings.otp.length = length;
            settings
                .declared()
                .iter()
                .all(|setting| setting.check().is_ok())
        };
        assert_eq!([5, 6, 10, 11].map(is_accepted), [false, true, true, false]);
    }
}
