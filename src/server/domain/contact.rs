//! Contacts. They are parsed once, at the edge, into a canonical form (CWE-180: validate after
//! canonicalising).

mod mobile_examples;
mod numbering;

use std::{borrow::Cow, fmt};

use phonenumber::country;

use super::typed_text;
use crate::shared::ContactType;

use mobile_examples::MOBILE_EXAMPLES;
use numbering::Accepts;

/// The reason why a typed contact was rejected. It never repeats the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The input is empty.
    #[error("the contact is empty")]
    Missing,
    /// The input is not a valid address or number of its kind.
    #[error("the contact is not valid")]
    Invalid,
    /// The part before the `@` has letters beyond ASCII (decision 0033).
    #[error(
        "letters beyond ASCII before the @ are not supported, because many mail servers refuse them"
    )]
    Internationalized,
    /// The input breaks the rules for contacts of its kind, but such contacts exist. Only an
    /// operator can accept it.
    #[error(
        "the contact breaks the rules for its kind; if it exists, repeat the command with --force"
    )]
    Irregular,
}

/// A country whose phone numbers can be parsed, by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(country::Id);

impl Region {
    /// Parses a two-letter code like `US`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok().map(Self)
    }

    /// Returns an example of a mobile number of the region that belongs to nobody. The number is in
    /// international notation with spaces only (ITU-T E.123). The spaces are non-breaking, so that
    /// a line break never splits the number. Returns an empty string for a region without an
    /// example.
    #[must_use]
    pub fn mobile_example(self) -> String {
        let found = MOBILE_EXAMPLES.binary_search_by_key(&self.0.as_ref(), |(code, _)| code);
        let text = found
            .ok()
            .and_then(|at| MOBILE_EXAMPLES.get(at))
            .map_or("", |(_, number)| number);
        text.replace([' ', '-'], "\u{a0}")
    }
}

/// Writes the two-letter code.
impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

/// An email address in canonical form: lower case, an RFC 5321 dot-atom local part and an ASCII
/// domain (IDNA 2008).
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The length of the longest address that fits a mail path (RFC 5321 section 4.5.3.1.3, less
    /// the angle brackets).
    const MAX_BYTES: usize = 254;
    /// The length of the longest local part (RFC 5321 section 4.5.3.1.1).
    const MAX_LOCAL_BYTES: usize = 64;

    /// Parses the plain form `local@domain`, and what people copy together with it
    /// ([`typed_text::email_address`]). Rejects quoted local parts, comments, lists, address
    /// literals and control characters, because a mail server could read them as a different or a
    /// second address.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or not a plain address.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let address = Self::parse_existing(text)?;
        if address.is_regular() {
            Ok(address)
        } else {
            Err(ContactError::Invalid)
        }
    }

    /// Like [`EmailAddress::parse`], but accepts dots at any place of the local part. RFC 5321
    /// forbids them, but docomo and au in Japan gave away such addresses for many years.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or not a plain address.
    pub fn parse_existing(text: &str) -> Result<Self, ContactError> {
        let text = typed_text::email_address(text).ok_or(ContactError::Invalid)?;
        let (local, domain) = not_empty(&text)?
            .rsplit_once('@')
            .ok_or(ContactError::Invalid)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| ContactError::Invalid)?;
        // RFC 3696 section 2: no top-level domain is all digits; such a name is an IP address.
        if domain
            .rsplit('.')
            .next()
            .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(ContactError::Invalid);
        }
        if !local.is_ascii() && !local.contains(['@', '"']) {
            return Err(ContactError::Internationalized);
        }
        let address = format!("{local}@{domain}").to_ascii_lowercase();
        let regular = format!("{}@{domain}", without_extra_dots(local));
        if local.len() <= Self::MAX_LOCAL_BYTES
            && address.len() <= Self::MAX_BYTES
            && is_plain(&regular)
        {
            Ok(Self(address))
        } else {
            Err(ContactError::Invalid)
        }
    }

    /// Wraps an address that [`EmailAddress::parse`] produced and the database stores.
    #[must_use]
    pub const fn from_canonical(address: String) -> Self {
        Self(address)
    }

    /// Returns the address as it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address for the envelope and the header of an email. An irregular local part is
    /// a quoted string, the one form in which RFC 5321 section 4.1.2 allows it.
    #[must_use]
    pub fn mailbox(&self) -> Cow<'_, str> {
        match self.0.split_once('@') {
            Some((local, domain)) if !self.is_regular() => format!("\"{local}\"@{domain}").into(),
            _ => Cow::Borrowed(&self.0),
        }
    }

    /// Whether the local part is a dot-atom (RFC 5322 section 3.2.3).
    fn is_regular(&self) -> bool {
        let local = self.0.split('@').next().unwrap_or_default();
        local == without_extra_dots(local)
    }
}

