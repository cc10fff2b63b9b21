//! Checks the direction of the dependencies between modules and finds dependency cycles.

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
/// The modules that start the program, and its entry points: the command line and HTTP.
const EDGES: [&str; 3] = [
    "crate::server::app",
    "crate::server::cli",
    "crate::server::http",
];
/// The modules that implement the ports.
const ADAPTERS: [&str; 3] = [
    "crate::server::captcha",
    "crate::server::store",
    "crate::server::transport",
];
/// The user interface and its API.
const SCREENS: [&str; 2] = ["crate::api", "crate::ui"];

/// Returns the paths that the files of a module must not name in a `use`.
#[expect(clippy::too_many_lines, reason = "a table of modules")]
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
        // Only pages render; actions do not.
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

/// The modules with an entry in [`forbidden`], except `src/server/http/actions`.
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
fn no_module_has_a_forbidden_dependency() {
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
fn forbidden_dependencies_are_found() {
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
fn files_and_folders_have_no_dependency_cycles() {
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
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
}

#[test]
fn dependency_cycles_are_found() {
    for (files, cycle) in [
        // Two files.
        (
            &[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::{a::A};")][..],
            "a, b",
        ),
        // Through `super`, through a path outside a `use` item, and across three files.
        (
            &[
                ("x.rs", ""),
                ("x/a.rs", "use super::b;"),
                ("x/b.rs", "fn f(_: super::c::C) {}"),
                ("x/c.rs", "use crate::x::a;"),
            ],
            "x::a, x::b, x::c",
        ),
        // Through a re-export.
        (
            &[
                ("x.rs", "mod a;\npub use a::A;"),
                ("x/a.rs", "use crate::b;"),
                ("b.rs", "use crate::x::A;"),
            ],
            "b, x::a",
        ),
        // Two folders, through different files.
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
fn only_lib_rs_and_main_rs_use_conditional_compilation() {
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
fn only_the_store_contains_sql() {
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

/// Returns the Rust files of a module: `module.rs` and everything below `module/`.
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

/// Returns the source of a file without its unit tests, which may use any module.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Returns the paths in the `use` items of a file that its module must not use.
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

/// Resolves a path from the crate root. Each leading `super` stands for the parent of the file's
/// module.
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
