//! The signature algorithms of the providers.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub(super) fn hmac_sha256(key: &[u8], signed: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.chain_update(signed).finalize().into_bytes().into()
}

/// Computes an HMAC with SHA-1 for Twilio, which offers nothing else. Collisions of SHA-1 do not
/// break the HMAC (RFC 6194, section 3.3).
pub(super) fn hmac_sha1(key: &[u8], signed: &[u8]) -> [u8; 20] {
    let mac = Hmac::<Sha1>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.chain_update(signed).finalize().into_bytes().into()
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Compares in constant time.
pub(super) fn constant_time_eq(expected: &[u8], received: &[u8]) -> bool {
    expected.ct_eq(received).into()
}
