//! The HTML document around every page.

use leptos::prelude::*;

use super::messages;

/// What every page of this site shares.
#[derive(Clone, Debug)]
pub struct Site {
    /// The operator's name, as customers know it.
    pub brand: String,
    /// Absolute path of the stylesheet.
    pub stylesheet: String,
    /// Where the scripts are.
    pub options: LeptosOptions,
}

/// A whole HTML document. Nothing in it is inline but Leptos' own script, which carries the CSP nonce.
#[component]
pub fn Document(
    /// What every page shares.
    site: Site,
    /// The page's own title, without the brand.
    title: String,
    /// Whether the page has islands: adds the hydration scripts and, under `cargo leptos watch`, the reload script.
    #[prop(optional)]
    scripts: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Site { brand, stylesheet, options } = site;
    let hydration = scripts.then(|| {
        view! {
            <AutoReload options=options.clone() />
            <HydrationScripts options islands=true />
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8" />
                <title>{format!("{title} – {brand}")}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f3f5f7" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#0f1418" media="(prefers-color-scheme: dark)" />
                <meta name="format-detection" content="telephone=no, date=no, address=no" />
                <meta name="robots" content="noindex" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=stylesheet />
                {hydration}
            </head>
            <body>
                <a class="skip" href="#main">{messages::SKIP_LINK}</a>
                <header class="brand">
                    <img src="/favicon.svg" alt="" width="32" height="32" />
                    <span translate="no">{brand}</span>
                </header>
                <main id="main" tabindex="-1">{children()}</main>
            </body>
        </html>
    }
}
