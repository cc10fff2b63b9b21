//! Renders a message and sends it by email or as a text message.

use async_trait::async_trait;

use super::{Failover, TemplateError, Templates, email::Mail, sms::TextMessage};
use crate::{
    server::{
        domain::send::AcceptedMessage,
        domain::{Contact, FailureReason, SmsLength},
        ports::{Messenger, SendError, messenger::Message},
    },
    shared::ContactType,
};

/// A messenger that sends emails to email addresses and text messages to phone numbers.
pub struct ContactMessenger {
    templates: Templates,
    email: Failover<Mail>,
    sms: Failover<TextMessage>,
}

impl ContactMessenger {
    /// Creates a messenger that renders `templates` and sends through these transports.
    #[must_use]
    pub const fn new(
        templates: Templates,
        email: Failover<Mail>,
        sms: Failover<TextMessage>,
    ) -> Self {
        Self {
            templates,
            email,
            sms,
        }
    }
}

#[async_trait]
impl Messenger for ContactMessenger {
    async fn send(&self, message: &Message) -> Result<AcceptedMessage, SendError> {
        let (message_id, handover) = (message.message_id.clone(), message.handover.clone());
        match &message.to {
            Contact::Email(to) => {
                let texts = self
                    .templates
                    .email(message)
                    .map_err(|error| not_rendered(&error))?;
                self.email
                    .send(&Mail {
                        to: to.clone(),
                        texts,
                        message_id,
                        date: message.requested_at,
                        handover,
                    })
                    .await
            }
            Contact::Phone(to) => {
                let body = self
                    .templates
                    .sms(message)
                    .map_err(|error| not_rendered(&error))?;
                self.sms
                    .send(&TextMessage {
                        to: to.clone(),
                        body,
                        message_id,
                        handover,
                    })
                    .await
            }
        }
    }

    fn segments(&self, message: &Message) -> Result<u32, SendError> {
        match &message.to {
            Contact::Email(_) => Ok(0),
            Contact::Phone(_) => {
                let text = self
                    .templates
                    .sms(message)
                    .map_err(|error| not_rendered(&error))?;
                Ok(SmsLength::of(&text).segments)
            }
        }
    }

    fn is_down(&self, kind: ContactType) -> bool {
        match kind {
            ContactType::Email => self.email.is_down(),
            ContactType::Phone => self.sms.is_down(),
        }
    }
}

/// Every template was rendered at startup, so an error here is a bug, and a retry would not help.
fn not_rendered(error: &TemplateError) -> SendError {
    SendError::Permanent {
        cause: error.to_string(),
        reason: FailureReason::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::server::{
        clock::SystemClock,
        domain::{EmailAddress, Origin, PhoneNumber},
        localizer,
        ports::messenger::{Content, HandoverSignal},
        transport::templates::TemplateSettings,
    };

    fn segments(brand: &str, to: Contact) -> u32 {
        let sender = TemplateSettings {
            brand: brand.to_owned(),
            public_url: "https://pay.example.com".to_owned(),
            host: "pay.example.com".to_owned(),
            code_in_subject: false,
        };
        let templates =
            Templates::load(sender, localizer::tests::all(), None).expect("templates that work");
        let clock = Arc::new(SystemClock);
        let messenger = ContactMessenger::new(
            templates,
            Failover::new(ContactType::Email, vec![], clock.clone()),
            Failover::new(ContactType::Phone, vec![], clock),
        );
        let message = Message {
            to,
            customer_name: "Ada".to_owned(),
            content: Content::NewSignIn,
            requested_at: "2026-11-22T14:32:10Z".parse().expect("an instant"),
            origin: Origin::default(),
            message_id: "id".to_owned(),
            handover: HandoverSignal::default(),
        };
        messenger.segments(&message).expect("a message")
    }

    #[test]
    fn text_message_costs_its_segments_and_email_costs_none() {
        let phone = || Contact::Phone(PhoneNumber::from_canonical("+12025550123".to_owned()));
        assert_eq!(segments("Waste Billing", phone()), 1);
        assert_eq!(segments("Waste’s Billing", phone()), 2);
        assert_eq!(
            segments(
                "Waste’s",
                Contact::Email(EmailAddress::from_canonical("a@example.com".to_owned()))
            ),
            0
        );
    }
}