/// Returns a local part with one dot between its atoms and none around them.
fn without_extra_dots(local: &str) -> String {
    let atoms: Vec<_> = local.split('.').filter(|atom| !atom.is_empty()).collect();
    atoms.join(".")
}

/// Whether an address has the form `local@domain` with nothing around it and nothing quoted.
fn is_plain(address: &str) -> bool {
    let plain = email_address::Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    !address.contains('"')
        && email_address::EmailAddress::parse_with_options(address, plain).is_ok()
}

/// A phone number in E.164 form, like `+12025550123`.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses an international number, or a national number of `region`, and what people copy
    /// together with it ([`typed_text::phone_number`]). The digits may be of any script.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or not a valid number.
    pub fn parse(text: &str, region: Region) -> Result<Self, ContactError> {
        Self::parse_as(text, region, Accepts::Valid)
    }

    /// Like [`PhoneNumber::parse`], but also accepts numbers of ranges that are in no numbering
    /// plan, if their length is one of the country.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or not a possible number.
    pub fn parse_existing(text: &str, region: Region) -> Result<Self, ContactError> {
        Self::parse(text, region).or_else(|_| Self::parse_as(text, region, Accepts::Possible))
    }

    fn parse_as(text: &str, region: Region, accepts: Accepts) -> Result<Self, ContactError> {
        let text = typed_text::phone_number(text).ok_or(ContactError::Invalid)?;
        typed_text::dialled(not_empty(&text)?)
            .and_then(|dialled| numbering::e164(&dialled, region.0, accepts))
            .map(Self)
            .ok_or(ContactError::Invalid)
    }

    /// Wraps a number that [`PhoneNumber::parse`] produced and the database stores.
    #[must_use]
    pub const fn from_canonical(number: String) -> Self {
        Self(number)
    }

    /// Returns the country of the number; `None` if it belongs to no country, like the number of a
    /// satellite phone.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        self.parsed()
            .and_then(|number| numbering::region(&number))
            .map(Region)
    }

    /// Returns the type of the line according to the numbering plan.
    #[must_use]
    pub fn kind(&self) -> phonenumber::Type {
        self.parsed().map_or(phonenumber::Type::Unknown, |number| {
            numbering::line_type(&number)
        })
    }

    /// Returns the prefix that identifies the range of the number: `+` and its first five digits. A
    /// range is about what one operator has in one place.
    #[must_use]
    pub fn range(&self) -> &str {
        self.0.get(..6).unwrap_or(&self.0)
    }

    fn parsed(&self) -> Option<phonenumber::PhoneNumber> {
        phonenumber::parse(None, &self.0).ok()
    }

    /// Returns the number, for the database and the gateway.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A contact that codes can be sent to.
#[derive(Clone, PartialEq, Eq)]
pub enum Contact {
    /// An email address.
    Email(EmailAddress),
    /// A phone number, which receives text messages.
    Phone(PhoneNumber),
}

impl Contact {
    /// Parses typed text as a contact of `kind`.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or not a valid contact of that kind.
    pub fn parse(kind: ContactType, text: &str, region: Region) -> Result<Self, ContactError> {
        match kind {
            ContactType::Email => EmailAddress::parse(text).map(Self::Email),
            ContactType::Phone => PhoneNumber::parse(text, region).map(Self::Phone),
        }
    }

