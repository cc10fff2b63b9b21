//! Where a customer goes after signing in.

/// A path on this site that a form's `next` field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Longest path that is kept, in bytes.
    const MAX_BYTES: usize = 512;

    /// Takes only own paths (OWASP ASVS 5.0, 3.7.2): one slash and then printable ASCII without a backslash, so that no
    /// browser can read another host or a header break into it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let own = text.starts_with('/') && !text.starts_with("//") && text.len() <= Self::MAX_BYTES;
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let decoded_slash =
            text.get(1..4).is_some_and(|start| matches!(&*start.to_ascii_lowercase(), "%2f" | "%5c" | "%09"));
        (own && plain && !decoded_slash).then(|| Self(text.to_owned()))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_paths_are_kept() {
        for path in ["/", "/account/", "/bills?year=2026&x=%20#latest"] {
            assert_eq!(NextPath::parse(path).as_ref().map(NextPath::as_str), Some(path));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("/{}", "a".repeat(600));
        for text in [
            "",
            "account",
            "//evil",
            "/\\evil",
            "\\/evil",
            "/%2fevil",
            "/%5Cevil",
            "/%09/evil",
            "/\t/evil",
            "https:evil",
            "https://evil/",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "@evil",
            "/\u{2044}evil",
            " /a",
            long.as_str(),
        ] {
            assert_eq!(NextPath::parse(text), None, "{text:?}");
        }
    }
}
