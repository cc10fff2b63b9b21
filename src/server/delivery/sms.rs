//! Text messages.

use super::print_message;
use crate::server::{domain::PhoneNumber, service::SendError};

/// Where text messages go.
#[derive(Clone, Copy, Debug, Default)]
pub enum SmsBackend {
    /// The terminal of who runs the program.
    #[default]
    Console,
}

/// Sends text messages.
#[derive(Debug)]
pub struct Texter {
    backend: SmsBackend,
}

impl Texter {
    /// Text messages through `backend`.
    #[must_use]
    pub const fn new(backend: SmsBackend) -> Self {
        Self { backend }
    }

    /// Hands a text message over.
    ///
    /// # Errors
    /// [`SendError`].
    #[expect(clippy::unused_async, reason = "every other gateway waits for an answer")]
    pub async fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), SendError> {
        match self.backend {
            SmsBackend::Console => print_message("text message", &format!("To: {}\n\n{text}", to.as_str())),
        }
    }
}
