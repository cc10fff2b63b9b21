//! The declaration of settings.

use super::{SettingsError, demand};

/// A setting: its declaration, and its value in force.
#[derive(Clone, Debug)]
pub struct Setting {
    /// `section.key`.
    pub key: &'static str,
    /// The text that stands above it in `Leptos.toml`.
    pub documentation: &'static str,
    /// The value as `Debug` shows it. Secrets are hidden.
    pub value: String,
    /// The whole numbers that are allowed.
    pub range: Option<Range>,
    /// How an environment variable is read, if not by the look of its text.
    pub variable: Option<Variable>,
    /// What `doorcode policy` prints of it.
    pub policy: Option<Policy>,
}

/// The whole numbers that are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// In words: `1 to 10`.
    pub words: &'static str,
    /// Whether the value in force is one of them.
    pub has_value: bool,
}

/// How an environment variable is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// As a list, separated by commas.
    List,
    /// As text, even if it looks like a number: `+12025550123` would lose its sign, and a password
    /// its leading zeros.
    Text,
}

/// A figure in the table of `doorcode policy`.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The row that it begins. Without one it continues the row of the setting before.
    pub row: Option<&'static str>,
    /// The value in force, in words.
    pub figure: String,
}

impl Setting {
    /// A setting without a range, a policy row or a special form of its variable.
    pub(super) fn new(key: &'static str, documentation: &'static str, value: String) -> Self {
        Self {
            key,
            documentation,
            value,
            range: None,
            variable: None,
            policy: None,
        }
    }

    pub(super) fn with_range(self, words: &'static str, has_value: bool) -> Self {
        Self {
            range: Some(Range { words, has_value }),
            ..self
        }
    }

    pub(super) fn with_variable(self, variable: Variable) -> Self {
        Self {
            variable: Some(variable),
            ..self
        }
    }

    pub(super) fn with_policy(self, row: Option<&'static str>, figure: String) -> Self {
        Self {
            policy: Some(Policy { row, figure }),
            ..self
        }
    }

    /// Checks the value against the range.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        self.range.map_or(Ok(()), |range| {
            demand(range.has_value, self.key, range.words)
        })
    }
}

/// Declares a section of the settings: a struct with a field for each setting, its `Default`, and
/// `settings`, which lists the settings with their values. An entry has the setting's
/// documentation, key, type and default. It may go on with:
///
/// - `range: LEAST to MOST`: the setting is a whole number, and these are allowed;
/// - `read: "FUNCTION"`: a function of [`strict`](super::strict) reads the value, where serde would
///   accept other types too;
/// - `variable: List` or `variable: Text`: how an environment variable is read, see [`Variable`];
/// - `policy: "ROW" => FIGURE`: a row of `doorcode policy`. FIGURE is a `String`; the key stands
///   for the value;
/// - `policy_continued: FIGURE`: more of the row that the setting before it began.
///
/// The documentation, then the range, must also stand above the setting in `Leptos.toml`; a test
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
                $(, policy_continued: $more:expr)?
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
                    #[serde(deserialize_with = "crate::server::config::strict::whole")]
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
            /// The settings of this section, in the order of their declaration.
            pub(in crate::server::config) fn settings(&self) -> Vec<crate::server::config::Setting> {
                use crate::server::config::Setting;

                vec![$(
                    Setting::new(
                        concat!($name, ".", stringify!($key)),
                        concat!($($documentation),+),
                        format!("{:?}", self.$key),
                    )
                    $(.with_range(concat!($least, " to ", $most), ($least..=$most).contains(&self.$key)))?
                    $(.with_variable(crate::server::config::Variable::$variable))?
                    $(.with_policy(Some($row), { let $key = &self.$key; $figure }))?
                    $(.with_policy(None, { let $key = &self.$key; $more }))?
                ),+]
            }
        }
    };
}

