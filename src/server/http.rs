//! The HTTP layer: routes, middleware, pages and server functions.

pub mod actions;
pub mod assets;
pub mod browser;
pub mod challenge;
pub mod client_address;
pub mod context;
pub mod cookie;
pub mod dev;
pub mod error_response;
pub mod errors;
pub mod flash;
pub mod form;
pub mod headers;
pub mod health;
pub mod host;
pub mod hosts;
pub mod language;
pub mod listen;
pub mod logo;
pub mod maintenance;
pub mod origin;
pub mod pages;
pub mod receipts;
pub mod render;
pub mod router;
pub mod state;
pub mod states;
pub mod status;
pub mod stream;
pub mod times;
pub mod trace;

pub use context::RequestContext;
pub use router::router;
pub use state::{AppParts, AppState, HttpSettings};
pub use stream::Streams;
