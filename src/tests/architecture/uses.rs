//! Finds the paths that a source file imports or refers to.
//!
//! The functions search the text and do not parse it. They rely on the layout of rustfmt: a `use`
//! item starts its line.

/// The start of a `use` item.
const USE: &str = "use ";

/// A name that a `use` item imports.
pub struct Use {
    /// The path as written, with groups expanded.
    pub path: String,
    /// The name in the importing module: the alias after `as`, if there is one.
    pub name: String,
    /// Whether the item is a re-export.
    pub is_public: bool,
}

/// Returns the names that the `use` items of a source text import.
pub fn uses(text: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for (start, end) in use_items(text) {
        let before = line_before(text, start);
        let tree: String = text[start + USE.len()..end]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let mut paths = Vec::new();
        expand_groups("", &tree, &mut paths);
        let is_public = before.trim_start().starts_with("pub");
        uses.extend(paths.into_iter().map(|path| parse_use(&path, is_public)));
    }
    uses
}

/// Returns the paths in a source text that begin with `crate` or `super`, except in `use` items and
/// comments.
pub fn inline_paths(text: &str) -> Vec<String> {
    let mut code = text.to_owned();
    for (start, end) in use_items(text).into_iter().rev() {
        code.replace_range(start..end, "");
    }
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    // `$` stays in the words, so that `$crate::` in a macro does not begin with `crate::`.
    let words = code.split(|c: char| !is_part(c) && c != '$');
    let words = words.map(|word| word.trim_end_matches(':'));
    words
        .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
        .map(ToOwned::to_owned)
        .collect()
}

/// Returns the byte ranges of the `use` items, up to their semicolons.
fn use_items(text: &str) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(USE).map(|start| from + start) {
        let end = text[start..]
            .find(';')
            .map_or(text.len(), |end| start + end);
        let before = line_before(text, start).trim();
        if before.is_empty()
            || before == "pub"
            || (before.starts_with("pub(") && before.ends_with(')'))
        {
            items.push((start, end));
            from = end;
        } else {
            from = start + USE.len();
        }
    }
    items
}

/// Returns the part of a line before a byte offset.
fn line_before(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or_default()
}

/// Splits a path at its alias.
fn parse_use(path: &str, is_public: bool) -> Use {
    let (path, name) = path
        .split_once(" as ")
        .unwrap_or((path, path.rsplit("::").next().unwrap_or_default()));
    Use {
        path: path.trim().to_owned(),
        name: name.trim().to_owned(),
        is_public,
    }
}

/// Adds each path of a `use` tree to `paths`: `a::{b, c}` adds `a::b` and `a::c`.
fn expand_groups(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.find('{') {
        Some(open) if tree.ends_with('}') => {
            let prefix = format!("{prefix}{}", &tree[..open]);
            for part in split_top_level(&tree[open + 1..tree.len() - 1]) {
                expand_groups(&prefix, part, paths);
            }
        }
        _ if tree.is_empty() => {}
        // `self` in a group stands for the path before the group.
        _ if tree == "self" => paths.push(prefix.trim_end_matches("::").to_owned()),
        _ => paths.push(format!("{prefix}{tree}")),
    }
}

/// Splits a list at the commas that are not inside braces.
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
