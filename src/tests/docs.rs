//! The documents name only what exists: files, identifiers, settings, make targets and log lines.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

/// Where the sources of what documents name are.
const SOURCES: [&str; 13] = [
    ".cargo",
    ".ci",
    "Cargo.toml",
    "Leptos.toml",
    "Makefile",
    "clippy.toml",
    "deny.toml",
    "end2end",
    "fuzz",
    "migrations",
    "scripts",
    "src",
    "style",
];
/// Generated or installed, or a database of an earlier version.
const SKIPPED: [&str; 7] = [
    "data",
    "fixtures",
    "hash.txt",
    "node_modules",
    "site",
    "target",
    "test-results",
];
/// A span that begins with one of these is a command, not a sentence of the log.
const COMMANDS: [&str; 8] = [
    "cargo", "chmod", "dig", "doorcode", "kill", "make", "npm", "openssl",
];
/// Names of other programs and of the system that Doorcode replaces.
const FOREIGN: [&str; 11] = [
    "DEFAULT_FROM_EMAIL",
    "Referer",
    "clean_contact_value",
    "cleanup_expired_otps()",
    "generate_otp()",
    "send_mail",
    "send_otp_email()",
    "send_otp_sms()",
    "text/event-stream",
    "user_ip",
    "verify_otp_view",
];
/// The same, by their beginnings.
const FOREIGN_PREFIXES: [&str; 6] = [
    "DOORCODE__",
    "EMAIL_",
    "OTPModelForm",
    "RequestOTPForm",
    "SQLITE_",
    "VerifyOTPForm",
];

/// Everything that a document can name.
#[derive(Default)]
struct Project {
    paths: Vec<String>,
    words: HashSet<String>,
    /// The sections and keys of Leptos.toml, like `limits` and `limits.captcha_per_hour`, without the
    /// names of relays and gateways.
    settings: HashSet<String>,
    /// All sources, with line continuations joined and white space collapsed.
    text: String,
    make_targets: HashSet<String>,
}

impl Project {
    fn read() -> Self {
        let mut project = Self::default();
        for source in SOURCES.into_iter().chain(["docs", "public"]) {
            project.add(&root().join(source));
        }
        project.paths.push("CHANGELOG.md".to_owned());
        project.settings =
            settings(&fs::read_to_string(root().join("Leptos.toml")).expect("the settings"));
        for file in documents() {
            project.paths.push(relative(&file));
        }
        project
    }

    fn add(&mut self, path: &Path) {
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        if SKIPPED.contains(&name.as_str()) {
            return;
        }
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("a folder").flatten() {
                self.add(&entry.path());
            }
            return;
        }
        let is_document = path.extension().is_some_and(|ending| ending == "md");
        if let Ok(text) = fs::read_to_string(path)
            && !is_document
            && name != "docs.rs"
        {
            self.add_text(&name, &text);
        }
        self.paths.push(relative(path));
    }

    fn add_text(&mut self, name: &str, text: &str) {
        self.words.extend(words(text).map(str::to_owned));
        let joined: Vec<_> = text
            .lines()
            .map(|line| line.trim().trim_end_matches('\\'))
            .collect();
        self.text.push_str(&collapsed(&joined.join(" ")));
        if name == "Makefile" {
            let targets = text.lines().filter_map(|line| line.split_once(':'));
            self.make_targets
                .extend(targets.map(|(target, _)| target.to_owned()));
        }
    }

    /// Returns what a code span of a document names that does not exist.
    fn problem(&self, span: &str) -> Option<&'static str> {
        if FOREIGN.contains(&span) || FOREIGN_PREFIXES.iter().any(|it| span.starts_with(it)) {
            return None;
        }
        let first = span.split(' ').next().unwrap_or(span);
        let has = |word: &str| self.words.contains(word);
        if first == "make" {
            let target = span.split(' ').nth(1).unwrap_or_default();
            return (!self.make_targets.contains(target)).then_some("no make target");
        }
        if is_path(span) {
            return (!self.has_path(span)).then_some("no file or folder");
        }
        if is_setting(first) && (span == first || span.contains(" = ")) {
            let exists = match first.split_once('.') {
                Some((section, _)) if self.settings.contains(section) => {
                    self.settings.contains(&without_names(first))
                }
                _ => first.split('.').all(has),
            };
            return (!exists).then_some("no setting");
        }
        if is_identifier(span) {
            return (!words(span).all(has)).then_some("no identifier");
        }
        let is_sentence = span.split(' ').count() > 2 && span.split(' ').all(is_plain_word);
        (is_sentence && !COMMANDS.contains(&first) && !self.text.contains(span))
            .then_some("no message")
    }

    fn has_path(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if path
            .split('/')
            .any(|part| SKIPPED.contains(&part) || part.contains("NAME"))
        {
            return true;
        }
        let (end, middle) = (format!("/{path}"), format!("/{path}/"));
        self.paths.iter().any(|file| {
            let file = format!("/{file}");
            file.ends_with(&end) || file.contains(&middle)
        })
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .expect("a path of the project")
        .to_string_lossy()
        .into_owned()
}

/// The documents that describe the current version. Decisions and the changelog describe the past.
fn documents() -> Vec<PathBuf> {
    let folders = [root(), root().join("docs")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("CHANGELOG.md")
        })
        .collect()
}

