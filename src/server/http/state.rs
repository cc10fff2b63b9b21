//! What every handler and server function works with.

use std::{ops::Deref, path::PathBuf, sync::Arc};

use jiff::Timestamp;

use super::{Streams, client_address::ClientAddress, flash::FlashSealer, hosts::Hosts};
use crate::{
    server::{
        account::Account, delivery::Sender, domain::Policy, localizer::Localizer,
        operator::Operator, ports::receipts::Receivers, random, sign_in::SignIn,
    },
    shared::RequestId,
    ui::{Site, components::proof::Asked},
};

/// What every handler and server function works with. Each layer and handler gets a copy, so it is
/// one pointer.
#[derive(Clone)]
pub struct AppState(Arc<AppParts>);

/// What [`AppState`] points to.
pub struct AppParts {
    /// The use cases of a visitor who signs in.
    pub sign_in: SignIn,
    /// The use cases of a customer who is signed in.
    pub account: Account,
    /// The use cases of a worker that sends messages.
    pub delivery: Sender,
    /// The use cases of the operator.
    pub operator: Operator,
    /// What every page shares.
    pub site: Arc<Site>,
    /// Sentences, dates and times in the languages of visitors.
    pub localizer: Localizer,
    /// What of the settings the edge needs.
    pub edge: Edge,
    /// Seals what the next page shows.
    pub flash: FlashSealer,
    /// Who reads the receipts of gateways.
    pub receipts: Arc<dyn Receivers>,
    /// The server-sent events of the process.
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
    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.sign_in.codes.now()
    }

    /// The rules in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.sign_in.codes.policy
    }

    /// A name for a request.
    #[must_use]
    pub fn new_request_id(&self) -> RequestId {
        RequestId(u32::from_be_bytes(random::bytes(
            &*self.sign_in.codes.random,
        )))
    }
}

/// What of the settings the edge needs.
#[derive(Debug)]
pub struct Edge {
    /// The origin that browsers see, like `https://pay.example.com`.
    pub origin: String,
    /// Whether that is https: then cookies are `Secure`, and browsers are told to stay with https.
    pub https: bool,
    /// Reads the client's address.
    pub client_address: ClientAddress,
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// While this file is there, visitors are told that the site is being worked on.
    pub maintenance_file: Option<PathBuf>,
    /// What is asked beyond the soft limit of a network.
    pub asked: Asked,
    /// Under `cargo leptos watch`, the port on this machine where pages listen for reloads.
    pub reload_port: Option<u32>,
}
