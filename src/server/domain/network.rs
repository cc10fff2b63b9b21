//! The network of a client, as rate limits see it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The canonical address of a client: an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is
/// converted to the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpAddr);

/// The unspecified address. All clients without a known address share its limits, so that none is
/// unlimited.
impl Default for Network {
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

impl Network {
    /// Creates the network of a client's address.
    #[must_use]
    pub const fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// Returns the prefix of a single customer: an IPv4 address or an IPv6 /64, in which each
    /// device chooses its own addresses (RFC 8981).
    #[must_use]
    pub fn narrow(&self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => prefix(address, 8),
        }
    }

    /// Returns the prefix of a neighbourhood or a small provider: an IPv4 /24 or an IPv6 /48.
    #[must_use]
    pub fn wide(&self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets()[..3].to_vec(),
            IpAddr::V6(address) => prefix(address, 6),
        }
    }
}

fn prefix(address: Ipv6Addr, bytes: usize) -> Vec<u8> {
    address.octets()[..bytes].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::new(address.parse().expect("an address"))
    }

    #[test]
    fn equivalent_addresses_have_the_same_network() {
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_eq!(network("2001:DB8::1"), network("2001:0db8:0:0:0:0:0:1"));
        for address in 0..1_000_u32 {
            assert_eq!(
                network(&format!("2001:db8:1:2::{address:x}")).narrow(),
                network("2001:db8:1:2::").narrow()
            );
        }
    }

    #[test]
    fn neighbours_share_only_the_wide_network() {
        for (one, other, far) in [
            ("203.0.113.7", "203.0.113.8", "203.0.114.7"),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2:2::1"),
        ] {
            assert_ne!(network(one).narrow(), network(other).narrow());
            assert_eq!(network(one).wide(), network(other).wide());
            assert_ne!(network(one).wide(), network(far).wide());
        }
    }

    #[test]
    fn different_kinds_of_network_have_different_lengths() {
        let lengths = ["203.0.113.7", "2001:db8::"]
            .map(|address| (network(address).narrow(), network(address).wide()));
        let [(a, b), (c, d)] = lengths.map(|(narrow, wide)| (narrow.len(), wide.len()));
        assert_eq!([a, b, c, d], [4, 3, 8, 6]);
    }
}
