//! Text messages.

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
    carrier::{Carrier, CarrierError},
    print_message,
};
use crate::server::domain::PhoneNumber;

/// A text message. It has no `Debug`: it may hold a code.
pub struct Text {
    /// Where to.
    pub to: PhoneNumber,
    /// What it says.
    pub body: String,
    /// The same for each try, for gateways that tell repeats by it.
    pub message_id: String,
}

/// The terminal of who runs the program.
#[derive(Debug)]
pub struct Console;

#[async_trait]
impl Carrier<Text> for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    async fn carry(&self, text: &Text) -> Result<Option<String>, CarrierError> {
        print_message(
            "text message",
            &format!("To: {}\n\n{}", text.to.as_str(), text.body),
        )
        .map(|()| None)
    }
}
