//! Text messages, and the transports that send them.

mod api;
mod bird;
mod gateway;
mod generic;
mod plivo;
pub mod probe;
mod provider;
mod signature;
mod sigv4;
mod sns;
mod twilio;
mod vonage;

use async_trait::async_trait;

pub use gateway::{Gateway, Gateways, SetupError};

use super::{
    failover::{Addressed, Transport, TransportError},
    print_message,
};
use crate::server::{domain::PhoneNumber, ports::messenger::HandoverSignal};

/// A text message. It does not implement `Debug` because it may contain a code.
pub struct TextMessage {
    /// The phone number of the recipient.
    pub to: PhoneNumber,
    /// The text.
    pub body: String,
    /// An ID that is the same for every attempt, for gateways that detect duplicates by it.
    pub message_id: String,
    /// Raised when the text is handed over.
    pub handover: HandoverSignal,
}

impl Addressed for TextMessage {
    fn recipient(&self) -> &str {
        self.to.as_str()
    }
}

/// A transport that prints text messages to standard output.
#[derive(Debug)]
pub struct Console;

#[async_trait]
impl Transport<TextMessage> for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    async fn send(&self, text: &TextMessage) -> Result<Option<String>, TransportError> {
        print_message(
            "text message",
            &format!("To: {}\n\n{}", text.to.as_str(), text.body),
        )
        .map(|()| None)
    }
}
