//! "This was not me": the owner of a contact invalidates a code that they did not request.

use jiff::{SignedDuration, Timestamp};

use super::SignIn;
use crate::{
    server::{
        domain::{Browser, Contact, NotMeToken, Purpose, Token, customer_changes::NotMe},
        ports::{StoreResult, otps::OtpFilter},
    },
    shared::ContactType,
};

/// How long codes to the contact are suppressed for unknown devices.
const SUPPRESSION: SignedDuration = SignedDuration::from_hours(24);

/// The code and contact that a "this was not me" link refers to.
#[derive(Clone, Debug)]
pub struct NotMeSubject {
    token: NotMeToken,
    /// The contact that the code was requested for.
    pub contact: Contact,
    /// Whether the button on the page also ends the customer's sessions.
    pub ends_sessions: bool,
}

impl SignIn {
    /// Returns what a link refers to, or `None` if the link is invalid or expired. This call
    /// changes nothing, because mail scanners follow every link.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn not_me_subject(&self, token: &str) -> StoreResult<Option<NotMeSubject>> {
        let Some(token) = NotMeToken::parse(token) else {
            return Ok(None);
        };
        for contact in self.contacts_of(&token).await? {
            if let Some(purpose) = token.purpose(&contact, &self.codes.keys, self.codes.now()) {
                return Ok(Some(NotMeSubject {
                    token,
                    contact,
                    ends_sessions: purpose == Purpose::StepUp,
                }));
            }
        }
        Ok(None)
    }

    /// Invalidates the OTP that a link refers to, suppresses codes to its contact for unknown
    /// devices for a day, and forgets the customer's devices except that of `browser`. Only somebody
    /// who is signed in can request a confirmation code, so for such a code all sessions of the
    /// customer end, too. A link acts once. Returns what the link refers to, or `None` if the link
    /// is invalid or expired.
    ///
    /// # Errors
    /// Returns [`crate::server::ports::StoreError`] if the database fails.
    pub async fn not_me(
        &self,
        token: &str,
        browser: &Browser,
    ) -> StoreResult<Option<NotMeSubject>> {
        let Some(subject) = self.not_me_subject(token).await? else {
            return Ok(None);
        };
        let now = self.codes.now();
        let not_me = NotMe {
            otp: subject.token.otp(),
            contact: subject.contact.clone(),
            until: now.saturating_add(SUPPRESSION).unwrap_or(Timestamp::MAX),
            customer: subject.token.customer(),
            ends_sessions: subject.ends_sessions,
            device: browser.device.as_ref().map(Token::digest),
            origin: browser.origin.clone(),
            now,
        };
        self.codes.otps.not_me(not_me).await?;
        self.codes.queue.notify_changed();
        Ok(Some(subject))
    }

    /// Returns the contacts that a link may refer to: the contact of its OTP or, once the OTP is
    /// deleted, the customer's current contacts.
    async fn contacts_of(&self, token: &NotMeToken) -> StoreResult<Vec<Contact>> {
        let filter = OtpFilter {
            id: Some(token.otp()),
            ..OtpFilter::default()
        };
        if let Some(otp) = self.codes.otps.otps(&filter).await?.into_iter().next() {
            return Ok(vec![otp.contact]);
        }
        let customer = self
            .customers
            .customer(token.customer(), self.codes.now())
            .await?;
        let contact = |kind| {
            customer
                .as_ref()
                .and_then(|(customer, _)| customer.contact(kind))
        };
        Ok(ContactType::ALL.into_iter().filter_map(contact).collect())
    }
}
