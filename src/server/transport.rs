//! Sends messages to customers: templates, mail relays, and gateways for text messages.

pub mod email;
pub mod failover;
pub mod inbox;
pub mod messenger;
pub mod sms;
pub mod templates;

pub use failover::Failover;
pub use messenger::ContactMessenger;
pub use templates::{TemplateError, Templates};

use std::io::Write;

use failover::TransportError;

/// Prints a message to standard output. The `console` backends use it.
fn print_message(heading: &str, body: &str) -> Result<(), TransportError> {
    let message = format!(
        "\n----- {heading} -----\n{}\n----- end -----\n",
        body.trim_end()
    );
    std::io::stdout()
        .write_all(message.as_bytes())
        .map_err(TransportError::unavailable)
}
