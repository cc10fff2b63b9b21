//! The dependencies between source files, and their cycles.
//!
//! A re-export (`pub use`) is followed to the file that defines the name, so the re-export itself
//! is not a dependency. A module may call functions of its own children by path
//! (`child::function()`) without a dependency; a `use` of an item in a child is one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use super::uses::{inline_paths, uses};

/// The path of a module from the root of the crate.
type Module = Vec<String>;
/// The modules that each module uses.
type Edges = BTreeMap<Module, BTreeSet<Module>>;

/// The files of a crate and their dependencies.
pub struct Graph {
    edges: Edges,
}

/// Modules that can all reach each other.
pub struct Cycle {
    modules: BTreeSet<Module>,
    edges: Vec<(Module, Module)>,
}

impl Graph {
    /// Builds the graph of source files, given by their paths below `src`.
    pub fn new(sources: &BTreeMap<PathBuf, String>) -> Self {
        let sources = sources
            .iter()
            .filter(|(file, _)| *file != Path::new("main.rs"));
        let texts: BTreeMap<Module, &String> =
            sources.map(|(file, text)| (module(file), text)).collect();
        let modules = Modules::new(&texts);
        let mut edges = Edges::new();
        for (module, text) in &texts {
            let imported = uses(text)
                .into_iter()
                .filter(|import| !import.is_public)
                .map(|import| import.path);
            let targets = imported
                .chain(inline_paths(text))
                .filter_map(|path| modules.target(module, &path));
            edges.insert(
                module.clone(),
                targets.filter(|target| target != module).collect(),
            );
        }
        Self { edges }
    }

    /// Returns the cycles of files and those of folders. A folder is a module with everything below
    /// it, and is compared with modules of the same parent.
    pub fn cycles(&self) -> Vec<Cycle> {
        let mut cycles = cycles_of(&self.edges);
        let parents: BTreeSet<_> = self
            .edges
            .keys()
            .filter(|module| !module.is_empty())
            .map(|module| parent(module))
            .collect();
        for parent in parents {
            for cycle in cycles_of(&self.children_of(parent)) {
                if !cycles.iter().any(|known| known.modules == cycle.modules) {
                    cycles.push(cycle);
                }
            }
        }
        cycles
    }

    /// Returns the dependencies between the children of a module, each with everything below it.
    fn children_of(&self, parent: &[String]) -> Edges {
        let child = |module: &Module| {
            let is_below = module.len() > parent.len() && module.starts_with(parent);
            is_below.then(|| module[..=parent.len()].to_vec())
        };
        let mut edges = Edges::new();
        for (from, targets) in &self.edges {
            let Some(from) = child(from) else { continue };
            let targets = targets
                .iter()
                .filter_map(child)
                .filter(|target| *target != from);
            edges.entry(from.clone()).or_default().extend(targets);
        }
        edges
    }
}

fn module(file: &Path) -> Module {
    let module: Module = file
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if module == ["lib"] {
        Module::new()
    } else {
        module
    }
}

fn parent(module: &[String]) -> &[String] {
    &module[..module.len() - 1]
}

/// The modules, each with the names that it re-exports.
struct Modules(BTreeMap<Module, BTreeMap<String, Module>>);

impl Modules {
    fn new(texts: &BTreeMap<Module, &String>) -> Self {
        let mut modules = Self(
            texts
                .keys()
                .map(|module| (module.clone(), BTreeMap::new()))
                .collect(),
        );
        for (module, text) in texts {
            let passed = uses(text).into_iter().filter(|import| import.is_public);
            let passed = passed
                .filter_map(|import| Some((import.name, modules.absolute(module, &import.path)?)));
            let passed = passed.collect();
            modules.0.insert(module.clone(), passed);
        }
        modules
    }

    /// Resolves a path from the crate root. Returns `None` for a path into another crate.
    fn absolute(&self, module: &[String], path: &str) -> Option<Vec<String>> {
        let mut parts = path.split("::").map(ToOwned::to_owned).peekable();
        let mut base = module.to_vec();
        if parts.next_if(|part| part == "crate").is_some() {
            return Some(parts.collect());
        }
        let mut is_own = false;
        while let Some(part) = parts.next_if(|part| part == "super" || part == "self") {
            is_own = true;
            if part == "super" {
                base.pop();
            }
        }
        let first = parts.peek().cloned();
        let is_child =
            first.is_some_and(|first| self.0.contains_key(&[&base[..], &[first]].concat()));
        (is_own || is_child).then(|| base.into_iter().chain(parts).collect())
    }

    /// Returns the file that defines what a path names.
    fn target(&self, module: &[String], path: &str) -> Option<Module> {
        let mut path = self.absolute(module, path)?;
        loop {
            let length = (0..=path.len())
                .rev()
                .find(|length| self.0.contains_key(&path[..*length]))?;
            let (module, rest) = path.split_at(length);
            match rest.first().and_then(|name| self.0[module].get(name)) {
                Some(passed_on) => path = [passed_on, &rest[1..]].concat(),
                None => return Some(module.to_vec()),
            }
        }
    }
}

/// Returns the sets of nodes that can reach each other.
fn cycles_of(edges: &Edges) -> Vec<Cycle> {
    let reach: BTreeMap<_, _> = edges
        .keys()
        .map(|node| (node, reachable(edges, node)))
        .collect();
    let sets: BTreeSet<BTreeSet<Module>> = reach
        .iter()
        .filter(|(node, reached)| reached.contains(**node))
        .map(|(node, reached)| {
            reached
                .iter()
                .filter(|other| reach.get(other).is_some_and(|back| back.contains(*node)))
                .cloned()
                .collect()
        })
        .collect();
    sets.into_iter()
        .map(|modules| Cycle {
            edges: within(edges, &modules),
            modules,
        })
        .collect()
}

fn reachable(edges: &Edges, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<_> = edges[from].iter().collect();
    while let Some(node) = open.pop() {
        if reached.insert(node.clone()) {
            open.extend(edges.get(node).into_iter().flatten());
        }
    }
    reached
}

fn within(edges: &Edges, modules: &BTreeSet<Module>) -> Vec<(Module, Module)> {
    let of_each = modules
        .iter()
        .flat_map(|from| edges[from].iter().map(move |to| (from.clone(), to.clone())));
    of_each.filter(|(_, to)| modules.contains(to)).collect()
}

impl Cycle {
    /// Returns the names of its modules.
    pub fn members(&self) -> String {
        self.modules
            .iter()
            .map(|module| module.join("::"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "a cycle of {}:", self.members())?;
        for (from, to) in &self.edges {
            writeln!(f, "    {} uses {}", from.join("::"), to.join("::"))?;
        }
        Ok(())
    }
}
