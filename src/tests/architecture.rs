//! The direction of dependencies holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A module and what its files must not name in a `use`.
const FORBIDDEN: [(&str, &[&str]); 11] = [
    ("src/shared", &["crate::api", "crate::server", "crate::ui", "leptos", "sqlx", "axum"]),
    ("src/api", &["crate::server", "crate::ui", "sqlx", "axum"]),
    ("src/ui", &["crate::server", "sqlx", "axum", "tokio"]),
    (
        "src/server/domain",
        &[
            "crate::api",
            "crate::ui",
            "crate::server::app",
            "crate::server::cli",
            "crate::server::config",
            "crate::server::delivery",
            "crate::server::http",
            "crate::server::request",
            "crate::server::service",
            "crate::server::store",
            "crate::server::clock",
            "crate::server::random",
            "async_trait",
            "axum",
            "leptos",
            "sqlx",
            "tokio",
            "lettre",
            "std::fs",
            "std::env",
        ],
    ),
    (
        "src/server/service",
        &[
            "crate::api",
            "crate::ui",
            "crate::server::app",
            "crate::server::cli",
            "crate::server::config",
            "crate::server::delivery",
            "crate::server::http",
            "crate::server::request",
            "crate::server::store",
            "axum",
            "leptos",
            "sqlx",
            "lettre",
        ],
    ),
    (
        "src/server/store",
        &["crate::api", "crate::ui", "crate::server::delivery", "crate::server::http", "axum", "leptos", "lettre"],
    ),
    (
        "src/server/delivery",
        &["crate::api", "crate::ui", "crate::server::store", "crate::server::http", "axum", "leptos", "sqlx"],
    ),
    (
        "src/server/captcha",
        &[
            "crate::api",
            "crate::ui",
            "crate::server::store",
            "crate::server::delivery",
            "crate::server::http",
            "axum",
            "leptos",
            "sqlx",
        ],
    ),
    ("src/server/http", &["crate::server::store", "crate::server::delivery", "crate::server::cli", "sqlx", "lettre"]),
    ("src/server/request", &["crate::server::store", "crate::server::delivery", "crate::ui", "sqlx", "lettre"]),
    (
        "src/server/config",
        &["crate::api", "crate::ui", "crate::server::service", "crate::server::store", "axum", "sqlx"],
    ),
];

#[test]
fn no_module_uses_what_it_must_not_know() {
    let mut broken = Vec::new();
    for (module, _) in FORBIDDEN {
        let files = files_of(module);
        assert!(!files.is_empty(), "{module} is there");
        for file in files {
            let name = file.strip_prefix(root()).expect("a file of the project");
            broken.extend(forbidden_paths(name, &code_of(&file)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_forbidden_edge_would_be_found() {
    for (file, line) in [
        ("src/server/store/sqlite/otps.rs", "use crate::server::delivery::worker;"),
        ("src/server/store/sqlite/otps.rs", "use super::super::super::delivery;"),
        ("src/server/store.rs", "use super::delivery::Emailer;"),
        ("src/server/delivery/email.rs", "use crate::server::{store::SqliteStore, domain::Otp};"),
        ("src/server/service/ports.rs", "    pub(crate) use super::super::store as other;"),
        ("src/server/service.rs", "use super::store;"),
        ("src/server/domain/otp.rs", "use crate::{\n    server::{clock::Clock},\n    shared,\n};"),
        ("src/server/domain/otp.rs", "use sqlx::Row;"),
        ("src/api/error.rs", "use crate::ui::routes;"),
    ] {
        assert_eq!(forbidden_paths(Path::new(file), line).len(), 1, "{file}: {line}");
    }
    let allowed = "use crate::{server::domain::Otp, shared::ContactType};\nuse super::{SqliteStore, rows};";
    assert!(forbidden_paths(Path::new("src/server/store/sqlite/otps.rs"), allowed).is_empty());
}

#[test]
fn conditional_compilation_stands_in_lib_rs_only() {
    let allowed = ["src/lib.rs", "src/main.rs"].map(|file| root().join(file));
    for file in files_of("src")
        .into_iter()
        .filter(|file| !allowed.contains(file) && !file.starts_with(root().join("src/tests")))
    {
        let text = fs::read_to_string(&file).expect("a source file");
        let conditional = text.lines().any(|line| line.trim().starts_with("#[cfg(") && line.trim() != "#[cfg(test)]");
        assert!(!conditional && !text.contains("cfg!("), "{}", file.display());
    }
}

#[test]
fn sql_stands_in_the_store_only() {
    for file in files_of("src/server") {
        let in_store = file.starts_with(root().join("src/server/store"));
        assert!(in_store || !code_of(&file).contains("sqlx::query"), "{}", file.display());
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files of a module: `module.rs` and all below `module/`.
fn files_of(module: &str) -> Vec<PathBuf> {
    let folder = root().join(module);
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.extend(Some(folder.with_extension("rs")).filter(|file| file.is_file()));
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// A file without its unit tests, which may use what they like.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// The paths in the `use` lines of a file that its module must not know.
fn forbidden_paths(file: &Path, text: &str) -> Vec<String> {
    let of_module = |module: &str| file.starts_with(module) || file == Path::new(module).with_extension("rs");
    let forbidden: Vec<_> =
        FORBIDDEN.iter().filter(|(module, _)| of_module(module)).flat_map(|(_, words)| *words).collect();
    let names_it = |path: &String| {
        forbidden
            .iter()
            .any(|word| path == **word || path.strip_prefix(**word).is_some_and(|rest| rest.starts_with("::")))
    };
    let paths = used_paths(text).into_iter().map(|path| absolute(file, &path));
    paths.filter(names_it).map(|path| format!("{} uses {path}", file.display())).collect()
}

/// A path as seen from the crate's root: each leading `super` is the parent of the file's module.
fn absolute(file: &Path, path: &str) -> String {
    let module = file.with_extension("");
    let mut parents: Vec<_> = module.iter().skip(1).map(|part| part.to_string_lossy().into_owned()).collect();
    let mut rest = path;
    let relative = path.starts_with("super::") || path.starts_with("self::");
    while let Some(shorter) = rest.strip_prefix("super::") {
        parents.pop();
        rest = shorter;
    }
    let rest = rest.strip_prefix("self::").unwrap_or(rest);
    if !relative {
        return path.to_owned();
    }
    let parts = std::iter::once("crate").chain(parents.iter().map(String::as_str)).chain(std::iter::once(rest));
    parts.collect::<Vec<_>>().join("::")
}

/// Every path that the `use` lines of a text name, groups spelled out.
fn used_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("use ") {
        let starts_item = rest[..start].ends_with(['\n', ' ', ')']) || start == 0;
        let end = rest[start..].find(';').map_or(rest.len(), |end| start + end);
        if starts_item && !rest[..start].lines().last().unwrap_or_default().trim_start().starts_with("//") {
            let tree: String = rest[start + 4..end].split_whitespace().collect::<Vec<_>>().join(" ");
            spell_out("", &tree, &mut paths);
        }
        rest = &rest[end..];
    }
    paths
}

fn spell_out(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.find('{') {
        Some(open) if tree.ends_with('}') => {
            let prefix = format!("{prefix}{}", &tree[..open]);
            for part in split_top_level(&tree[open + 1..tree.len() - 1]) {
                spell_out(&prefix, part, paths);
            }
        }
        _ if tree.is_empty() => {}
        _ => paths.push(format!("{prefix}{}", tree.split(" as ").next().unwrap_or_default())),
    }
}

fn split_top_level(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}
