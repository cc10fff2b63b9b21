//! The path that a customer goes to after signing in.

use percent_encoding::percent_decode_str;

/// A path on this site from the `next` field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// The maximum length of a path, in bytes.
    const MAX_BYTES: usize = 512;

    /// Accepts only paths on this site (OWASP ASVS 5.0, 3.7.2), in a form that browsers, proxies
    /// and frameworks read alike, however often they decode or normalise it: printable ASCII
    /// without a backslash, and only plain segments ([`is_plain_segment`]).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let folders = path
            .strip_prefix('/')
            .map(|path| path.strip_suffix('/').unwrap_or(path));
        let plain =
            folders.is_some_and(|folders| path == "/" || folders.split('/').all(is_plain_segment));
        (text.len() <= Self::MAX_BYTES && printable && plain).then(|| Self(text.to_owned()))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a path segment has only one reading: it is not empty, `.` or `..`, it has no parameters
/// (`;`), and it escapes only letters, digits and spaces, so that decoding yields no slash, dot or
/// further escape.
fn is_plain_segment(segment: &str) -> bool {
    let is_mark = |c: &char| !c.is_alphanumeric() && *c != ' ';
    let marks = segment.chars().filter(|c| is_mark(c) && *c != '%');
    let decoded = percent_decode_str(segment).decode_utf8();
    let same_marks = decoded.is_ok_and(|decoded| decoded.chars().filter(is_mark).eq(marks));
    same_marks && !matches!(segment, "" | "." | "..") && !segment.contains(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_on_this_site_are_accepted() {
        for path in [
            "/",
            "/account/",
            "/bills?year=2026&x=%20#latest",
            "/bills/M%C3%BCller%202026/.well-known/a.b",
            "/~ada/@me:1,2+3=4!",
            "/?next=//evil.example/..%2f",
            "/a#//b",
        ] {
            assert_eq!(
                NextPath::parse(path).as_ref().map(NextPath::as_str),
                Some(path)
            );
        }
    }

    #[test]
    fn everything_else_is_rejected() {
        let long = format!("/{}", "a".repeat(512));
        for text in [
            "",
            "account",
            "?a",
            "//",
            "//evil",
            "///evil",
            "/\\evil",
            "\\/evil",
            "\\\\evil",
            "/a//evil",
            "/a//",
            "/./evil",
            "/../evil",
            "/a/..",
            "/a/.",
            "/..//evil",
            "/%2e%2e//evil",
            "/%2E./evil",
            "/.%2e/evil",
            "/%2fevil",
            "/%2Fevil",
            "/a%2f%2fevil",
            "/%5Cevil",
            "/%252fevil",
            "/%25252fevil",
            "/%255cevil",
            "/%",
            "/%4",
            "/%zz",
            "/%u002fevil",
            "/%c0%afevil",
            "/%09/evil",
            "/%0d%0aLocation:%20x",
            "/%00",
            "/;/evil",
            "/..;/evil",
            "/account/;a.css",
            "/%3b/evil",
            "/%3Fa",
            "/\t/evil",
            "/\u{7f}",
            "https:evil",
            "https://evil/",
            "https:/evil",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "@evil",
            "/\u{2044}evil",
            "/\u{ff0f}evil",
            "/%ef%bc%8fevil",
            "/%e2%81%84evil",
            "/%e2%88%95evil",
            " /a",
            "/a ",
            long.as_str(),
        ] {
            assert_eq!(NextPath::parse(text), None, "{text:?}");
        }
        assert!(NextPath::parse(&long[..512]).is_some());
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    proptest! {
        #[test]
        fn accepted_paths_lead_to_this_site_and_keep_their_meaning(text in "/([/\\\\.;%2efF5cC0-9a-z?#@: \t\u{2044}]{0,4}|%2[ef5]|\\.\\.|\\PC{0,8}){0,6}") {
            let Some(next) = NextPath::parse(&text) else { return Ok(()) };
            prop_assert_eq!(next.as_str(), &text);
            let own = Url::parse("https://pay.example.com/otp/verify/").expect("a URL");
            let url = own.join(&text).expect("a URL");
            prop_assert_eq!(url.origin(), own.origin());
            prop_assert!(!url.path().contains("//"));
            let decoded = percent_decode_str(url.path()).decode_utf8().expect("text");
            prop_assert_eq!(percent_decode_str(&decoded).decode_utf8().expect("text"), decoded.clone());
            prop_assert_eq!(decoded.split('/').count(), url.path().split('/').count());
        }
    }
}
