//! Finds the paths that a source file names.

/// One name that a `use` item imports.
pub struct Use {
    /// The path as written, with groups expanded.
    pub path: String,
    /// The name in the importing module: the alias after `as`, if there is one.
    pub name: String,
    /// Whether the item is a re-export.
    pub is_public: bool,
}

/// Returns every name that the `use` items of a text import.
pub fn uses(text: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for (start, end) in items(text) {
        let before = line_before(text, start);
        let tree: String = text[start + 4..end]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let mut paths = Vec::new();
        spell_out("", &tree, &mut paths);
        let is_public = before.trim_start().starts_with("pub");
        uses.extend(paths.into_iter().map(|path| named(&path, is_public)));
    }
    uses
}

/// Returns the paths in a text that begin with `crate` or `super` and are not part of a `use` item.
pub fn inline_paths(text: &str) -> Vec<String> {
    let mut code = text.to_owned();
    for (start, end) in items(text).into_iter().rev() {
        code.replace_range(start..end, "");
    }
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = code.split(|c: char| !is_part(c) && c != '$');
    let words = words.map(|word| word.trim_end_matches(':'));
    words
        .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
        .map(ToOwned::to_owned)
        .collect()
}

/// Returns the byte ranges of the `use` items, up to their semicolons.
fn items(text: &str) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("use ").map(|start| from + start) {
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
            from = start + 4;
        }
    }
    items
}

/// Returns the part of a line before a byte offset.
fn line_before(text: &str, at: usize) -> &str {
    text[..at].rsplit('\n').next().unwrap_or_default()
}

fn named(path: &str, is_public: bool) -> Use {
    let (path, name) = path
        .split_once(" as ")
        .unwrap_or((path, path.rsplit("::").next().unwrap_or_default()));
    Use {
        path: path.trim().to_owned(),
        name: name.trim().to_owned(),
        is_public,
    }
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
        // `self` in a group stands for the path before the group.
        _ if tree == "self" => paths.push(prefix.trim_end_matches("::").to_owned()),
        _ => paths.push(format!("{prefix}{tree}")),
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
