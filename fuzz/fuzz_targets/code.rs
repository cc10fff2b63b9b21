//! A code that is found has its length in its own symbols, and is found in itself.
#![no_main]

use doorcode::shared::{CodeFormat, code_text::find_code};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let formats = (6..=10)
        .map(CodeFormat::Digits)
        .chain([CodeFormat::Letters]);
    for format in formats {
        if let Some(code) = find_code(text, format) {
            assert!(
                code.len() == usize::from(format.length())
                    && code.chars().all(|c| format.symbol(c) == Some(c))
            );
            assert_eq!(find_code(&code, format), Some(code));
        }
    }
});
