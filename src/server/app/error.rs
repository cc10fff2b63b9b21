//! Errors that keep the program from starting.

use std::net::SocketAddr;

use crate::server::{
    captcha,
    config::SettingsError,
    keys::KeyError,
    localizer::LanguageError,
    transport::{TemplateError, email, sms},
};

/// The reason why the program did not start. Each error displays as one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is not valid.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database cannot be opened.
    #[error("The database {url} cannot be opened: {cause}.")]
    Database {
        /// The value from the settings.
        url: String,
        /// The chain of causes.
        cause: String,
    },
    /// The email backend cannot be set up.
    #[error("The setting {0}.")]
    Email(#[from] email::SetupError),
    /// A gateway for text messages cannot be set up.
    #[error(transparent)]
    Sms(#[from] sms::SetupError),
    /// The captcha cannot be set up.
    #[error("The setting {0}.")]
    Captcha(#[from] captcha::SetupError),
    /// A message template is not valid.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The sentences of a language cannot be loaded.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// The logo cannot be used.
    #[error("The setting brand.logo cannot be used: {file}: {cause}.")]
    Logo {
        /// The value from the settings.
        file: String,
        /// The reason.
        cause: String,
    },
    /// The server cannot listen on an address.
    #[error("The server cannot listen on {address}: {cause}.")]
    Listen {
        /// The value from the settings.
        address: SocketAddr,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// A file that the pages link to is missing.
    #[error(
        "The site has no file {0}. It was not built, or it belongs to another build; check the setting server.site_root."
    )]
    Site(String),
    /// The metrics recorder cannot be installed.
    #[error("The metrics cannot be started: {0}.")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}
