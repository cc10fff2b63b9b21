//! The data that all pages share: the branding, the captcha challenge and the paths of the built
//! files.

use std::path::{Path, PathBuf};

use leptos::prelude::LeptosOptions;
use sha2::{Digest, Sha256};

use super::error::StartError;
use crate::{
    server::{
        config::{self, CaptchaKind, Settings, SettingsError},
        http::logo::Logo,
    },
    shared::routes,
    ui::{
        Brand, Site,
        components::proof::{Challenge, Widget, WidgetKind},
    },
};

/// `output-name` in Cargo.toml: the file name of the built files, without the extension.
const OUTPUT_NAME: &str = "doorcode";
/// `site-pkg-dir` in Cargo.toml: the folder of the built files below the site root.
const PACKAGE: &str = "pkg";
/// The media types that a logo can have, by file extension.
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
        CaptchaKind::ProofOfWork => Challenge::ProofOfWork,
        CaptchaKind::None => Challenge::None,
        CaptchaKind::Turnstile => widget(WidgetKind::Turnstile),
        CaptchaKind::HCaptcha => widget(WidgetKind::HCaptcha),
    }
}

/// Reads the operator's logo.
///
/// # Errors
/// Returns [`StartError::Logo`] if the file is not an image of a known type or cannot be read.
pub(super) fn logo(file: &Path) -> Result<Logo, StartError> {
    let invalid = |cause: String| StartError::Logo {
        file: file.display().to_string(),
        cause,
    };
    let extension = file
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let media_type = IMAGES
        .iter()
        .find_map(|(known, media_type)| (*known == extension).then_some(*media_type));
    let media_type = media_type
        .ok_or_else(|| invalid("it must be an SVG, PNG, WebP or JPEG file".to_owned()))?;
    let bytes = std::fs::read(file).map_err(|error| invalid(error.to_string()))?;
    Ok(Logo { media_type, bytes })
}

fn brand(settings: &config::Brand, logo: Option<&Logo>) -> Result<Brand, SettingsError> {
    let legal = [
        ("legal-privacy", &settings.privacy_url),
        ("legal-terms", &settings.terms_url),
        ("legal-imprint", &settings.imprint_url),
    ];
    let url = |address: &config::Address| address.0.clone();
    // Browsers cache the logo by its URL for a year, so a new logo needs a new URL. Six bytes of
    // the digest suffice to tell the logos of one operator apart.
    let digest = |logo: &Logo| hex::encode(&Sha256::digest(&logo.bytes)[..6]);
    Ok(Brand {
        name: settings.name.clone(),
        logo: logo.map_or_else(
            || "/favicon.svg".to_owned(),
            |logo| format!("{}?{}", routes::LOGO, digest(logo)),
        ),
        colours: settings.accent()?.map(|accent| accent.rules()),
        support: settings.support.as_ref().map(url),
        legal: legal
            .into_iter()
            .filter_map(|(name, page)| Some((name, url(page.as_ref()?))))
            .collect(),
    })
}

/// Builds the data that all pages share. The file names contain hashes if `hash.txt` lists them.
pub(super) fn site(settings: &Settings, logo: Option<&Logo>) -> Result<Site, SettingsError> {
    // An earlier build may have left a `hash.txt`. If cargo-leptos runs the program, this variable
    // tells whether the current build has hashes in its file names.
    let uses_hashes = cargo_leptos_setting("LEPTOS_HASH_FILES").as_deref() != Some("false");
    let hashes = beside_executable("hash.txt")
        .filter(|_| uses_hashes)
        .and_then(|file| std::fs::read_to_string(file).ok());
    // Each line of `hash.txt` is `kind: hash`.
    let hash = |kind: &str| {
        let line = hashes
            .as_deref()?
            .lines()
            .find_map(|line| line.split_once(':').filter(|(name, _)| *name == kind));
        line.map(|(_, hash)| format!(".{}", hash.trim()))
    };
    let built_path = |kind: &str| {
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
        stylesheet: built_path("css"),
        script: built_path("js"),
        wasm: built_path("wasm"),
        languages: settings.languages.offered.clone(),
        options,
    })
}

/// Checks that the site root contains the files that the pages link to.
///
/// # Errors
/// Returns [`StartError::Site`] if one is missing, which means that the site root is from another
/// build than the program. Returns another [`StartError`] if the settings are invalid.
pub fn check_site(settings: &Settings) -> Result<(), StartError> {
    let (site, root) = (site(settings, None)?, &settings.server.site_root);
    let file = |path: &String| root.join(path.trim_start_matches('/'));
    let files = [&site.stylesheet, &site.script, &site.wasm].map(file);
    match files.into_iter().find(|file| !file.exists()) {
        Some(file) => Err(StartError::Site(file.display().to_string())),
        None => Ok(()),
    }
}

/// Whether `cargo leptos watch` runs the program.
#[must_use]
pub fn is_watched() -> bool {
    cargo_leptos_setting("LEPTOS_WATCH").is_some()
}

/// Returns the port on which cargo-leptos tells pages to reload. The default is `reload-port` in
/// Cargo.toml.
fn reload_port() -> u32 {
    let port = cargo_leptos_setting("LEPTOS_RELOAD_PORT").and_then(|port| port.parse().ok());
    port.unwrap_or(3001)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo-leptos passes its settings in the environment"
)]
fn cargo_leptos_setting(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

/// Returns the path of a file in the folder of the executable. The build writes `hash.txt` there.
fn beside_executable(file: &str) -> Option<PathBuf> {
    std::env::current_exe()
        .ok()?
        .parent()
        .map(|folder: &Path| folder.join(file))
}
