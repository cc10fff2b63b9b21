//! The direction of dependencies holds, and there are no cycles.

mod graph;
mod uses;

use std::{
    fs,
    path::{Path, PathBuf},
};

use graph::Graph;
use uses::uses;

/// The use cases.
const USE_CASES: [&str; 5] = [
    "crate::server::account",
    "crate::server::codes",
    "crate::server::delivery",
    "crate::server::operator",
    "crate::server::sign_in",
];
/// What starts the program, and what it is asked by.
const EDGES: [&str; 3] = [
    "crate::server::app",
    "crate::server::cli",
    "crate::server::http",
];
/// What implements the ports.
const ADAPTERS: [&str; 3] = [
    "crate::server::captcha",
    "crate::server::store",
    "crate::server::transport",
];
/// What people see.
const SCREENS: [&str; 2] = ["crate::api", "crate::ui"];

/// Modules and what their files must not name in a `use`.
fn forbidden(module: &str) -> Vec<&'static str> {
    let lists: &[&[&str]] = match module {
        "src/shared" => &[&[
            "crate::api",
            "crate::server",
            "crate::ui",
            "leptos",
            "sqlx",
            "axum",
        ]],
        "src/api" => &[&["crate::server", "crate::ui", "sqlx", "axum"]],
        "src/ui" => &[&["crate::server", "sqlx", "axum", "tokio"]],
        "src/server/domain" => &[
            &SCREENS,
            &EDGES,
            &ADAPTERS,
            &USE_CASES,
            &[
                "crate::server::clock",
                "crate::server::config",
                "crate::server::ports",
                "crate::server::random",
            ],
            &[
                "async_trait",
                "axum",
                "leptos",
                "lettre",
                "sqlx",
                "std::env",
                "std::fs",
                "tokio",
            ],
        ],
        "src/server/ports" => &[
            &SCREENS,
            &EDGES,
            &ADAPTERS,
            &USE_CASES,
            &["crate::server::config", "axum", "leptos", "lettre", "sqlx"],
        ],
        "src/server/account"
        | "src/server/codes"
        | "src/server/delivery"
        | "src/server/operator"
        | "src/server/sign_in" => &[
            &SCREENS,
            &EDGES,
            &ADAPTERS,
            &["crate::server::config", "axum", "leptos", "lettre", "sqlx"],
        ],
        "src/server/store" => &[
            &SCREENS,
            &EDGES,
            &USE_CASES,
            &[
                "crate::server::captcha",
                "crate::server::config",
                "crate::server::transport",
                "axum",
                "leptos",
                "lettre",
            ],
        ],
        "src/server/transport" => &[
            &SCREENS,
            &EDGES,
            &USE_CASES,
            &[
                "crate::server::captcha",
                "crate::server::store",
                "axum",
                "leptos",
                "sqlx",
            ],
        ],
        "src/server/captcha" => &[
            &SCREENS,
            &EDGES,
            &USE_CASES,
            &[
                "crate::server::store",
                "crate::server::transport",
                "axum",
                "leptos",
                "sqlx",
            ],
        ],
        "src/server/http" => &[&[
            "crate::server::app",
            "crate::server::cli",
            "crate::server::store",
            "crate::server::transport",
            "lettre",
            "sqlx",
        ]],
        // Only pages and their like show anything.
        "src/server/http/actions" => &[&[
            "crate::ui",
            "crate::server::http::pages",
            "crate::server::http::render",
        ]],
        "src/server/config" => &[&SCREENS, &EDGES, &ADAPTERS, &USE_CASES, &["axum", "sqlx"]],
        _ => &[],
    };
    lists.concat()
}

/// The modules that [`forbidden`] knows.
const MODULES: [&str; 15] = [
    "src/shared",
    "src/api",
    "src/ui",
    "src/server/domain",
    "src/server/ports",
    "src/server/account",
    "src/server/codes",
    "src/server/delivery",
    "src/server/operator",
    "src/server/sign_in",
    "src/server/store",
    "src/server/transport",
    "src/server/captcha",
    "src/server/http",
    "src/server/config",
];

#[test]
fn no_module_uses_what_it_must_not_know() {
    let mut broken = Vec::new();
    for module in MODULES.into_iter().chain(["src/server/http/actions"]) {
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
        (
            "src/server/store/sqlite/otps.rs",
            "use crate::server::delivery::worker;",
        ),
        (
            "src/server/store/sqlite/otps.rs",
            "use super::super::super::delivery;",
        ),
        ("src/server/store.rs", "use super::transport::Emailer;"),
        (
            "src/server/transport/email.rs",
            "use crate::server::{store::SqliteStore, domain::Otp};",
        ),
        (
            "src/server/ports/otps.rs",
            "    pub(crate) use super::super::store as other;",
        ),
        ("src/server/codes.rs", "use super::store;"),
        (
            "src/server/domain/otp.rs",
            "use crate::{\n    server::{clock::Clock},\n    shared,\n};",
        ),
        ("src/server/domain/otp.rs", "use sqlx::Row;"),
        ("src/api/error.rs", "use crate::ui::routes;"),
    ] {
        assert_eq!(
            forbidden_paths(Path::new(file), line).len(),
            1,
            "{file}: {line}"
        );
    }
    let allowed =
        "use crate::{server::domain::Otp, shared::ContactType};\nuse super::{SqliteStore, rows};";
    assert!(forbidden_paths(Path::new("src/server/store/sqlite/otps.rs"), allowed).is_empty());
}

