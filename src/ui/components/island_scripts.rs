//! What brings the islands to life.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// Loads the islands once the page has been painted, and lets each attach itself. Leptos' own
/// `HydrationScripts` preloads them: then they share a slow connection with the stylesheet, and the
/// first thing a customer sees is half a second late. Our islands are flat and have no children, so
/// that walking through them takes one line.
#[component]
pub fn IslandScripts(
    /// Absolute path of the JavaScript.
    script: String,
    /// Absolute path of the WASM.
    wasm: String,
) -> impl IntoView {
    let call = format!(
        "{}({script:?}, {wasm:?})",
        include_str!("island_scripts.js").trim_end()
    );
    view! { <script type="module" nonce=use_nonce()>{call}</script> }
}
