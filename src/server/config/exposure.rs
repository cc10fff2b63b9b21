//! Settings that would expose customers to whoever can reach the server, and the files that hold
//! secrets.

use std::path::Path;

use super::{Env, GatewaySettings, Settings, SettingsError, require};

impl Settings {
    /// Checks that the site can be served with these settings. In DEV, `/dev/inbox/` shows every
    /// code to whoever reaches the server, so only this machine may. In PROD, codes and cookies
    /// need https.
    ///
    /// # Errors
    /// Returns [`SettingsError::Value`] for the first setting that is not safe.
    pub fn check_exposure(&self) -> Result<(), SettingsError> {
        let url = &self.brand.public_url;
        match self.server.env {
            Env::Dev => {
                require(
                    self.server.address.ip().to_canonical().is_loopback(),
                    "server.address",
                    "a loopback address like 127.0.0.1:3000 with server.env = \"DEV\", which shows all sent codes at /dev/inbox/. \
                     Set server.env to \"PROD\" to serve others",
                )?;
                require(
                    url.is_own_machine(),
                    "brand.public_url",
                    "a loopback address like http://127.0.0.1:3000 with server.env = \"DEV\", which shows all sent codes at /dev/inbox/. \
                     Set server.env to \"PROD\" to serve others",
                )
            }
            Env::Prod => require(
                url.is_https(),
                "brand.public_url",
                "an https URL with server.env = \"PROD\", because codes and cookies would not be encrypted",
            ),
        }
    }

    /// Returns the files that contain a secret, each with the setting that names it.
    #[must_use]
    pub fn secret_files(&self) -> Vec<(String, &Path)> {
        let keys = self
            .keys
            .files
            .iter()
            .map(|file| ("keys.files".to_owned(), file.as_path()));
        let dkim = self.email.dkim.iter().map(|dkim| {
            let setting = "email.dkim.key_file".to_owned();
            (setting, dkim.key_file.as_path())
        });
        let gateways = self.sms.in_order().filter_map(|(name, gateway)| {
            let GatewaySettings::Vonage(vonage) = gateway else {
                return None;
            };
            let setting = format!("sms.gateway.{name}.private_key_file");
            Some((setting, vonage.private_key_file.as_path()))
        });
        keys.chain(dkim).chain(gateways).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the setting that is refused, if one is.
    fn refused(env: Env, address: &str, public_url: &str) -> Option<&'static str> {
        let mut settings = Settings::default();
        settings.server.env = env;
        settings.server.address = address.parse().expect("an address");
        settings.brand.public_url = serde_json::from_value(public_url.into()).expect("a URL");
        match settings.check_exposure() {
            Ok(()) => None,
            Err(SettingsError::Value { key, .. }) => Some(key),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn dev_serves_only_this_machine() {
        const LOCAL: &str = "127.0.0.1:3000";
        for (address, public_url, expected) in [
            (LOCAL, "http://127.0.0.1:3000", None),
            (LOCAL, "http://localhost:8080", None),
            ("[::1]:3000", "https://[::1]", None),
            ("127.1.2.3:80", "http://127.9.9.9", None),
            ("[::ffff:127.0.0.1]:80", "http://localhost", None),
            ("0.0.0.0:3000", "http://127.0.0.1", Some("server.address")),
            ("[::]:3000", "http://127.0.0.1", Some("server.address")),
            ("10.0.0.7:3000", "http://localhost", Some("server.address")),
            (
                "[::ffff:10.0.0.7]:80",
                "http://localhost",
                Some("server.address"),
            ),
            (LOCAL, "https://pay.example.com", Some("brand.public_url")),
            (LOCAL, "http://192.168.1.5:3000", Some("brand.public_url")),
            (
                LOCAL,
                "http://localhost.example.com",
                Some("brand.public_url"),
            ),
            (
                LOCAL,
                "http://127.0.0.1.example.com",
                Some("brand.public_url"),
            ),
        ] {
            assert_eq!(
                refused(Env::Dev, address, public_url),
                expected,
                "{address} {public_url}"
            );
        }
    }

    #[test]
    fn production_serves_only_https() {
        for (address, public_url, expected) in [
            ("0.0.0.0:3000", "https://pay.example.com", None),
            ("127.0.0.1:3000", "https://pay.example.com:8443", None),
            (
                "0.0.0.0:3000",
                "http://pay.example.com",
                Some("brand.public_url"),
            ),
            (
                "127.0.0.1:3000",
                "http://127.0.0.1:3000",
                Some("brand.public_url"),
            ),
        ] {
            assert_eq!(
                refused(Env::Prod, address, public_url),
                expected,
                "{address} {public_url}"
            );
        }
    }
}
