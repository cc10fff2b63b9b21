//! The `Accept-Language` header of a browser.

/// Parses the languages of an `Accept-Language` header (RFC 9110 section 12.5.4), the most
/// preferred first. Only the primary language is kept: `de-CH` becomes `de`.
pub(super) fn languages(header: &str) -> impl Iterator<Item = String> {
    let mut languages: Vec<_> = header.split(',').filter_map(weighted).collect();
    // The sort is stable: languages of equal weight keep their order.
    languages.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    languages.into_iter().map(|(language, _)| language)
}

/// Parses a language and its weight in thousandths. Returns `None` if the weight is 0 or the item
/// is malformed.
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

/// Parses a weight in thousandths: `0.8` becomes 800.
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
        fn languages_of_any_header_occur_in_the_header(header in "\\PC{0,60}|([a-zA-Z]{2}(-[A-Z]{2})?(;q=[01](\\.[0-9]{0,4})?)?, ?){0,6}") {
            for language in languages(&header) {
                prop_assert!(header.to_ascii_lowercase().contains(&language));
            }
        }
    }
}
