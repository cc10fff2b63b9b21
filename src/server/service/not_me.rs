//! "This was not me": the owner of a contact ends what a stranger began.

use jiff::{SignedDuration, Timestamp};

use super::{
    Service,
    ports::{NotMe, OtpFilter, StoreResult},
};
use crate::{
    server::domain::{Contact, NotMeToken, Origin},
    shared::ContactType,
};

impl Service {
    /// How long strangers get no code for the contact.
    const MUTE: SignedDuration = SignedDuration::from_hours(24);

    /// Whom a link is about; `None` if it is broken or too old. Asking changes nothing: mail scanners follow every link.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn not_me_contact(&self, token: &str) -> StoreResult<Option<Contact>> {
        Ok(self.not_me_subject(token).await?.map(|(_, contact)| contact))
    }

    /// Ends the OTP that the link is about, and keeps strangers' codes away from its contact for a day. The answer is the
    /// contact; `None` if the link is broken or too old.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub async fn not_me(&self, token: &str, origin: &Origin) -> StoreResult<Option<Contact>> {
        let Some((token, contact)) = self.not_me_subject(token).await? else { return Ok(None) };
        let now = self.now();
        let not_me = NotMe {
            otp: token.otp(),
            contact,
            until: now.saturating_add(Self::MUTE).unwrap_or(Timestamp::MAX),
            now,
            origin: origin.clone(),
        };
        self.store.not_me(&not_me).await?;
        self.delivery_changed();
        Ok(Some(not_me.contact))
    }

    /// The contact is that of the OTP; once that is deleted, the address that the mail went to.
    async fn not_me_subject(&self, token: &str) -> StoreResult<Option<(NotMeToken, Contact)>> {
        let token = NotMeToken::parse(token).filter(|token| token.is_genuine(&self.keys, self.now()));
        let Some(token) = token else { return Ok(None) };
        let filter = OtpFilter { id: Some(token.otp()), ..OtpFilter::default() };
        let asked_for = self.store.otps(&filter).await?.into_iter().next().map(|otp| otp.contact);
        if let Some(contact) = asked_for {
            return Ok(Some((token, contact)));
        }
        let customer = self.store.customer(token.customer()).await?;
        let contact = customer.and_then(|customer| customer.contact(ContactType::Email));
        Ok(contact.map(|contact| (token, contact)))
    }
}
