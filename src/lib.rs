//! Doorcode signs customers in with a short code sent to their email address or phone number.
//!
//! The modules, from the top of the dependency graph down:
//!
//! - [`server`]: everything that runs only on the server, including the server functions that forms
//!   are posted to.
//! - [`ui`]: the user interface; pages and components render on the server, islands run in the
//!   browser.
//! - [`api`]: the contract between browser and server: forms, errors and other wire types.
//! - [`shared`]: pure code that both sides run; it depends on no other module.

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
compile_error!(
    "enable a feature: `--features ssr` for the server, `--features hydrate` for the browser"
);

pub mod api;
pub mod shared;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod server;

/// Prepares the Leptos runtime. The page's module script calls this once the WASM is loaded; then
/// each island attaches itself.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
