//! "This was not me": the owner of a contact ends what a stranger began.

use jiff::{SignedDuration, Timestamp};

use super::{
    Service,
    ports::{NotMe, OtpFilter, StoreResult},
};
use crate::{
    server::domain::{Contact, NotMeToken, Origin, Purpose},
    shared::ContactType,
};

/// What a link is about.
#[derive(Clone, Debug)]
pub struct NotMeSubject {
    token: NotMeToken,
    /// The contact that the code was asked for.
    pub contact: Contact,
    /// Whether the button ends the customer's sessions, too.
    pub ends_sessions: bool,
}

impl Service {
    /// How long strangers get no code for the contact.
    const MUTE: SignedDuration = SignedDuration::from_hours(24);

    /// What a link is about; `None` if it is broken or too old. Asking changes nothing: mail scanners follow every link.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn not_me_subject(&self, token: &str) -> StoreResult<Option<NotMeSubject>> {
        let Some(token) = NotMeToken::parse(token) else { return Ok(None) };
        let Some(purpose) = token.purpose(&self.keys, self.now()) else { return Ok(None) };
        let contact = self.asked_for(&token).await?;
        Ok(contact.map(|contact| NotMeSubject { token, contact, ends_sessions: purpose == Purpose::StepUp }))
    }

    /// Ends the OTP that the link is about, and keeps strangers' codes away from its contact for a day. A code that confirms was
    /// asked for by somebody who is signed in: then all sessions end. The answer is what it was about; `None` if the link is
    /// broken or too old.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn not_me(&self, token: &str, origin: &Origin) -> StoreResult<Option<NotMeSubject>> {
        let Some(subject) = self.not_me_subject(token).await? else { return Ok(None) };
        let now = self.now();
        let not_me = NotMe {
            otp: subject.token.otp(),
            contact: subject.contact.clone(),
            until: now.saturating_add(Self::MUTE).unwrap_or(Timestamp::MAX),
            ends_sessions_of: subject.ends_sessions.then(|| subject.token.customer()),
            now,
            origin: origin.clone(),
        };
        self.store.not_me(&not_me).await?;
        self.delivery_changed();
        Ok(Some(subject))
    }

    /// The contact of the OTP; once that is deleted, the address that the mail went to.
    async fn asked_for(&self, token: &NotMeToken) -> StoreResult<Option<Contact>> {
        let filter = OtpFilter { id: Some(token.otp()), ..OtpFilter::default() };
        if let Some(otp) = self.store.otps(&filter).await?.into_iter().next() {
            return Ok(Some(otp.contact));
        }
        let customer = self.store.customer(token.customer()).await?;
        Ok(customer.and_then(|customer| customer.contact(ContactType::Email)))
    }
}
