//! The shared state of the application.

use std::{ops::Deref, path::PathBuf, sync::Arc};

use jiff::Timestamp;

use super::{Streams, client_address::ClientAddress, flash::FlashSealer, hosts::Hosts};
use crate::{
    server::{
        account::Account, delivery::Sender, domain::Policy, localizer::Localizer,
        operator::Operator, ports::receipts::ReceiptVerifier, random, sign_in::SignIn,
    },
    shared::RequestId,
    ui::{Site, components::proof::Challenge},
};

/// The state that handlers and server functions share. It is a single pointer, because each layer
/// and handler gets a copy.
#[derive(Clone)]
pub struct AppState(Arc<AppParts>);

/// The contents of an [`AppState`].
pub struct AppParts {
    /// The use cases of a visitor who signs in.
    pub sign_in: SignIn,
    /// The use cases of a customer who is signed in.
    pub account: Account,
    /// The use cases of message delivery.
    pub delivery: Sender,
    /// The use cases of the operator.
    pub operator: Operator,
    /// The data that every page shares.
    pub site: Arc<Site>,
    /// Sentences, dates and times in the languages of visitors.
    pub localizer: Localizer,
    /// The settings that the HTTP layer needs.
    pub http: HttpSettings,
    /// Seals flash messages for the next page.
    pub flash: FlashSealer,
    /// Verifies and reads the receipts of gateways.
    pub receipts: Arc<dyn ReceiptVerifier>,
    /// The event streams of the process.
    pub streams: Streams,
}

impl Deref for AppState {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

impl From<AppParts> for AppState {
    fn from(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl AppParts {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.sign_in.codes.now()
    }

    /// Returns the policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.sign_in.codes.policy
    }

    /// Returns a new random request ID.
    #[must_use]
    pub fn new_request_id(&self) -> RequestId {
        RequestId(u32::from_be_bytes(random::bytes(
            &*self.sign_in.codes.random,
        )))
    }
}

/// The settings that the HTTP layer needs.
#[derive(Debug)]
pub struct HttpSettings {
    /// The origin that browsers see, such as `https://pay.example.com`.
    pub origin: String,
    /// Whether the origin uses https. If so, cookies are `Secure`, and browsers are told to use
    /// only https.
    pub https: bool,
    /// Whether browsers are told to use only https for all subdomains, too.
    pub hsts_include_subdomains: bool,
    /// Reads the client's address.
    pub client_address: ClientAddress,
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// While this file exists, visitors get the maintenance page.
    pub maintenance_file: Option<PathBuf>,
    /// The challenge that is required beyond the soft limit of a network.
    pub challenge: Challenge,
    /// Under `cargo leptos watch`, the local port that pages connect to for reload events.
    pub reload_port: Option<u32>,
}
