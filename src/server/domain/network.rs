//! Where a client is, as limits see it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of a client, canonical: an IPv4 address in IPv6 clothes (RFC 4291 section 2.5.5.2)
/// is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpAddr);

/// Nobody's address: whoever comes without one shares its limits, so that none goes without.
impl Default for Network {
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

impl Network {
    /// The network of a client's address.
    #[must_use]
    pub const fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// What one customer has: an IPv4 address, or an IPv6 /64, in which every device makes up
    /// addresses of its own (RFC 8981).
    #[must_use]
    pub fn narrow(&self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => prefix(address, 8),
        }
    }

    /// What a neighbourhood or a small provider has: IPv4 /24, IPv6 /48.
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
    fn one_client_has_one_network_however_its_address_is_written() {
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
    fn neighbours_share_the_wide_network_only() {
        for (one, other, stranger) in [
            ("203.0.113.7", "203.0.113.8", "203.0.114.7"),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2:2::1"),
        ] {
            assert_ne!(network(one).narrow(), network(other).narrow());
            assert_eq!(network(one).wide(), network(other).wide());
            assert_ne!(network(one).wide(), network(stranger).wide());
        }
    }

    #[test]
    fn no_two_kinds_of_network_are_the_same_bytes() {
        let lengths = ["203.0.113.7", "2001:db8::"]
            .map(|address| (network(address).narrow(), network(address).wide()));
        let [(a, b), (c, d)] = lengths.map(|(narrow, wide)| (narrow.len(), wide.len()));
        assert_eq!([a, b, c, d], [4, 3, 8, 6]);
    }
}
