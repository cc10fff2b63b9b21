//! Devices on which a customer has signed in. Being known grants no access; it decides which
//! limits apply.

use jiff::Timestamp;

use super::{
    id::CustomerId,
    key::{KeyId, Keyring},
    policy::DEVICE_LIFETIME,
    token::TokenDigest,
};

/// A device, identified by its browser, on which a customer has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// The digest of the device token.
    pub token: TokenDigest,
    /// The customer who signed in.
    pub customer: CustomerId,
    /// When the customer last signed in on the device.
    pub last_seen_at: Timestamp,
    /// The key that the code of the last sign-in was derived with.
    pub key_id: Option<KeyId>,
}

impl KnownDevice {
    /// Whether the device is still known at `now`: its last sign-in is recent enough, and the key
    /// of that sign-in is in the keyring.
    #[must_use]
    pub fn is_known(&self, keys: &Keyring, now: Timestamp) -> bool {
        let is_recent = now.duration_since(self.last_seen_at) < DEVICE_LIFETIME;
        is_recent
            && self
                .key_id
                .as_ref()
                .is_some_and(|key| keys.find(key).is_some())
    }

    /// Returns the customer's devices to forget when they sign in on `current`: all but the `most`
    /// that were used last, including `current`. `devices` are the customer's devices, the one
    /// used last first.
    #[must_use]
    pub fn beyond(devices: &[Self], current: TokenDigest, most: u32) -> Vec<TokenDigest> {
        let others = devices
            .iter()
            .map(|device| device.token)
            .filter(|token| *token != current);
        let kept = usize::try_from(most)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        others.skip(kept).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::server::domain::Key;

    fn device(token: u8, last_seen_at: Timestamp, key: &Key) -> KnownDevice {
        KnownDevice {
            token: TokenDigest([token; 32]),
            customer: CustomerId(1),
            last_seen_at,
            key_id: Some(key.id().clone()),
        }
    }

    #[test]
    fn device_is_known_for_180_days_while_its_key_exists() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let (key, keys) = (Key::new([1; 32]), Keyring::new(Key::new([1; 32]), vec![]));
        let at = |age| device(1, now - age, &key);
        assert!(at(DEVICE_LIFETIME - SignedDuration::from_millis(1)).is_known(&keys, now));
        assert!(!at(DEVICE_LIFETIME).is_known(&keys, now));
        assert!(!device(1, now, &Key::new([2; 32])).is_known(&keys, now));
        assert!(
            !KnownDevice {
                key_id: None,
                ..device(1, now, &key)
            }
            .is_known(&keys, now)
        );
    }

    #[test]
    fn most_recently_used_devices_stay_known() {
        let (now, key) = (
            "2026-11-22T12:00:00Z".parse().expect("an instant"),
            Key::new([1; 32]),
        );
        let devices = [3, 2, 1].map(|token| device(token, now, &key));
        let beyond =
            |current: u8, most| KnownDevice::beyond(&devices, TokenDigest([current; 32]), most);
        assert_eq!(beyond(9, 3), [TokenDigest([1; 32])]);
        assert_eq!(beyond(1, 3), []);
        assert_eq!(beyond(1, 2), [TokenDigest([2; 32])]);
    }
}
