//! A visitor asks for a code.

use super::SignIn;
use crate::{
    server::{
        codes::request::{Ask, RequestError, Requested},
        domain::{Browser, Contact, NextPath, Purpose, request_code::TypedContact},
    },
    shared::ContactType,
};

/// The request form as it came.
#[derive(Clone, Default)]
pub struct RequestForm {
    /// The kind of contact.
    pub contact_type: ContactType,
    /// What was typed.
    pub contact_value: String,
    /// The path that the customer came from, or nothing.
    pub next: String,
    /// The solution of a challenge, or nothing.
    pub solution: String,
}

impl SignIn {
    /// Issues an OTP for the contact in the form, bound to the browser, and queues its message.
    ///
    /// A known and an unknown contact take the same steps (OWASP ASVS 5.0, 6.3.8); only the worker
    /// that sends looks whether there is a customer.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn request_otp(
        &self,
        browser: &Browser,
        form: &RequestForm,
    ) -> Result<Requested, RequestError> {
        let contact = match Contact::parse(
            form.contact_type,
            &form.contact_value,
            self.codes.policy.region,
        ) {
            Ok(contact) => contact,
            Err(error) => return Err(self.codes.invalid_contact(browser, error).await?),
        };
        let typed = TypedContact {
            contact_type: form.contact_type,
            contact_value: form.contact_value.trim().to_owned(),
            next: NextPath::parse(&form.next),
        };
        let ask = Ask {
            purpose: Purpose::SignIn,
            contact,
            typed: Some(typed),
            customer: None,
            solution: &form.solution,
        };
        self.codes.request(browser, ask).await
    }
}
