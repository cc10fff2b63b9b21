//! The HTML document around every page.

use std::sync::Arc;

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::components::{FormStatus, IslandScripts, LanguageSwitch, OfflineBanner};
use super::islands::PageLife;
use super::messages::use_words;
use crate::shared::Language;

/// What every page of this site shares.
#[derive(Clone, Debug)]
pub struct Site {
    /// Who the operator is.
    pub brand: Brand,
    /// Absolute path of the stylesheet.
    pub stylesheet: String,
    /// Absolute path of the islands' JavaScript.
    pub script: String,
    /// Absolute path of their WASM.
    pub wasm: String,
    /// The languages to choose from.
    pub languages: Vec<Language>,
    /// What the reload script of `cargo leptos watch` needs.
    pub options: LeptosOptions,
}

/// The operator, as customers know them.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// Their name.
    pub name: String,
    /// Absolute path of their logo.
    pub logo: String,
    /// Rules for their colours, if they have own ones.
    pub colours: Option<String>,
    /// Where customers get help: an address of a page, an email address (`mailto:`) or a phone
    /// number (`tel:`).
    pub support: Option<String>,
    /// Pages that the law asks for: the id of the sentence that names one, and its address.
    pub legal: Vec<(&'static str, String)>,
}

/// Where a visitor can change the language of a page.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The path of the page, to come back to.
    pub page: String,
    /// The form of the page whose fields go along.
    pub form: Option<&'static str>,
}

/// A whole HTML document. Nothing in it is inline but the script that loads the islands, Leptos'
/// own one and the operator's colours, which carry the CSP nonce.
#[component]
pub fn Document(
    /// What every page shares.
    site: Arc<Site>,
    /// The page's own title, without the brand.
    title: String,
    /// Whether the page has islands: adds the hydration scripts and, under `cargo leptos watch`,
    /// the reload script.
    #[prop(optional)]
    scripts: bool,
    /// Whether the page shows what is a customer's own: then the back button loads it again, since
    /// after signing out nothing personal may show, and `no-store` alone does not keep a page out
    /// of the back/forward cache.
    is_personal: bool,
    /// How to change the language, where that is possible.
    switch: Option<Switch>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let words = use_words();
    let Site {
        brand,
        stylesheet,
        script,
        wasm,
        languages,
        options,
    } = (*site).clone();
    let hydration = scripts.then(|| {
        view! {
            <AutoReload options />
            <IslandScripts script wasm />
        }
    });
    let alive = scripts.then(|| {
        view! {
            <OfflineBanner />
            <FormStatus />
            <PageLife />
        }
    });
    let colours = brand
        .colours
        .clone()
        .map(|rules| view! { <style nonce=use_nonce()>{rules}</style> });
    view! {
        <!DOCTYPE html>
        <html lang=words.language.code() dir=words.language.direction()>
            <head>
                <meta charset="utf-8" />
                <title>{format!("{title} – {}", brand.name)}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f3f5f7" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#0f1418" media="(prefers-color-scheme: dark)" />
                <meta name="format-detection" content="telephone=no, date=no, address=no" />
                <meta name="robots" content="noindex" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=stylesheet />
                {colours}
                {hydration}
            </head>
            <body>
                <a class="skip" href="#main">
                    {words.say("skip-link")}
                </a>
                <header class="brand">
                    <img src=brand.logo.clone() alt="" width="32" height="32" />
                    <span translate="no">{brand.name.clone()}</span>
                </header>
                <main id="main" tabindex="-1" data-personal=is_personal.then_some("")>
                    {alive}
                    {children()}
                </main>
                <Footer brand languages switch />
            </body>
        </html>
    }
}

/// Help, what the law asks for, and the languages; nothing, if there is none of it.
#[component]
fn Footer(
    /// The operator.
    brand: Brand,
    /// The languages to choose from.
    languages: Vec<Language>,
    /// How to change the language, where that is possible.
    switch: Option<Switch>,
) -> impl IntoView {
    let words = use_words();
    let help = brand.support.map(|address| ("help-contact", address));
    let links = help.into_iter().chain(brand.legal).map(|(name, address)| {
        view! {
            <li>
                <a href=address>{words.say(name)}</a>
            </li>
        }
    });
    let links = links.collect::<Vec<_>>();
    let links = (!links.is_empty()).then(|| view! { <ul class="legal">{links}</ul> });
    let switch = switch
        .filter(|_| languages.len() > 1)
        .map(|Switch { page, form }| {
            view! { <LanguageSwitch languages=languages.clone() page form /> }
        });
    (links.is_some() || switch.is_some()).then(|| view! { <footer>{links} {switch}</footer> })
}
