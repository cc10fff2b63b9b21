//! Suggestions for mistyped email addresses.

/// Common mail domains. Shorter ones are left out: too many other domains are one typo away from
/// them.
const DOMAINS: [&str; 26] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.co.in",
    "yahoo.com.br",
    "ymail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "hotmail.es",
    "hotmail.de",
    "outlook.com",
    "outlook.fr",
    "outlook.es",
    "outlook.de",
    "icloud.com",
    "live.co.uk",
    "t-online.de",
    "orange.fr",
    "laposte.net",
    "proton.me",
    "protonmail.com",
    "rediffmail.com",
    "uol.com.br",
    "terra.com.br",
];
/// Valid domains that are one typo away from a common one.
const NOT_TYPOS: [&str; 4] = ["mail.com", "email.com", "fmail.com", "bol.com.br"];
/// Endings that do not exist, and the endings that were meant. `.co` is Colombia and therefore not
/// listed.
const ENDINGS: [(&str, &str); 9] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".cpm", ".com"),
    (".nte", ".net"),
    (".ogr", ".org"),
];

/// Returns the address that was probably meant if `typed` looks mistyped. The result always differs
/// from `typed`.
///
/// The result is only a guess: the caller must let the user decline it.
#[must_use]
pub fn suggest_email(typed: &str) -> Option<String> {
    let (local, domain) = typed.trim_ascii().rsplit_once('@')?;
    let normalised = normalise(domain);
    let corrected = similar_domain(&normalised).unwrap_or(&normalised);
    let is_domain = corrected.is_ascii() && corrected.bytes().any(|b| b == b'.');
    let is_changed = !corrected.eq_ignore_ascii_case(domain);
    (is_domain && is_changed && !local.is_empty()).then(|| [local, "@", corrected].concat())
}

/// Normalises a domain: lower case, dots instead of commas, no surplus dots, and an existing
/// ending.
fn normalise(domain: &str) -> String {
    let mut result = String::new();
    for c in domain.chars() {
        let c = if c == ',' {
            '.'
        } else {
            c.to_ascii_lowercase()
        };
        if c != '.' || !(result.is_empty() || result.ends_with('.')) {
            result.push(c);
        }
    }
    if result.ends_with('.') {
        result.pop();
    }
    for (typo, ending) in ENDINGS {
        if result.ends_with(typo) {
            result.truncate(result.len() - typo.len());
            result.push_str(ending);
        }
    }
    result
}

/// Returns the common domain that is one typo away from `domain`, if there is one.
fn similar_domain(domain: &str) -> Option<&'static str> {
    let is_known = DOMAINS
        .iter()
        .chain(&NOT_TYPOS)
        .any(|known| *known == domain);
    let is_similar = |known: &&str| {
        is_one_typo(domain.as_bytes(), known.as_bytes()) && !is_another_country(domain, known)
    };
    if is_known {
        None
    } else {
        DOMAINS.into_iter().find(is_similar)
    }
}

/// Whether both domains have the same name and the endings of different countries. Providers have
/// many such domains, and the list has only a few of them.
fn is_another_country(domain: &str, known: &str) -> bool {
    let (name, ending) = domain.split_once('.').unwrap_or((domain, ""));
    known
        .split_once('.')
        .is_some_and(|(known_name, known_ending)| {
            name == known_name && known_ending != "com" && ending != known_ending
        })
}

/// Whether two texts differ by one letter that is missing, added, replaced, or swapped with the
/// next one.
fn is_one_typo(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.split_at(start).1, other.split_at(start).1);
    match (one, other) {
        ([a, after_a @ ..], [b, after_b @ ..]) => {
            let is_swapped = after_a.first() == Some(b) && after_b.first() == Some(a);
            let same_after_swap = after_a.get(1..) == after_b.get(1..);
            after_a == after_b
                || after_a == other
                || one == after_b
                || (is_swapped && same_after_swap)
        }
        (rest, []) | ([], rest) => rest.len() == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrects_one_typo_in_the_domain() {
        for (typed, expected) in [
            ("ada@gmial.com", "ada@gmail.com"),
            ("ada@gmal.com", "ada@gmail.com"),
            ("ada@gmaill.com", "ada@gmail.com"),
            ("Ada.L@GNAIL.com", "Ada.L@gmail.com"),
            ("ada@gmail.con", "ada@gmail.com"),
            ("ada@gmail.co", "ada@gmail.com"),
            ("ada@gmail.cmo", "ada@gmail.com"),
            ("ada@gmail.com.", "ada@gmail.com"),
            ("ada@gmail..com", "ada@gmail.com"),
            ("ada@gmail,com", "ada@gmail.com"),
            ("ada@example.con", "ada@example.com"),
            (" ada@hotmial.com ", "ada@hotmail.com"),
            ("ada@outlok.com", "ada@outlook.com"),
            ("a@b@yaho.com", "a@b@yahoo.com"),
        ] {
            assert_eq!(suggest_email(typed).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn leaves_plausible_addresses_alone() {
        for typed in [
            "",
            "ada",
            "@gmial.com",
            "ada@",
            "ada@gmail.com",
            "ada@GMAIL.COM",
            "ada@hey.com",
            "ada@sky.com",
            "ada@me.co",
            "ada@hotmail.be",
            "ada@hotmail.se",
            "ada@yahoo.com.ar",
            "ada@yahoo.co.id",
            "ada@bol.com.br",
            "ada@outlook.ie",
            "ada@love.com",
            "ada@example.com",
            "ada@ymail.com",
            "ada@email.com",
            "ada@waste.co",
            "ada@gmail",
            "ada@..",
            "ada@пример.рф",
        ] {
            assert_eq!(suggest_email(typed), None, "{typed}");
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_suggestion_keeps_the_local_part_and_needs_no_correction(typed in "\\PC{0,40}|[a-z.]{1,8}@[a-z.,]{1,12}") {
            if let Some(suggestion) = suggest_email(&typed) {
                prop_assert_ne!(&suggestion, typed.trim());
                prop_assert_eq!(suggestion.rsplit_once('@').map(|(local, _)| local), typed.trim_ascii().rsplit_once('@').map(|(local, _)| local));
                prop_assert_eq!(suggest_email(&suggestion), None);
            }
        }
    }
}
