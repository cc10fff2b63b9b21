//! Doorcode: customers sign in with a short code sent to their email or phone.
//!
//! The map, in the direction of dependencies:
//!
//! - [`server`]: everything that runs on the server only, the server functions that forms are
//!   posted to among it.
//! - [`ui`]: what a person sees; pages and components render on the server, islands live in the
//!   browser.
//! - [`api`]: the contract of browser and server: forms, errors and other wire types.
//! - [`shared`]: pure pieces that both sides run; it depends on nothing.

pub mod api;
pub mod shared;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod server;

/// Called by the page's module script once the WASM is there; each island then attaches itself.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
