//! A path that is kept leads to this site.
#![no_main]

use doorcode::server::domain::NextPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(next) = NextPath::parse(text) {
        assert_eq!(next.as_str(), text);
        assert!(text.starts_with('/') && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\'));
        let path = text
            .split(['?', '#'])
            .next()
            .expect("a path")
            .to_ascii_lowercase();
        assert!(
            !["//", ";", "/./", "/../", "%2f", "%5c", "%25", "%2e", "%0"]
                .iter()
                .any(|trick| path.contains(trick))
        );
    }
});
