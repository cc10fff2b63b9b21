//! Describes the browser and the network of a request, so that its customer recognises them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Origin;

/// Prefixes of the products in a user agent, with the browsers that they identify. The first match
/// wins, because browsers also name the browsers that they imitate
/// (<https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/User-Agent>).
const BROWSERS: [(&str, &str); 13] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Substrings of the first comment in a user agent, with the systems that they identify. The first
/// match wins.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows NT", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// A browser, described as its owner knows it. The names come from fixed tables: text from a client
/// is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser, like `Chrome`; `None` if it has no name that people know.
    pub browser: Option<&'static str>,
    /// The system that the browser runs on, like `Android`.
    pub system: &'static str,
}

impl Device {
    /// Returns the browser that sent a request; `None` if its user agent is not that of a browser
    /// that people use.
    ///
    /// An iPad that asks for desktop sites identifies itself as a Mac.
    #[must_use]
    pub fn of(origin: &Origin) -> Option<Self> {
        let user_agent = origin.user_agent.as_deref()?;
        let (comment, products) = user_agent.strip_prefix("Mozilla/5.0 (")?.split_once(')')?;
        let (_, system) = SYSTEMS.iter().find(|(sign, _)| comment.contains(sign))?;
        let names = |sign: &str| {
            products
                .split_whitespace()
                .any(|product| product.starts_with(sign))
        };
        let browser = BROWSERS
            .iter()
            .find(|(sign, _)| names(sign))
            .map(|(_, browser)| *browser);
        let fits =
            |browser: &&str| *browser != "Safari" || matches!(*system, "iPhone" | "iPad" | "macOS");
        Some(Self {
            browser: browser.filter(fits),
            system,
        })
    }
}

/// Returns the network of a request in a form that people can compare, like `203.0.113.*`.
#[must_use]
pub fn place(origin: &Origin) -> Option<String> {
    let (address, bits) = origin.ip_prefix.as_deref()?.split_once('/')?;
    match bits {
        "24" => {
            let [a, b, c, _] = address.parse::<Ipv4Addr>().ok()?.octets();
            Some(format!("{a}.{b}.{c}.*"))
        }
        "48" => {
            let [a, b, c, ..] = address.parse::<Ipv6Addr>().ok()?.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:*"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Describes a device as an English page does, like `Chrome on Android`.
    fn device_text(user_agent: &str) -> Option<String> {
        let device = Device::of(&Origin::new(None, Some(user_agent)))?;
        Some(format!(
            "{} on {}",
            device.browser.unwrap_or("a browser"),
            device.system
        ))
    }

    fn place_text(ip_prefix: &str) -> Option<String> {
        place(&Origin {
            ip_prefix: Some(ip_prefix.to_owned()),
            ..Origin::default()
        })
    }

    #[test]
    fn common_browsers_are_identified() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPad",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on macOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
                "Firefox on Android",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
                "Firefox on iPad",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.3595.65",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.7444.48 Mobile Safari/537.36 EdgA/142.0.3595.66",
                "Edge on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0",
                "Opera on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            // The web view of a mail program, and the browser that phones had before Chrome.
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                "a browser on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; U; Android 4.0.3; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
                "a browser on Android",
            ),
        ] {
            assert_eq!(
                device_text(user_agent).as_deref(),
                Some(expected),
                "{user_agent}"
            );
        }
    }

    #[test]
    fn other_user_agents_are_not_identified() {
        for user_agent in [
            "",
            "curl/8.5.0",
            "Chrome/142.0 iPhone",
            "Mozilla/5.0",
            "Mozilla/5.0 (iPhone",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "<script>alert(1)</script> (iPhone) Safari/1",
            "Call 0800 123456 now",
        ] {
            assert_eq!(device_text(user_agent), None, "{user_agent}");
        }
    }

    #[test]
    fn networks_are_shown_as_the_history_keeps_them() {
        for (ip, expected) in [
            ("203.0.113.77", "203.0.113.*"),
            ("2001:db8:1:2::3", "2001:db8:1:*"),
            ("2001::1", "2001:0:0:*"),
            ("::1", "0:0:0:*"),
        ] {
            let origin = Origin::new(Some(ip.parse().expect("an address")), None);
            assert_eq!(
                place_text(&origin.ip_prefix.expect("a network")).as_deref(),
                Some(expected)
            );
        }
        for other in [
            "",
            "203.0.113.0",
            "203.0.113.0/25",
            "203.0.113/24",
            "<b>/24",
            "::1/24",
            "203.0.113.0/48",
        ] {
            assert_eq!(place_text(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn text_from_a_client_is_never_repeated(a in "\\PC{0,40}", b in "[ -~\r\n]{0,40}", c in "\\PC{0,60}") {
            for user_agent in [a.clone(), format!("Mozilla/5.0 ({a}iPhone{b}) {c}"), format!("Mozilla/5.0 ({b}) {c} Chrome/{a}")] {
                if let Some(text) = device_text(&user_agent) {
                    let (browser, system) = text.split_once(" on ").expect("two parts");
                    prop_assert!(browser == "a browser" || BROWSERS.iter().any(|(_, known)| *known == browser));
                    prop_assert!(SYSTEMS.iter().any(|(_, known)| *known == system));
                }
            }
        }
    }
}
