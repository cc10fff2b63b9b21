//! The script that loads the islands.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// Loads the islands after the first paint and lets each of them attach itself. Leptos' own
/// `HydrationScripts` preloads them instead: on a slow connection they compete with the stylesheet,
/// and the first paint is half a second later. Our islands are flat and have no children, so that
/// one line is enough to walk through them.
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
