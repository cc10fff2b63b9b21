//! The edge: what HTTP asks and what it is answered.

pub mod assets;
pub mod browser;
pub mod challenge;
pub mod cookie;
pub mod dev;
pub mod failure;
pub mod flash;
pub mod form;
pub mod headers;
pub mod health;
pub mod host;
pub mod language;
pub mod listen;
pub mod logo;
pub mod maintenance;
pub mod origin;
pub mod pages;
pub mod receipts;
pub mod render;
pub mod router;
pub mod states;
pub mod status;
pub mod stream;
pub mod trace;

use std::{path::PathBuf, sync::Arc};

use crate::{
    server::{
        localizer::Localizer,
        service::{Service, callbacks::Receivers},
    },
    ui::{Site, components::proof::Asked},
};

use browser::ClientAddress;
use host::Hosts;

pub use router::router;
pub use stream::Streams;

/// What every handler and server function works with. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub service: Service,
    /// What every page shares.
    pub site: Arc<Site>,
    /// Sentences, dates and times in the languages of visitors.
    pub localizer: Localizer,
    /// What of the settings the edge needs.
    pub edge: Arc<Edge>,
    /// Who reads the receipts of gateways.
    pub receipts: Arc<dyn Receivers>,
    /// Answers that go on.
    pub streams: Streams,
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
