//! Captures the log of the whole suite at TRACE, and finds secrets in it.
//!
//! Each word of the log is compared with each secret that the tests register, whichever comes
//! first.

use std::{
    collections::HashSet,
    io::{self, Write},
    sync::{LazyLock, Mutex, Once},
};

use doorcode::server::{config::Env, telemetry};
use tracing_subscriber::util::SubscriberInitExt;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::default);

/// Starts the program's own log at TRACE.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let log = telemetry::log(Env::Prod, "trace", || Lines(&DETECTOR));
        log.try_init().expect("the first log");
    });
}

/// Registers a secret that must not be in the log: a code, a token, a contact.
pub fn secret(text: &str) {
    DETECTOR.register(text);
    check();
}

/// Fails if a secret is in the log.
fn check() {
    let found = DETECTOR.found();
    assert!(found.is_empty(), "in the log: {}", found.join("\n"));
}

/// Checks the log once more when it is dropped, together with the application of a test.
pub struct CheckOnDrop;

impl Drop for CheckOnDrop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            check();
        }
    }
}

#[derive(Default)]
struct Detector(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    logged: HashSet<String>,
    secrets: HashSet<String>,
    found: Vec<String>,
}

impl Detector {
    fn register(&self, secret: &str) {
        let mut seen = self.0.lock().expect("no test panics with the lock");
        for form in [
            secret.to_owned(),
            secret.replace('@', "%40"),
            secret.replace('+', "%2B"),
            secret.replace('+', ""),
        ] {
            if seen.logged.contains(&form) {
                seen.found.push(form.clone());
            }
            seen.secrets.insert(form);
        }
    }

    fn read(&self, line: &str) {
        let mut seen = self.0.lock().expect("no test panics with the lock");
        if has_untyped_field(line) {
            seen.found.push(line.to_owned());
        }
        for word in words_of(line) {
            if seen.secrets.contains(word) {
                seen.found.push(line.to_owned());
            } else if !seen.logged.contains(word) {
                seen.logged.insert(word.to_owned());
            }
        }
    }

    fn found(&self) -> Vec<String> {
        self.0
            .lock()
            .expect("no test panics with the lock")
            .found
            .clone()
    }
}

/// Returns the words of a line that could be secrets. The parts of a word between hyphens and
/// underscores count as words too, and so does a word without its first letter if that may belong
/// to an escape such as `\n`. The digits after a decimal point are not a word: a fraction of a
/// second may look like a code.
fn words_of(line: &str) -> impl Iterator<Item = &str> {
    let joins =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '+' | '%' | '-' | '_');
    let words = line
        .split(move |c| !joins(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| may_be_secret(word));
    words.flat_map(|word| {
        std::iter::once(word)
            .chain(word.strip_prefix(['n', 'r', 't']))
            .chain(word.split(['-', '_']).filter(|part| part.len() >= 6))
    })
}

/// Whether a word may be a secret. A code has at least six digits, a contact contains a digit or an
/// `@`, and a token has 64 characters.
fn may_be_secret(word: &str) -> bool {
    word.len() >= 64
        || (word.len() >= 6
            && word
                .bytes()
                .any(|byte| byte.is_ascii_digit() || byte == b'@'))
}

/// Whether a line of ours has a field that is quoted twice, or a number with a unit that is text.
fn has_untyped_field(line: &str) -> bool {
    let is_ours = line.contains(r#""target":"doorcode"#);
    let marks = [r#":"\""#, r#"_ms":""#, r#"_seconds":""#, r#"_bytes":""#];
    is_ours && marks.iter().any(|mark| line.contains(mark))
}

struct Lines(&'static Detector);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.read(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_secret_in_the_log_is_found_in_either_order() {
    for line in [
        "code=123456",
        r#"{"body":"Your code is\r\n123456."}"#,
        "\"DC-123456\"",
        "to=<demo@example.com>",
        "contact_value=demo%40example.com&next=",
        "+12025550123 12025550123",
    ] {
        for is_logged_first in [true, false] {
            let detector = Detector::default();
            let name = || {
                for secret in ["123456", "demo@example.com", "+12025550123"] {
                    detector.register(secret);
                }
            };
            if is_logged_first {
                detector.read(line);
            }
            name();
            if !is_logged_first {
                detector.read(line);
            }
            assert!(!detector.found().is_empty(), "{line}");
        }
    }
}

#[test]
fn fields_that_are_quoted_twice_or_numbers_as_text_are_found() {
    for (fields, expected) in [
        (r#"{"path":"/account/","duration_ms":12}"#, false),
        (r#"{"error":"it has no \"name\""}"#, false),
        (r#"{"path":"\"/account/\""}"#, true),
        (r#"{"duration_ms":"12"}"#, true),
    ] {
        let line = format!(r#"{{"fields":{fields},"target":"doorcode::server"}}"#);
        assert_eq!(has_untyped_field(&line), expected, "{line}");
    }
}

#[test]
fn text_that_only_resembles_a_secret_is_not_found() {
    let detector = Detector::default();
    detector.register("123456");
    for line in [
        "12:00:00.123456Z",
        "0.123456",
        "1234567",
        "id=a123456b",
        "d***@example.com",
    ] {
        detector.read(line);
    }
    assert!(detector.found().is_empty(), "{:?}", detector.found());
}