    /// Parses typed text as a contact that a customer may have. Unlike [`Contact::parse`], it
    /// accepts contacts that break the rules but that an operator can add. Everybody's contacts are
    /// parsed like this at the sign-in, so that the answer does not tell who is a customer.
    ///
    /// # Errors
    /// Returns [`ContactError`] if the text is empty or cannot be a contact of that kind.
    pub fn parse_existing(
        kind: ContactType,
        text: &str,
        region: Region,
    ) -> Result<Self, ContactError> {
        match kind {
            ContactType::Email => EmailAddress::parse_existing(text).map(Self::Email),
            ContactType::Phone => PhoneNumber::parse_existing(text, region).map(Self::Phone),
        }
    }

    /// Parses a contact that an operator adds. `force` accepts one that breaks the rules.
    ///
    /// # Errors
    /// Returns [`ContactError::Irregular`] if `force` would help, or another [`ContactError`].
    pub fn parse_for_operator(
        kind: ContactType,
        text: &str,
        region: Region,
        force: bool,
    ) -> Result<Self, ContactError> {
        Self::parse(kind, text, region).or_else(|error| {
            match Self::parse_existing(kind, text, region) {
                Ok(contact) if force => Ok(contact),
                Ok(_) => Err(ContactError::Irregular),
                Err(_) => Err(error),
            }
        })
    }

    /// Returns what a visitor typed without invisible characters and without what surrounds the
    /// contact, to show it again.
    #[must_use]
    pub fn shown(kind: ContactType, text: &str) -> String {
        let contact = match kind {
            ContactType::Email => typed_text::email_address(text),
            ContactType::Phone => typed_text::phone_number(text),
        };
        contact.unwrap_or_default()
    }

    /// Returns the kind of the contact.
    #[must_use]
    pub const fn kind(&self) -> ContactType {
        match self {
            Self::Email(_) => ContactType::Email,
            Self::Phone(_) => ContactType::Phone,
        }
    }

    /// Returns the canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    /// Returns the email address; `None` for a phone number.
    #[must_use]
    pub const fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Email(email) => Some(email),
            Self::Phone(_) => None,
        }
    }

    /// Returns the phone number; `None` for an email address.
    #[must_use]
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Email(_) => None,
            Self::Phone(phone) => Some(phone),
        }
    }
}

/// Redacts the address, like `j***@example.com`: enough to recognise, not enough to use (OWASP ASVS
/// 5.0, 16.2.5).
impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        write!(
            f,
            "{}***@{domain}",
            local.chars().take(1).collect::<String>()
        )
    }
}

/// Redacts the number, like `+1********23`.
impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |at: usize| at < 2 || at + 2 >= self.0.len();
        let masked = self
            .0
            .chars()
            .enumerate()
            .map(|(at, c)| if shown(at) { c } else { '*' });
        f.write_str(&masked.collect::<String>())
    }
}

/// Redacts the contact.
impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Phone(phone) => phone.fmt(f),
        }
    }
}

macro_rules! masked_debug {
    ($($kind:ty),+) => {$(
        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )+};
}

masked_debug!(EmailAddress, PhoneNumber, Contact);

