//! "This was not me": the owner of a contact ends what a stranger began.

use jiff::{SignedDuration, Timestamp};

use super::SignIn;
use crate::{
    server::{
        domain::{Contact, NotMeToken, Origin, Purpose, customer_changes::NotMe},
        ports::{StoreResult, otps::OtpFilter},
    },
    shared::ContactType,
};

/// How long unknown browsers get no code for the contact.
const SUPPRESSION: SignedDuration = SignedDuration::from_hours(24);

/// What a link is about.
#[derive(Clone, Debug)]
pub struct NotMeSubject {
    token: NotMeToken,
    /// The contact that the code was requested for.
    pub contact: Contact,
    /// Whether the button ends the customer's sessions, too.
    pub ends_sessions: bool,
}

impl SignIn {
    /// What a link is about; `None` if it is broken or too old. Asking changes nothing: mail
    /// scanners follow every link.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
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

    /// Ends the OTP that the link is about, and suppresses unknown browsers' codes to its contact
    /// for a day. A code that confirms was requested by somebody who is signed in: then all
    /// sessions end. The answer is what it was about; `None` if the link is broken or too old.
    ///
    /// # Errors
    /// [`crate::server::ports::StoreError`].
    pub async fn not_me(&self, token: &str, origin: &Origin) -> StoreResult<Option<NotMeSubject>> {
        let Some(subject) = self.not_me_subject(token).await? else {
            return Ok(None);
        };
        let now = self.codes.now();
        let not_me = NotMe {
            otp: subject.token.otp(),
            contact: subject.contact.clone(),
            until: now.saturating_add(SUPPRESSION).unwrap_or(Timestamp::MAX),
            ends_sessions_of: subject.ends_sessions.then(|| subject.token.customer()),
            origin: origin.clone(),
            now,
        };
        self.codes.otps.not_me(not_me).await?;
        self.codes.queue.notify_changed();
        Ok(Some(subject))
    }

    /// What a link may be about: the contact of its OTP; once that is deleted, one that the
    /// customer still has.
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
