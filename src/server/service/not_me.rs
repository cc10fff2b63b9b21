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
        for contact in self.contacts(&token).await? {
            if let Some(purpose) = token.purpose(&contact, &self.keys, self.now()) {
                return Ok(Some(NotMeSubject { token, contact, ends_sessions: purpose == Purpose::StepUp }));
            }
        }
        Ok(None)
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

    /// What a link may be about: the contact of its OTP; once that is deleted, one that the customer has still.
    async fn contacts(&self, token: &NotMeToken) -> StoreResult<Vec<Contact>> {
        let filter = OtpFilter { id: Some(token.otp()), ..OtpFilter::default() };
        if let Some(otp) = self.store.otps(&filter).await?.into_iter().next() {
            return Ok(vec![otp.contact]);
        }
        let customer = self.store.customer(token.customer()).await?;
        let contact = |kind| customer.as_ref().and_then(|customer| customer.contact(kind));
        Ok(ContactType::ALL.into_iter().filter_map(contact).collect())
    }
}