fn not_empty(text: &str) -> Result<&str, ContactError> {
    let text = text.trim();
    if text.is_empty() {
        Err(ContactError::Missing)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use phonenumber::Mode;

    use super::*;

    fn us() -> Region {
        Region::parse("US").expect("a region")
    }

    #[test]
    fn mobile_examples_match_the_numbering_plans() {
        let letters = || 'A'..='Z';
        let regions = letters().flat_map(|first| {
            letters().filter_map(move |second| Region::parse(&format!("{first}{second}")))
        });
        let of_plan = |Region(id): Region| {
            let plan = phonenumber::metadata::DATABASE.by_id(id.as_ref())?;
            let number =
                phonenumber::parse(Some(id), plan.descriptors().mobile()?.example()?).ok()?;
            Some(number.format().mode(Mode::International).to_string())
        };
        for region in regions {
            let example = of_plan(region)
                .unwrap_or_default()
                .replace([' ', '-'], "\u{a0}");
            assert_eq!(region.mobile_example(), example, "{region}");
        }
    }

    #[test]
    fn plain_addresses_are_parsed_to_canonical_form() {
        for (typed, canonical) in [
            ("  Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
            ("demo@wastebilling.local", "demo@wastebilling.local"),
            ("a+tag@sub.example.org", "a+tag@sub.example.org"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("grüße@example.com", ""),
            ("info@bücher.example", "info@xn--bcher-kva.example"),
            ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ] {
            let parsed = EmailAddress::parse(typed).map(|email| email.as_str().to_owned());
            assert_eq!(parsed.unwrap_or_default(), canonical, "{typed:?}");
        }
    }

    #[test]
    fn hostile_addresses_are_rejected() {
        let long = format!("{}@example.com", "a".repeat(65));
        for typed in [
            "plain",
            "@example.com",
            "a@",
            "a@b",
            "a@@example.com",
            "a@example.com,b@example.com",
            "a@example.com;b@example.com",
            "\"a b\"@example.com",
            "\"a@b\"@example.com",
            "a@example.com>",
            "<a@example.com> <b@example.com>",
            "b@example.com <a@example.com>",
            "a(c)@example.com",
            "a@[127.0.0.1]",
            "a@1.2.3.4",
            "a@\u{ff11}\u{ff12}\u{ff17}.0.0.1",
            "a@example.com\r\nBcc: b@example.com",
            "a\0@example.com",
            "a b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@-example.com",
            "a@exa mple.com",
            "a@example..com",
            "a@\u{202e}example.com",
            long.as_str(),
        ] {
            assert_eq!(
                EmailAddress::parse(typed),
                Err(ContactError::Invalid),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn phone_numbers_are_parsed_to_e164() {
        for typed in [
            "+12025550123",
            "(202) 555-0123",
            "202.555.0123",
            " +1 202 555 0123 ",
            "2025550123",
            "\u{ff0b}1 \u{662}\u{660}\u{662} \u{665}\u{665}\u{665} \u{660}\u{661}\u{662}\u{663}",
        ] {
            assert_eq!(
                PhoneNumber::parse(typed, us()).map(|p| p.as_str().to_owned()),
                Ok("+12025550123".to_owned()),
                "{typed:?}"
            );
        }
        let india = Region::parse("IN").expect("a region");
        assert_eq!(
            PhoneNumber::parse("9876543210", india).map(|p| p.as_str().to_owned()),
            Ok("+919876543210".to_owned())
        );
    }

    #[test]
    fn invalid_phone_numbers_are_rejected() {
        for typed in [
            "12",
            "call me",
            "+1",
            "202555012",
            "+12025550123;ext=5",
            "2025550123 x5",
            "tel:+12025550123;ext=5",
            "+1202555012345678",
        ] {
            assert_eq!(
                PhoneNumber::parse(typed, us()),
                Err(ContactError::Invalid),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn number_with_more_than_15_digits_is_rejected() {
        let germany = Region::parse("DE").expect("a region");
        assert_eq!(
            PhoneNumber::parse("20210000000000", germany),
            Err(ContactError::Invalid)
        );
    }

    #[test]
    fn number_whose_e164_form_parses_differently_is_rejected() {
        let italy = Region::parse("IT").expect("a region");
        let read = PhoneNumber::parse("010000", italy);
        let again = read
            .clone()
            .and_then(|number| PhoneNumber::parse(number.as_str(), us()));
        assert_eq!(read, again);
    }

    #[test]
    fn empty_contact_is_missing_not_invalid() {
        for kind in ContactType::ALL {
            for text in [" \t\u{a0}", "\u{200b}\u{feff}"] {
                assert_eq!(Contact::parse(kind, text, us()), Err(ContactError::Missing));
            }
        }
    }

    #[test]
    fn pasted_contacts_are_parsed_like_typed_ones() {
        for (before, after) in [
            ("\u{202a}", "\u{202c}"),
            ("\u{202d}", "\u{202c}"),
            ("\u{200e}", ""),
            ("\u{200f}", "\u{200b}"),
            ("\u{feff}", "\u{2060}"),
            ("\u{2068}", "\u{2069}"),
            ("<", ">"),
            ("Ada <", ">,"),
            ("", "."),
        ] {
            for (kind, typed, canonical) in [
                (ContactType::Email, "demo@example.com", "demo@example.com"),
                (
                    ContactType::Email,
                    "\u{ff44}emo\u{ff20}example\u{3002}com",
                    "demo@example.com",
                ),
                (
                    ContactType::Email,
                    "mailto:Demo@example.com",
                    "demo@example.com",
                ),
                (ContactType::Phone, "+1 (202) 555-0123", "+12025550123"),
                (ContactType::Phone, "tel:+1-202-555-0123", "+12025550123"),
                (
                    ContactType::Phone,
                    "202\u{2212}555\u{2014}0123",
                    "+12025550123",
                ),
                (ContactType::Phone, "001 202 555 0123", "+12025550123"),
            ] {
                let text = [before, typed, after].concat();
                let contact = Contact::parse(kind, &text, us());
                let parsed = contact.as_ref().map(Contact::as_str);
                assert_eq!(parsed, Ok(canonical), "{text:?}");
            }
        }
    }

    #[test]
    fn irregular_addresses_that_exist_are_quoted_in_mails() {
        for (typed, mailbox) in [
            ("a..b@docomo.ne.jp", "\"a..b\"@docomo.ne.jp"),
            ("ABC.@docomo.ne.jp", "\"abc.\"@docomo.ne.jp"),
            (".a@ezweb.ne.jp", "\".a\"@ezweb.ne.jp"),
            ("a.b@example.com", "a.b@example.com"),
        ] {
            let address = EmailAddress::parse_existing(typed).expect(typed);
            assert_eq!(address.as_str(), typed.to_ascii_lowercase());
            assert_eq!(address.mailbox(), mailbox);
        }
        for typed in [
            ".@docomo.ne.jp",
            "a..\"b@docomo.ne.jp",
            "a b..@x.jp",
            "a..b@docomo..jp",
        ] {
            let parsed = EmailAddress::parse_existing(typed);
            assert_eq!(parsed, Err(ContactError::Invalid), "{typed}");
        }
    }

    #[test]
    fn only_force_accepts_contacts_that_break_the_rules() {
        let parse = |kind, text, force| Contact::parse_for_operator(kind, text, us(), force);
        for (kind, text, canonical) in [
            (ContactType::Email, "a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
            (ContactType::Phone, "+1 211 555 0123", "+12115550123"),
            (ContactType::Phone, "(211) 555-0123", "+12115550123"),
        ] {
            assert_eq!(
                parse(kind, text, false),
                Err(ContactError::Irregular),
                "{text}"
            );
            let forced = parse(kind, text, true);
            assert_eq!(forced.as_ref().map(Contact::as_str), Ok(canonical));
            assert_eq!(forced, Contact::parse_existing(kind, text, us()));
            assert_eq!(forced, Contact::parse_existing(kind, canonical, us()));
        }
        for (kind, text) in [
            (ContactType::Email, "a@b@example.com"),
            (ContactType::Phone, "202 555 012"),
            (ContactType::Phone, "+999 123 456 789"),
        ] {
            assert_eq!(
                parse(kind, text, true),
                Err(ContactError::Invalid),
                "{text}"
            );
        }
        assert_eq!(
            parse(ContactType::Email, "jos\u{e9}@example.com", true),
            Err(ContactError::Internationalized)
        );
    }

    #[test]
    fn a_number_of_an_unknown_range_belongs_to_the_main_country() {
        let number = PhoneNumber::parse_existing("+12115550123", us()).expect("a number");
        assert_eq!(number.region(), Some(us()));
        assert_eq!(number.kind(), phonenumber::Type::Unknown);
    }

    #[test]
    fn debug_and_display_are_redacted() {
        let email =
            Contact::parse(ContactType::Email, "jane.doe@example.com", us()).expect("valid");
        let phone = Contact::parse(ContactType::Phone, "+12025550134", us()).expect("valid");
        assert_eq!(
            format!("{email} {email:?}"),
            "j***@example.com j***@example.com"
        );
        assert_eq!(format!("{phone} {phone:?}"), "+1********34 +1********34");
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Generates strings that are made of parts of addresses and of characters that an address must
    /// not contain.
    fn address() -> impl Strategy<Value = String> {
        let local = "[a-zA-Z0-9.+_'-]{1,12}|[ -~]{0,12}|\\PC{0,8}";
        let domain = "[a-zA-Z0-9-]{1,10}(\\.[a-zA-Z0-9-]{1,10}){0,3}|[a-zäöüßéı\u{3002}\u{ff0e}.]{1,16}|[ -~]{0,16}|\\PC{0,12}";
        let around = "[ \t\r\n,;<>\"(]{0,2}";
        (around, local, "@{1,2}|[@\u{ff20}]", domain, around)
            .prop_map(|(a, b, c, d, e)| [a, b, c, d, e].concat())
    }

    fn region() -> impl Strategy<Value = Region> {
        prop::sample::select(vec!["US", "GB", "DE", "IN", "BR", "IT", "JP"])
            .prop_map(|code| Region::parse(code).expect("a region"))
    }

    proptest! {
        #[test]
        fn parsers_never_panic_and_return_canonical_contacts(text in "\\PC{0,80}|[ -~\r\n\0]{0,80}", region in region()) {
            for kind in ContactType::ALL {
                if let Ok(contact) = Contact::parse(kind, &text, region) {
                    prop_assert!(contact.as_str().bytes().all(|b| b.is_ascii_graphic()));
                    prop_assert_eq!(Contact::parse(kind, contact.as_str(), region), Ok(contact.clone()));
                }
            }
        }

        #[test]
        fn parsed_address_is_one_address_for_every_mail_server(text in address()) {
            let Ok(email) = EmailAddress::parse(&text) else { return Ok(()) };
            prop_assert!(email.as_str().bytes().all(|b| b.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&b)));
            let (local, domain) = email.as_str().split_once('@').expect("two parts");
            prop_assert!(!domain.contains('@') && domain.contains('.') && domain.len() <= 253 && local.len() <= 64);
            prop_assert!(domain.split('.').all(|label| (1..=63).contains(&label.len())));
            prop_assert_eq!(email.as_str().to_ascii_lowercase(), email.as_str());
            prop_assert_eq!(EmailAddress::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(email.to_string(), format!("{}***@{domain}", &local[..1]));
        }

        #[test]
        fn text_with_two_addresses_is_refused(
            one in "[a-z]{1,6}@[a-z]{1,6}\\.com", other in "[a-z]{1,6}@[a-z]{1,6}\\.com",
            between in "[ ,;:<>()\"'\t\u{200b}\u{ff1c}\u{3001}]{1,3}|\\?(cc|to|Bcc)=|%2C|&to=",
        ) {
            prop_assume!(one != other);
            for before in ["", "mailto:", "<", "<mailto:", "\""] {
                for after in ["", ">", ">,", "\""] {
                    let text = [before, &one, &between, &other, after].concat();
                    prop_assert!(EmailAddress::parse_existing(&text).is_err(), "{text}");
                }
            }
        }

        #[test]
        fn parsed_number_is_e164_and_the_same_in_every_region(
            text in "(\\+|00|\u{ff0b})?[0-9 ().-]{0,20}|[0-9\u{660}-\u{669}\u{966}-\u{96f}+ -]{5,18}", region in region(), other in region()
        ) {
            let Ok(phone) = PhoneNumber::parse(&text, region) else { return Ok(()) };
            let digits = phone.as_str().strip_prefix('+').expect("a plus");
            prop_assert!((4..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(PhoneNumber::parse(phone.as_str(), other), Ok(phone.clone()));
            prop_assert!(!phone.to_string().contains(digits));
        }
    }
}
