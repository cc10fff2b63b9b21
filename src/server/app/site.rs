//! The branding that pages show, and the paths of the built files.

use std::path::{Path, PathBuf};

use leptos::prelude::LeptosOptions;
use sha2::{Digest, Sha256};

use super::error::StartError;
use crate::{
    server::{
        config::{self, CaptchaKind, Env, Settings, SettingsError},
        http::logo::Logo,
    },
    shared::routes,
    ui::{
        Brand, Site,
        components::proof::{Challenge, Widget, WidgetKind},
    },
};

/// The name of the built files, as in Cargo.toml.
const OUTPUT_NAME: &str = "doorcode";
const PACKAGE: &str = "pkg";
/// The image types that a logo can have, by file extension.
const IMAGES: [(&str, &str); 5] = [
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
];

/// Returns the challenge that pages show once a network exceeds its soft limit.
pub(super) fn challenge(settings: &Settings) -> Challenge {
    let widget = |kind| {
        Challenge::Widget(Widget {
            kind,
            site_key: settings.captcha.site_key.clone().unwrap_or_default(),
        })
    };
    match settings.captcha.kind {
        CaptchaKind::ProofOfWork => Challenge::Work,
        CaptchaKind::None => Challenge::Nothing,
        CaptchaKind::Turnstile => widget(WidgetKind::Turnstile),
        CaptchaKind::HCaptcha => widget(WidgetKind::HCaptcha),
    }
}

/// Reads the operator's logo.
pub(super) fn logo(file: &Path) -> Result<Logo, StartError> {
    let wrong = |cause: String| StartError::Logo {
        file: file.display().to_string(),
        cause,
    };
    let ending = file
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let kind = IMAGES
        .iter()
        .find_map(|(known, kind)| (*known == ending).then_some(*kind));
    let kind = kind.ok_or_else(|| wrong("it must be an SVG, PNG, WebP or JPEG file".to_owned()))?;
    let bytes = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    Ok(Logo { kind, bytes })
}

fn brand(settings: &config::Brand, logo: Option<&Logo>) -> Result<Brand, SettingsError> {
    let legal = [
        ("legal-privacy", &settings.privacy_url),
        ("legal-terms", &settings.terms_url),
        ("legal-imprint", &settings.imprint_url),
    ];
    let address = |address: &config::Address| address.0.clone();
    // Browsers cache the logo under its address, so a new logo needs a new address.
    let digest = |logo: &Logo| hex::encode(&Sha256::digest(&logo.bytes)[..6]);
    Ok(Brand {
        name: settings.name.clone(),
        logo: logo.map_or_else(
            || "/favicon.svg".to_owned(),
            |logo| format!("{}?{}", routes::LOGO, digest(logo)),
        ),
        colours: settings.accent()?.map(|accent| accent.rules()),
        support: settings.support.as_ref().map(address),
        legal: legal
            .into_iter()
            .filter_map(|(name, page)| Some((name, address(page.as_ref()?))))
            .collect(),
    })
}

/// Builds the data that all pages share.
pub(super) fn site(settings: &Settings, logo: Option<&Logo>) -> Result<Site, SettingsError> {
    // An earlier build may have left hashes behind.
    let has_hashes = cargo_leptos("LEPTOS_HASH_FILES").as_deref() != Some("false");
    let hashes = beside_executable("hash.txt")
        .filter(|_| has_hashes)
        .and_then(|file| std::fs::read_to_string(file).ok());
    let hash = |kind: &str| {
        let line = hashes
            .as_deref()?
            .lines()
            .find_map(|line| line.split_once(':').filter(|(name, _)| *name == kind));
        line.map(|(_, hash)| format!(".{}", hash.trim()))
    };
    let built = |kind: &str| {
        format!(
            "/{PACKAGE}/{OUTPUT_NAME}{}.{kind}",
            hash(kind).unwrap_or_default()
        )
    };
    let options = LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(settings.server.site_root.to_string_lossy().into_owned())
        .site_pkg_dir(PACKAGE)
        .reload_port(reload_port())
        .hash_files(hashes.is_some())
        .build();
    Ok(Site {
        brand: brand(&settings.brand, logo)?,
        stylesheet: built("css"),
        script: built("js"),
        wasm: built("wasm"),
        languages: settings.languages.offered.clone(),
        options,
    })
}

/// Checks that the site contains the files that its pages link to.
///
/// # Errors
/// Returns [`StartError::Site`] if one is missing, so that the site belongs to another build.
pub fn check_site(settings: &Settings) -> Result<(), StartError> {
    let (site, folder) = (site(settings, None)?, &settings.server.site_root);
    let file = |path: &String| folder.join(path.trim_start_matches('/'));
    let files = [&site.stylesheet, &site.script, &site.wasm].map(file);
    match files.into_iter().find(|file| !file.exists()) {
        Some(file) => Err(StartError::Site(file.display().to_string())),
        None => Ok(()),
    }
}

/// Whether `cargo leptos watch` runs the program, and rebuilds the site on every change.
#[must_use]
pub fn is_watched(settings: &Settings) -> bool {
    settings.server.env == Env::Dev && cargo_leptos("LEPTOS_WATCH").is_some()
}

/// The port on which cargo-leptos tells pages to reload.
fn reload_port() -> u32 {
    let port = cargo_leptos("LEPTOS_RELOAD_PORT").and_then(|port| port.parse().ok());
    port.unwrap_or(3001)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo-leptos passes its settings in the environment"
)]
fn cargo_leptos(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

/// Returns the path of a file next to the executable, where the build writes the hashes of its
/// files.
fn beside_executable(file: &str) -> Option<PathBuf> {
    std::env::current_exe()
        .ok()?
        .parent()
        .map(|folder: &Path| folder.join(file))
}
