//! What a browser says of the languages that its owner reads.

/// The languages of an `Accept-Language` header (RFC 9110 section 12.5.4), best first, without what
/// stands behind a language: `de-CH` is `de` to us.
pub(super) fn languages(header: &str) -> impl Iterator<Item = String> {
    let mut languages: Vec<_> = header.split(',').filter_map(weighted).collect();
    // Equal ones stay in their order.
    languages.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    languages.into_iter().map(|(language, _)| language)
}

/// A language and its weight in thousandths, unless it is not wanted.
fn weighted(item: &str) -> Option<(String, u32)> {
    let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(weight) => thousandths(weight.trim())?,
        None => 1_000,
    };
    let language = tag
        .trim()
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    (weight > 0 && !language.is_empty()).then_some((language, weight))
}

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    Some(whole.parse::<u32>().ok()?.min(1) * 1_000 + digits.parse::<u32>().ok()?)
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_header_gives_languages_that_stand_in_it(header in "\\PC{0,60}|([a-zA-Z]{2}(-[A-Z]{2})?(;q=[01](\\.[0-9]{0,4})?)?, ?){0,6}") {
            for language in languages(&header) {
                prop_assert!(header.to_ascii_lowercase().contains(&language));
            }
        }
    }
}
