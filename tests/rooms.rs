//! The rooms of the crate import downward only, and so do the files of each.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may use.
const ROOMS: [(&str, &[&str]); 11] = [
    ("text", &[]),
    ("yaml", &["text"]),
    ("compose", &["text", "yaml"]),
    ("discover", &["text", "yaml", "compose"]),
    ("policy", &["text", "yaml"]),
    ("plan", &["text", "yaml", "compose", "policy"]),
    ("verify", &["text", "plan"]),
    ("harden", &["text", "yaml", "compose", "discover", "policy", "plan", "verify"]),
    ("output", &["text", "yaml", "compose", "discover", "policy", "plan", "verify", "harden"]),
    ("migrate", &["text", "yaml", "compose", "discover", "policy", "plan", "verify", "harden", "output"]),
    (
        "cli",
        &["text", "yaml", "compose", "discover", "policy", "plan", "verify", "harden", "output", "migrate"],
    ),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The rooms that a text names by `crate::ROOM`.
fn rooms_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// The names from the crate down to a file: `yaml::dialect` is `["yaml", "dialect"]`.
type Module = Vec<String>;

/// The paths that the `use` lines of a file name, by the file; unit tests count for none.
type Imports = BTreeMap<Module, Vec<String>>;

/// The paths that the `use` lines of `text` name, each in full.
fn imports(text: &str) -> Vec<String> {
    let text = text.split("\nmod tests").next().unwrap();
    let is_start = |at: &usize| {
        let before = text[..*at].rsplit('\n').next().unwrap();
        let is_word = before.is_empty() || before.ends_with(' ');
        is_word && before.split_whitespace().all(|word| word.starts_with("pub"))
    };
    let starts = text.match_indices("use ").map(|(at, _)| at).filter(is_start);
    starts.flat_map(|at| expand(text[at + 4..].split(';').next().unwrap())).collect()
}

/// The paths of a tree of imports: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let Some((head, body)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let mut depth = 0;
    let is_end = |letter: char| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    };
    let parts = body.trim_end().strip_suffix('}').unwrap().split(is_end).map(str::trim);
    parts.filter(|part| !part.is_empty()).flat_map(|part| expand(&format!("{head}{part}"))).collect()
}

/// The file that defines what `path` means in the file `from`: where that is a name that a file imports itself, as a `mod.rs`
/// does for what is in its folder, the file that it comes from.
fn definer(imports: &Imports, from: &Module, path: &str) -> Option<Module> {
    let mut names = path.split("::").filter(|name| *name != "self").peekable();
    let mut at = from.clone();
    if names.next_if_eq(&"crate").is_some() {
        at.clear();
    }
    while names.next_if_eq(&"super").is_some() {
        at.pop();
    }
    let child = |at: &Module, name: &str| {
        let child: Module = at.iter().map(String::as_str).chain([name]).map(str::to_owned).collect();
        imports.contains_key(&child).then_some(child)
    };
    if at == *from && child(&at, names.peek()?).is_none() {
        return None;
    }
    while let Some(inner) = names.peek().and_then(|name| child(&at, name)) {
        at = inner;
        names.next();
    }
    let name = names.next().map(|name| format!("::{name}"));
    let known = name.and_then(|name| imports.get(&at)?.iter().find(|path| path.ends_with(&name)));
    known.and_then(|path| definer(imports, &at, path)).or(Some(at))
}

/// The files that import one another in a circle, and those between two circles, each with what it imports of them.
fn circles(imports: &Imports) -> BTreeMap<Module, BTreeSet<Module>> {
    let used = |(file, paths): (&Module, &Vec<String>)| {
        let used = paths.iter().filter_map(|path| definer(imports, file, path));
        (file.clone(), used.filter(|used| used != file).collect())
    };
    let mut left: BTreeMap<Module, BTreeSet<Module>> = imports.iter().map(used).collect();
    loop {
        let (count, importing) = (left.len(), left.keys().cloned().collect::<BTreeSet<_>>());
        let imported: BTreeSet<Module> = left.values().flatten().cloned().collect();
        for used in left.values_mut() {
            used.retain(|file| importing.contains(file));
        }
        left.retain(|file, used| !used.is_empty() && imported.contains(file));
        if left.len() == count {
            return left;
        }
    }
}

#[test]
fn no_files_of_a_room_import_one_another_in_a_circle() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let module = |file: &Path| {
        let names = file.with_extension("");
        let names = names.strip_prefix(&src).unwrap().iter().map(|name| name.to_str().unwrap().to_owned());
        names.filter(|name| name != "mod").collect::<Module>()
    };
    let files = rust_files(&src).into_iter().map(|file| (module(&file), fs::read_to_string(file).unwrap()));
    let files = files.filter(|(module, _)| !module.iter().any(|name| name == "tests"));
    let all: Imports = files.map(|(module, text)| (module, imports(&text))).collect();
    assert_eq!(circles(&all), BTreeMap::new());

    // A name that is handed on by a `mod.rs` makes a circle as well.
    let texts = [
        ("room", "mod low;\npub use high::{High, Other};"),
        ("room::high", "use super::low::{self, Low};"),
        ("room::low", "use super::High;\n#[cfg(test)]\nmod tests { use crate::top::Top; }"),
        ("top", "use crate::room::{low::Low, Other as Another};"),
    ];
    let texts = texts.map(|(module, text)| (module.split("::").map(str::to_owned).collect(), imports(text)));
    let found: Vec<String> = circles(&Imports::from(texts)).keys().map(|module| module.join("::")).collect();
    assert_eq!(found, ["room::high", "room::low"]);
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for (room, below) in ROOMS {
        for file in rust_files(&src.join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for used in rooms_in(&text) {
                let allowed = used == room || below.contains(&used);
                assert!(allowed, "{} uses the room `{used}`", file.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} imports were found");
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(ROOMS.iter().any(|(room, _)| *room == name), "{name} is no room");
    }
}

#[test]
fn the_second_reader_uses_nothing_of_the_plan_but_its_promise() {
    let verify = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
    let promise = [
        "BlockPromise",
        "DocumentPromise",
        "EffectivePromise",
        "OptionValue",
        "ProjectPromise",
        "Promise",
        "ServicePromise",
    ];
    for file in rust_files(&verify) {
        let text = fs::read_to_string(&file).unwrap();
        for import in text.split("crate::plan::").skip(1) {
            let names = import.split(';').next().unwrap_or_default();
            for name in names.split(['{', '}', ',']).map(str::trim).filter(|name| !name.is_empty()) {
                assert!(promise.contains(&name), "{} uses `{name}`", file.display());
            }
        }
    }
}
