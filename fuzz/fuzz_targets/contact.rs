//! An address that is taken is plain and canonical.
#![no_main]

use doorcode::server::domain::EmailAddress;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(email) = EmailAddress::parse(text) {
        assert_eq!(EmailAddress::parse(email.as_str()).as_ref(), Ok(&email));
        assert!(
            email
                .as_str()
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&b))
        );
        assert_eq!(email.as_str().matches('@').count(), 1);
    }
});
