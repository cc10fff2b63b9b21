//! A visitor requests a code.

use super::SignIn;
use crate::{
    server::{
        codes::request::{CodeParameters, RequestError, Requested},
        domain::{Browser, Contact, NextPath, Purpose, request_code::TypedContact},
    },
    shared::ContactType,
};

/// The fields of the request form, as submitted.
#[derive(Clone, Default)]
pub struct RequestForm {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// The contact, as typed.
    pub contact_value: String,
    /// The path to go to after the sign-in. May be empty.
    pub next: String,
    /// The solution of a challenge. May be empty.
    pub solution: String,
}

impl SignIn {
    /// Issues an OTP for the contact in the form, bound to the browser, and queues its message.
    ///
    /// Unless the operator reveals unknown contacts, known and unknown contacts take the same steps
    /// (OWASP ASVS 5.0, 6.3.8). Only the worker that sends the message checks whether there is a
    /// customer.
    ///
    /// # Errors
    /// Returns [`RequestError`] if no code was issued.
    pub async fn request_otp(
        &self,
        browser: &Browser,
        form: &RequestForm,
    ) -> Result<Requested, RequestError> {
        let region = self.codes.policy.region;
        let contact = Contact::parse_existing(form.contact_type, &form.contact_value, region);
        let contact = match contact {
            Ok(contact) => contact,
            Err(error) => return Err(self.codes.count_invalid_contact(browser, error).await?),
        };
        let typed = TypedContact {
            contact_type: form.contact_type,
            contact_value: Contact::shown(form.contact_type, &form.contact_value),
            next: NextPath::parse(&form.next),
        };
        let parameters = CodeParameters {
            purpose: Purpose::SignIn,
            contact,
            typed: Some(typed),
            customer: None,
            solution: &form.solution,
        };
        self.codes.request(browser, parameters).await
    }
}
