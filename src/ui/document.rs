//! The HTML document around every page.

use std::sync::Arc;

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::components::{FormStatus, IslandScripts, LanguageSwitch, OfflineBanner};
use super::islands::PageBehavior;
use super::messages::use_translator;
use crate::shared::Language;

/// The settings that all pages of this site share.
#[derive(Clone, Debug)]
pub struct Site {
    /// The brand of the operator.
    pub brand: Brand,
    /// Absolute path of the stylesheet.
    pub stylesheet: String,
    /// Absolute path of the islands' JavaScript.
    pub script: String,
    /// Absolute path of the islands' WASM.
    pub wasm: String,
    /// The languages to choose from.
    pub languages: Vec<Language>,
    /// The options of the reload script of `cargo leptos watch`.
    pub options: LeptosOptions,
}

/// The operator's brand, as customers know it.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// The operator's name.
    pub name: String,
    /// Absolute path of the operator's logo.
    pub logo: String,
    /// CSS rules for the operator's colours, if there are any.
    pub colours: Option<String>,
    /// The address for help: a page, an email address (`mailto:`) or a phone number (`tel:`).
    pub support: Option<String>,
    /// The pages that the law requires: the id of the sentence that names the page, and its
    /// address.
    pub legal: Vec<(&'static str, String)>,
}

/// The page that a language switch is on.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The path of the page, to return to.
    pub page: String,
    /// The form of the page, if its fields have to be sent along.
    pub form: Option<&'static str>,
}

/// A complete HTML document. Only three of its elements are inline, and they carry the CSP nonce:
/// the script that loads the islands, Leptos' own script, and the operator's colours.
#[component]
pub fn Document(
    /// The settings that all pages share.
    site: Arc<Site>,
    /// The title of the page, without the brand.
    title: String,
    /// Whether the page has islands. Adds the hydration scripts and, under `cargo leptos watch`,
    /// the reload script.
    #[prop(optional)]
    scripts: bool,
    /// Whether the page shows a customer's own data. If so, the back button loads it again: nothing
    /// personal may show after sign-out, and `no-store` alone does not keep a page out of the
    /// back/forward cache.
    is_personal: bool,
    /// The language switch, on pages where the language can be changed.
    switch: Option<Switch>,
    /// The content of `<main>`.
    children: Children,
) -> impl IntoView {
    let translator = use_translator();
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
    let islands = scripts.then(|| {
        view! {
            <OfflineBanner />
            <FormStatus />
            <PageBehavior />
        }
    });
    let colours = brand
        .colours
        .clone()
        .map(|rules| view! { <style nonce=use_nonce()>{rules}</style> });
    view! {
        <!DOCTYPE html>
        <html lang=translator.language.code() dir=translator.language.direction()>
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
                    {translator.t("skip-link")}
                </a>
                <header class="brand">
                    <img src=brand.logo.clone() alt="" width="32" height="32" />
                    <span translate="no">{brand.name.clone()}</span>
                </header>
                <main id="main" tabindex="-1" data-personal=is_personal.then_some("")>
                    {islands}
                    {children()}
                </main>
                <Footer brand languages switch />
            </body>
        </html>
    }
}

/// Links to help and to the pages that the law requires, and the language switch. Renders nothing
/// if there are none.
#[component]
fn Footer(
    /// The brand of the operator.
    brand: Brand,
    /// The languages to choose from.
    languages: Vec<Language>,
    /// The language switch, on pages where the language can be changed.
    switch: Option<Switch>,
) -> impl IntoView {
    let translator = use_translator();
    let help = brand.support.map(|address| ("help-contact", address));
    let links = help.into_iter().chain(brand.legal).map(|(name, address)| {
        view! {
            <li>
                <a href=address>{translator.t(name)}</a>
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