#[test]
fn no_files_and_no_folders_use_each_other_in_a_circle() {
    let files = files_of("src")
        .into_iter()
        .filter(|file| !file.starts_with(root().join("src/tests")));
    let sources = files.map(|file| {
        let name = file
            .strip_prefix(root().join("src"))
            .expect("a source file")
            .to_owned();
        (name, code_of(&file))
    });
    let graph = Graph::new(&sources.collect());
    let cycles: Vec<_> = graph.cycles().iter().map(ToString::to_string).collect();
    assert!(
        cycles.is_empty(),
        "{}",
        cycles.join(
            "
"
        )
    );
}

#[test]
fn a_cycle_would_be_found() {
    for (files, cycle) in [
        // Two files.
        (
            &[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::{a::A};")][..],
            "a, b",
        ),
        // By `super`, in a path that is no `use`, and over three files.
        (
            &[
                ("x.rs", ""),
                ("x/a.rs", "use super::b;"),
                ("x/b.rs", "fn f(_: super::c::C) {}"),
                ("x/c.rs", "use crate::x::a;"),
            ],
            "x::a, x::b, x::c",
        ),
        // By a name that another module passes on.
        (
            &[
                ("x.rs", "mod a;\npub use a::A;"),
                ("x/a.rs", "use crate::b;"),
                ("b.rs", "use crate::x::A;"),
            ],
            "b, x::a",
        ),
        // Two folders, over different files.
        (
            &[
                ("x.rs", ""),
                ("x/a.rs", "use crate::y::b;"),
                ("y.rs", ""),
                ("y/b.rs", ""),
                ("y/c.rs", "use crate::x::d;"),
                ("x/d.rs", ""),
            ],
            "x, y",
        ),
        // A module and its own child.
        (
            &[("x.rs", "use a::A;"), ("x/a.rs", "use super::X;")],
            "x, x::a",
        ),
    ] {
        let sources = files
            .iter()
            .map(|(file, text)| (PathBuf::from(file), (*text).to_owned()));
        let cycles = Graph::new(&sources.collect()).cycles();
        let found: Vec<_> = cycles.iter().map(graph::Cycle::members).collect();
        assert!(
            found.contains(&cycle.to_owned()),
            "{cycle} is not in {found:?}"
        );
    }
    let fine = [
        ("x.rs", "mod a;\npub use a::A;\nfn f() { a::f() }"),
        ("x/a.rs", "use super::b::B;"),
        ("x/b.rs", ""),
    ];
    let sources = fine
        .iter()
        .map(|(file, text)| (PathBuf::from(file), (*text).to_owned()));
    assert!(Graph::new(&sources.collect()).cycles().is_empty());
}

#[test]
fn conditional_compilation_stands_in_lib_rs_only() {
    let allowed = ["src/lib.rs", "src/main.rs"].map(|file| root().join(file));
    for file in files_of("src")
        .into_iter()
        .filter(|file| !allowed.contains(file) && !file.starts_with(root().join("src/tests")))
    {
        let text = fs::read_to_string(&file).expect("a source file");
        let conditional = text
            .lines()
            .any(|line| line.trim().starts_with("#[cfg(") && line.trim() != "#[cfg(test)]");
        assert!(
            !conditional && !text.contains("cfg!("),
            "{}",
            file.display()
        );
    }
}

#[test]
fn sql_stands_in_the_store_only() {
    for file in files_of("src/server") {
        let in_store = file.starts_with(root().join("src/server/store"));
        assert!(
            in_store || !code_of(&file).contains("sqlx::query"),
            "{}",
            file.display()
        );
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
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
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
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The paths in the `use` lines of a file that its module must not know.
fn forbidden_paths(file: &Path, text: &str) -> Vec<String> {
    let of_module =
        |module: &str| file.starts_with(module) || file == Path::new(module).with_extension("rs");
    let modules = MODULES
        .into_iter()
        .chain(["src/server/http/actions"])
        .filter(|module| of_module(module));
    let forbidden: Vec<_> = modules.flat_map(forbidden).collect();
    let names_it = |path: &String| {
        forbidden.iter().any(|word| {
            path == *word
                || path
                    .strip_prefix(*word)
                    .is_some_and(|rest| rest.starts_with("::"))
        })
    };
    let paths = uses(text)
        .into_iter()
        .map(|import| absolute(file, &import.path));
    paths
        .filter(names_it)
        .map(|path| format!("{} uses {path}", file.display()))
        .collect()
}

/// A path as seen from the crate's root: each leading `super` is the parent of the file's module.
fn absolute(file: &Path, path: &str) -> String {
    let module = file.with_extension("");
    let mut parents: Vec<_> = module
        .iter()
        .skip(1)
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
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
    let parts = std::iter::once("crate")
        .chain(parents.iter().map(String::as_str))
        .chain(std::iter::once(rest));
    parts.collect::<Vec<_>>().join("::")
}
