//! A number that is taken is E.164 and canonical in every country.
#![no_main]

use doorcode::server::domain::{PhoneNumber, Region};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for region in ["US", "DE", "IN"].map(|code| Region::parse(code).expect("a region")) {
        if let Ok(phone) = PhoneNumber::parse(text, region) {
            let digits = phone.as_str().strip_prefix('+').expect("E.164");
            assert!((4..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
            assert_eq!(
                PhoneNumber::parse(phone.as_str(), region).as_ref(),
                Ok(&phone)
            );
        }
    }
});