/// Reads the sections and keys, also those in comments.
fn settings(file: &str) -> HashSet<String> {
    let is_key = |key: &str| !key.is_empty() && words(key).next() == Some(key);
    let mut section = String::new();
    let mut settings = HashSet::new();
    for line in file.lines().map(|line| line.trim_start_matches("# ")) {
        let header = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(header) = header {
            section = without_names(header);
            settings.insert(section.clone());
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| is_key(key)) {
            settings.insert(format!("{section}.{key}"));
        }
    }
    settings
}

/// Removes what stands for the name of a relay or gateway: a word in capitals, or an example.
fn without_names(setting: &str) -> String {
    let is_name =
        |key: &str| key.chars().all(char::is_uppercase) || ["main", "spare"].contains(&key);
    let keys: Vec<_> = setting.split('.').filter(|key| !is_name(key)).collect();
    keys.join(".")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code spans of a Markdown text, without its code blocks.
fn spans(text: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !line.starts_with("    ") {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .map(collapsed)
        .filter(|span| !span.is_empty())
        .collect()
}

/// Names of tests in prose: words in lower case with three underscores or more.
fn test_names(text: &str) -> impl Iterator<Item = &str> {
    let is_lower = |word: &&str| !word.contains(char::is_uppercase);
    words(text).filter(move |word| is_lower(word) && word.matches('_').count() > 2)
}

/// Titles of browser tests, as in `specs/x.spec.ts`: title.
fn spec_titles(text: &str) -> impl Iterator<Item = &str> {
    let titles = text.split(".spec.ts`: ").skip(1);
    titles.filter_map(|rest| rest.split([';', '|', '\n']).next().map(str::trim))
}

fn is_path(span: &str) -> bool {
    let is_plain = span
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let is_url = span.starts_with('/');
    let has_ending = span.rsplit_once('.').is_some_and(|(stem, ending)| {
        let endings = [
            "css", "ftl", "js", "json", "md", "mjs", "py", "rs", "sh", "sql", "toml", "ts",
        ];
        !stem.is_empty() && endings.contains(&ending)
    });
    is_plain && !is_url && (has_ending || span.contains('/'))
}

/// `section.key`, or deeper.
fn is_setting(word: &str) -> bool {
    word.contains('.')
        && word
            .split('.')
            .all(|key| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '_'))
}

/// A name that is not an everyday word: with `::`, with `_`, or in camel case.
fn is_identifier(span: &str) -> bool {
    let name = span.trim_end_matches("()");
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let inner = name.get(1..).unwrap_or_default();
    let is_camel = inner.contains(char::is_uppercase) && inner.contains(char::is_lowercase);
    is_name && begins && (name.contains("::") || inner.contains('_') || is_camel)
}

fn is_plain_word(word: &str) -> bool {
    word.trim_end_matches([',', ';', '.'])
        .chars()
        .all(|c| c.is_ascii_lowercase() || c == '\'')
}

#[test]
fn documents_name_only_what_exists() {
    let project = Project::read();
    let mut problems = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document");
        let mut report = |name: &str, problem: &str| {
            problems.push(format!("{}: {name}: {problem}", relative(&document)));
        };
        for span in spans(&text) {
            if let Some(problem) = project.problem(&span) {
                report(&span, problem);
            }
        }
        for name in test_names(&text).filter(|name| !project.words.contains(*name)) {
            report(name, "no test");
        }
        for title in spec_titles(&text).filter(|title| !project.text.contains(*title)) {
            report(title, "no browser test");
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn names_that_do_not_exist_are_found() {
    let project = Project::read();
    for (span, problem) in [
        ("make tset", "no make target"),
        ("domain/nothing.rs", "no file or folder"),
        ("server/nothing/", "no file or folder"),
        ("limits.nothing_per_hour", "no setting"),
        ("limits.known_browsers", "no setting"),
        ("limits.length", "no setting"),
        ("server.adress = \"0.0.0.0:80\"", "no setting"),
        ("OtpStore::request_kode", "no identifier"),
        ("doorcode_nothing_total", "no identifier"),
        ("a_test_that_is_gone", "no identifier"),
        ("the outbox cannot be written to", "no message"),
    ] {
        assert_eq!(project.problem(span), Some(problem), "{span}");
    }
    for span in [
        "make test",
        "domain/otp.rs",
        "server/domain/",
        "server.address = \"0.0.0.0:80\"",
        "email.relay.NAME.ca_file",
        "OtpStore::request_code",
        "doorcode_requests_total",
        "dependency_cycles_are_found",
        "the outbox cannot be read",
        "text",
        "/otp/verify/",
    ] {
        assert_eq!(project.problem(span), None, "{span}");
    }
}

#[test]
fn the_upgrade_chapter_names_the_current_schema() {
    let migrations = fs::read_dir(root().join("migrations/sqlite")).expect("a folder");
    let known = migrations.count();
    let chapter = fs::read_to_string(root().join("docs/operations.md")).expect("a document");
    for sentence in [
        format!("(schema version {} of {known})", known - 1),
        format!("(its schema is {}, this version knows {known})", known + 1),
    ] {
        assert!(chapter.contains(&sentence), "{sentence}");
    }
}
