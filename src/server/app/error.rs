//! Why the program does not start.

use std::net::SocketAddr;

use crate::server::{
    captcha,
    config::SettingsError,
    keys::KeyError,
    localizer::LanguageError,
    transport::{TemplateError, email, sms},
};

/// Why the program did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error("The database {url} cannot be opened: {cause}.")]
    Database {
        /// From the settings.
        url: String,
        /// The chain of causes.
        cause: String,
    },
    /// The email backend.
    #[error("The setting {0}.")]
    Email(#[from] email::SetupError),
    /// The gateways for text messages.
    #[error(transparent)]
    Sms(#[from] sms::SetupError),
    /// The check that is asked beyond a soft limit.
    #[error("The setting {0}.")]
    Captcha(#[from] captcha::SetupError),
    /// A message template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The sentences of a language.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// The logo.
    #[error("The setting brand.logo cannot be used: {file}: {cause}.")]
    Logo {
        /// From the settings.
        file: String,
        /// What is wrong.
        cause: String,
    },
    /// An address to listen on.
    #[error("The server cannot listen on {address}: {cause}.")]
    Listen {
        /// From the settings.
        address: SocketAddr,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The metrics.
    #[error("The metrics cannot be started: {0}.")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}
