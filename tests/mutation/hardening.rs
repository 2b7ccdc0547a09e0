//! Holds hardening in memory to its promises for any files: what is proved, what is kept, what a second run does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use compose_harden::compose::{FileList, Files, Group, Origin};
use compose_harden::harden::{Change, Outcome, harden};
use compose_harden::policy::Policy;
use compose_harden::text::{Diagnostic, Source};

/// The files of a project that is nowhere on a disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<PathBuf, String>);

impl Files for Memory {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let text = self.0.get(path).ok_or_else(|| Diagnostic::error("there is no such file"))?;
        Source::from_bytes(path, text.clone().into_bytes())
            .map_err(|error| Diagnostic::error(error.to_string()))
    }
}

/// How files belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The first by itself; the others are there for what it extends and includes.
    First,
    /// All of them over one another, in order.
    Layers,
    /// Each by itself, in one unit of work.
    Each,
    /// The first is a base; what the others are, their services say.
    Variants,
}

/// What the files of a text are called, in order.
pub(crate) const NAMES: [&str; 4] = ["/p/compose.yaml", "/p/b.yaml", "/p/c.yaml", "/p/sub/d.yaml"];

/// Returns `texts` as files with [`NAMES`].
pub(crate) fn files_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Memory {
    let files = NAMES.iter().zip(texts);
    Memory(files.map(|(name, text)| (PathBuf::from(name), text.to_owned())).collect())
}

/// Hardens `files`, and then what came of them.
///
/// # Panics
/// Where a promise does not hold.
pub(crate) fn check_hardening(files: &Memory, relation: Relation, policy: &Policy) -> Outcome {
    let first = run(files, relation, policy);
    for refusal in &first.refusals {
        let doubted = refusal.diagnostic.help.as_deref().is_some_and(|help| help.contains("this is a bug"));
        assert!(!doubted, "{}\n{}", refusal.diagnostic.title, shown(files, relation));
    }
    let mut hardened = files.clone();
    for change in &first.changes {
        let before = &files.0[&change.path];
        check_edits(before, change);
        assert!(!first.fixed.contains(&change.path), "a refused file changes\n{}", shown(files, relation));
        hardened.0.insert(change.path.clone(), change.after.clone());
    }
    let second = run(&hardened, relation, policy);
    let known: BTreeSet<_> = first.refusals.iter().map(|refusal| &refusal.path).collect();
    let new = second.refusals.iter().find(|refusal| !known.contains(&refusal.path));
    assert!(
        second.changes.is_empty() && new.is_none(),
        "a second run differs: {:?} {new:?}\n{}\n{policy:?}",
        second.changes.iter().map(|change| (&change.path, change.edits.as_slice())).collect::<Vec<_>>(),
        shown(files, relation)
    );
    first
}

fn run(files: &Memory, relation: Relation, policy: &Policy) -> Outcome {
    harden(&group_of(files, relation), &mut files.clone(), policy)
}

/// The files of `files`, with the lists that say how they belong together.
pub(crate) fn group_of(files: &Memory, relation: Relation) -> Group {
    let paths: Vec<PathBuf> =
        NAMES.iter().map(PathBuf::from).filter(|path| files.0.contains_key(path)).collect();
    let list = |files: &[PathBuf]| FileList::new(files.to_vec(), Origin::Options);
    let (lists, variants) = match relation {
        Relation::First => (vec![list(&paths[..1])], Vec::new()),
        Relation::Layers => (vec![list(&paths)], Vec::new()),
        Relation::Each => (paths.iter().map(|path| list(std::slice::from_ref(path))).collect(), Vec::new()),
        Relation::Variants => (vec![list(&paths[..1])], paths[1..].to_vec()),
    };
    Group { lists, variants, ..Group::default() }
}

/// Every byte outside the edits is in the new text, in order.
fn check_edits(before: &str, change: &Change) {
    let mut after = change.after.as_str();
    let mut kept = 0;
    let mut pieces = Vec::new();
    for edit in change.edits.as_slice() {
        let span = edit.span().range();
        pieces.push(&before[kept..span.start]);
        pieces.push(edit.text());
        kept = span.end;
    }
    pieces.push(&before[kept..]);
    for piece in pieces {
        after = after.strip_prefix(piece).unwrap_or_else(|| panic!("{piece:?} is not in {:?}", change.after));
    }
    assert_eq!(after, "", "there is more than the edits say");
}

fn shown(files: &Memory, relation: Relation) -> String {
    let texts = files.0.iter().map(|(path, text)| format!("{}: {text:?}", path.display()));
    format!("{relation:?} of\n{}", texts.collect::<Vec<_>>().join("\n"))
}
