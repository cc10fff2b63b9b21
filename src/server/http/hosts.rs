//! The host names under which the site answers.

use crate::server::config::{Env, PublicUrl};

/// The hosts that requests may name.
#[derive(Debug)]
pub struct Hosts {
    own: Vec<String>,
    is_dev: bool,
}

impl Hosts {
    /// Allows the host of `public_url`. In the DEV environment, it also allows this machine on any
    /// port.
    #[must_use]
    pub fn new(public_url: &PublicUrl, env: Env) -> Self {
        Self {
            own: public_url.authorities(),
            is_dev: env == Env::Dev,
        }
    }

    /// Whether an authority is one of the hosts. It compares whole strings, so no parser can see
    /// another host than the browser does.
    #[must_use]
    pub fn include(&self, authority: &str) -> bool {
        self.own
            .iter()
            .any(|own| own.eq_ignore_ascii_case(authority))
            || self.is_dev && is_this_machine(authority)
    }
}

fn is_this_machine(authority: &str) -> bool {
    let is_port = |port: &str| {
        port.strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut rests = ["127.0.0.1", "localhost", "[::1]"]
        .into_iter()
        .filter_map(|own| authority.strip_prefix(own));
    rests.any(|rest| rest.is_empty() || is_port(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(public_url: &str, env: Env) -> Hosts {
        let public_url = serde_json::from_value(public_url.into()).expect("a URL");
        Hosts::new(&public_url, env)
    }

    #[test]
    fn public_host_is_accepted_with_and_without_the_default_port() {
        for (public_url, authority) in [
            ("https://pay.example.com", "pay.example.com"),
            ("https://pay.example.com", "PAY.example.COM:443"),
            ("https://pay.example.com:443", "pay.example.com"),
            ("https://pay.example.com:8443", "pay.example.com:8443"),
            ("http://pay.example.com", "pay.example.com:80"),
            ("https://[2001:db8::1]", "[2001:db8::1]:443"),
            ("https://b\u{fc}cher.example", "xn--bcher-kva.example"),
        ] {
            assert!(
                hosts(public_url, Env::Prod).include(authority),
                "{public_url} {authority}"
            );
        }
    }

    #[test]
    fn other_hosts_are_refused() {
        for authority in [
            "",
            "evil.example",
            "pay.example.com.",
            "pay.example.com:80",
            "pay.example.com:",
            "pay.example.com:0443",
            "pay.example.com:443:443",
            "pay.example.com@evil.example",
            "evil@pay.example.com",
            "pay.example.com.evil.example",
            "xpay.example.com",
            " pay.example.com",
            "pay.example.com,evil.example",
            "pay.example.com/",
            "http://pay.example.com",
            "127.0.0.1",
            "localhost:3000",
        ] {
            assert!(
                !hosts("https://pay.example.com", Env::Prod).include(authority),
                "{authority}"
            );
        }
        assert!(!hosts("https://pay.example.com:8443", Env::Prod).include("pay.example.com"));
    }

    #[test]
    fn dev_accepts_this_machine_on_any_port() {
        let hosts = hosts("https://pay.example.com", Env::Dev);
        for authority in [
            "127.0.0.1",
            "127.0.0.1:3000",
            "localhost:8080",
            "[::1]",
            "[::1]:3000",
            "pay.example.com",
        ] {
            assert!(hosts.include(authority), "{authority}");
        }
        for authority in [
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "127.0.0.1:80@evil",
            "127.0.0.2",
        ] {
            assert!(!hosts.include(authority), "{authority}");
        }
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_the_public_host_is_accepted(text in "(user@)?(x\\.)?[pP]ay\\.example\\.com\\.?(:(443|80|[0-9]{0,4}))?[.@/,#\\\\ a-z]{0,3}|\\PC{0,40}") {
            let public_url = serde_json::from_str("\"https://pay.example.com\"").expect("a URL");
            let is_ours = matches!(&*text.to_ascii_lowercase(), "pay.example.com" | "pay.example.com:443");
            prop_assert_eq!(Hosts::new(&public_url, Env::Prod).include(&text), is_ours);
        }
    }
}
