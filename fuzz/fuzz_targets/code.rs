//! A code that is found has its length in ASCII digits, and is found in itself.
#![no_main]

use doorcode::shared::code_text::find_code;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for length in 6..=10 {
        if let Some(code) = find_code(text, length) {
            assert!(code.len() == length && code.bytes().all(|b| b.is_ascii_digit()));
            assert_eq!(find_code(&code, length), Some(code));
        }
    }
});
