//! Encodes bytes as the letters `a` to `p`, so that no part of a link looks like a code.

/// Encodes bytes as text, two letters per byte.
#[must_use]
pub fn write(bytes: impl IntoIterator<Item = u8>) -> String {
    let letter = |nibble: u8| char::from(b'a' + nibble);
    bytes
        .into_iter()
        .flat_map(|byte| [letter(byte >> 4), letter(byte & 15)])
        .collect()
}

/// Decodes text into exactly `N` bytes. Returns `None` if the length is different or if any other
/// character occurs.
#[must_use]
pub fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.as_bytes();
    if !text.iter().all(|letter| (b'a'..=b'p').contains(letter)) {
        return None;
    }
    let (pairs, []) = text.as_chunks::<2>() else {
        return None;
    };
    let bytes: Vec<u8> = pairs
        .iter()
        .map(|[high, low]| ((high - b'a') << 4) | (low - b'a'))
        .collect();
    bytes.try_into().ok()
}