pub(super) use section;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::server::config::Settings;

    const FILE: &str = include_str!("../../../Leptos.toml");

    /// What `Leptos.toml` says of a setting.
    #[derive(Debug, Default)]
    struct Entry {
        /// How many lines give the key a value.
        values: usize,
        /// How many commented lines show it. The examples of a table count as one.
        examples: usize,
        /// The comment above it.
        comment: String,
    }

    /// The entries of the file by key. A commented heading begins the example of a table, which
    /// ends where the comment does.
    fn entries(file: &str) -> BTreeMap<String, Entry> {
        let mut entries = BTreeMap::<String, Entry>::new();
        let (mut section, mut comment, mut is_in_example) = (String::new(), String::new(), false);
        for line in file.lines() {
            let commented = line.strip_prefix('#').map(str::trim);
            let text = commented.unwrap_or(line);
            let heading = text
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            let key = text
                .split_once(" = ")
                .map(|(key, _)| key)
                .filter(|key| is_key(key));
            match (heading, key) {
                (Some(heading), _) if commented.is_none() => heading.clone_into(&mut section),
                (Some(heading), _) => {
                    let setting = heading.split('.').take(2).collect::<Vec<_>>().join(".");
                    let entry = entries.entry(setting).or_default();
                    entry.examples = 1;
                    entry.comment += &comment;
                    (comment, is_in_example) = (String::new(), true);
                }
                (None, Some(_)) if commented.is_some() && is_in_example => {}
                (None, Some(key)) => {
                    let entry = entries.entry(format!("{section}.{key}")).or_default();
                    entry.values += usize::from(commented.is_none());
                    entry.examples += usize::from(commented.is_some());
                    (entry.comment, comment, is_in_example) = (comment, String::new(), false);
                }
                (None, None) if text.is_empty() => {
                    (comment, is_in_example) = (String::new(), false)
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

    /// Where the file differs from the declarations. That its values are the defaults is shown by
    /// `the_shipped_file_says_the_defaults`.
    fn differences(file: &str) -> Vec<String> {
        let mut entries = entries(file);
        let mut differences = Vec::new();
        for setting in Settings::default().declared() {
            let Entry {
                values,
                examples,
                comment,
            } = entries.remove(setting.key).unwrap_or_default();
            let is_absent = setting.value == "None" || setting.value == "{}";
            if (values, examples) != if is_absent { (0, 1) } else { (1, 0) } {
                let line = if is_absent {
                    "as a commented example"
                } else {
                    "with its default"
                };
                differences.push(format!("{} must be there once, {line}", setting.key));
            }
            let range = setting
                .range
                .map(|range| format!("{}.", range.words))
                .unwrap_or_default();
            let expected = one_line(&format!("{} {range}", setting.documentation));
            if !one_line(&comment).starts_with(&expected) {
                differences.push(format!("above {} must stand: {expected}", setting.key));
            }
        }
        differences.extend(
            entries
                .into_keys()
                .map(|key| format!("{key} is not declared")),
        );
        differences
    }

    fn one_line(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_shipped_file_names_each_setting_once_with_its_documentation_and_range() {
        let differences = differences(FILE);
        assert!(
            differences.is_empty(),
            "Leptos.toml: {}",
            differences.join("\n")
        );
    }

    #[test]
    fn a_difference_of_the_shipped_file_would_be_found() {
        for (from, to, difference) in [
            (
                "\nlength = 6\n",
                "\n",
                "otp.length must be there once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\nlength = 6\nlength = 6\n",
                "otp.length must be there once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\n# length = 6\n",
                "otp.length must be there once, with its default",
            ),
            (
                "\nlength = 6\n",
                "\nlength = 6\nwidth = 6\n",
                "otp.width is not declared",
            ),
            (
                "# Digits of a code. 6 to 10.",
                "# Digits of a code. 6 to 12.",
                "above otp.length must stand: Digits",
            ),
            (
                "# Digits of a code. 6",
                "# Digits. 6",
                "above otp.length must stand: Digits of a code. 6 to 10.",
            ),
            (
                "\n# accent = ",
                "\naccent = ",
                "brand.accent must be there once, as a commented example",
            ),
            (
                "\n# [email.dkim]\n",
                "\n",
                "email.dkim must be there once, as a commented example",
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

    #[test]
    fn a_range_holds_its_ends_and_nothing_beyond() {
        let length = |length| {
            let mut settings = Settings::default();
            settings.otp.length = length;
            settings
                .declared()
                .iter()
                .all(|setting| setting.check().is_ok())
        };
        assert_eq!([5, 6, 10, 11].map(length), [false, true, true, false]);
    }
}
