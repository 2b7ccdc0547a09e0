//! What came of texts that were hardened earlier in a run: a copy of one need not be planned and proved again.
//!
//! Holds single files only, and none that names another file or is named by a message.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::project::harden_with;
use super::{Change, Outcome};
use crate::compose::{FileList, Files, Group, Origin, Scope};
use crate::plan::PlannedService;
use crate::policy::Policy;
use crate::text::{BoundedMap, Diagnostic, EditSet, FileDiagnostic, Fingerprint, Fingerprints, Source};
use crate::verify::Tapes;

/// Upper bound, in bytes, on the total length of the texts whose outcome is remembered (16 MiB).
///
/// Not the texts are held, but their edits, services and notes.
pub const MAX_REMEMBERED_BYTES: usize = 1 << 24;

/// The texts that a run has hardened, all of them by one policy.
#[derive(Debug)]
pub struct Memory {
    known: BoundedMap<Fingerprint, Arc<Hardened>>,
    fingerprints: Fingerprints,
    tapes: Tapes,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            known: BoundedMap::new(MAX_REMEMBERED_BYTES),
            fingerprints: Fingerprints::default(),
            tapes: Tapes::default(),
        }
    }
}

/// What came of a text, proved.
#[derive(Debug)]
struct Hardened {
    edits: EditSet,
    services: Vec<PlannedService>,
    notes: Vec<Diagnostic>,
    bare: usize,
}

impl Memory {
    /// Hardens `group` as [`harden`](super::harden) does, or as it did with an equal text.
    pub(super) fn harden(&self, group: &Group, files: &mut dyn Files, policy: &Policy) -> Outcome {
        let single = single(group, files).and_then(|(path, list)| Some((path, list, files.read(path).ok()?)));
        let Some((path, list, source)) = single else {
            return self.harden_lists(&group.lists, &group.variants, files, policy);
        };
        let identity = files.identity(path);
        let fingerprint = self.fingerprints.of(source.text(), ());
        if let Some(known) = self.known.get(&fingerprint) {
            return known.outcome(&identity, source);
        }
        let mut read = FilesWithOneRead { path, source: Some(source), files };
        let outcome = self.harden_lists(std::slice::from_ref(list), &[], &mut read, policy);
        if let Some(hardened) = Hardened::of(&identity, &outcome) {
            self.known.insert(fingerprint, Arc::new(hardened), fingerprint.bytes());
        }
        outcome
    }

    /// Hardens files as [`harden`](super::harden) does.
    pub(super) fn harden_lists(
        &self,
        lists: &[FileList],
        variants: &[PathBuf],
        files: &mut dyn Files,
        policy: &Policy,
    ) -> Outcome {
        harden_with(lists, variants, files, policy, &self.tapes)
    }
}

impl Hardened {
    /// What came of the file at `path`; none where it was refused, or anything depends on where it is.
    fn of(path: &Path, outcome: &Outcome) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let is_anywhere = |note: &FileDiagnostic| note.path == path && !note.diagnostic.mentions(name);
        let is_plain = outcome.refusals.is_empty()
            && outcome.fixed.is_empty()
            && !outcome.names_files
            && outcome.sources.len() == 1
            && outcome.sources.contains_key(path)
            && outcome.notes.iter().all(is_anywhere);
        is_plain.then(|| Self {
            edits: outcome.changes.first().map(|change| change.edits.clone()).unwrap_or_default(),
            services: outcome.services.get(path).cloned().unwrap_or_default(),
            notes: outcome.notes.iter().map(|note| note.diagnostic.as_ref().clone()).collect(),
            bare: outcome.bare,
        })
    }

    /// What comes of the same text in the file at `path`.
    fn outcome(&self, path: &Path, source: Source) -> Outcome {
        let notes = self.notes.iter().map(|note| FileDiagnostic::new(path, note.clone()));
        let mut outcome = Outcome { notes: notes.collect(), bare: self.bare, ..Outcome::default() };
        if !self.edits.is_empty() {
            let after = self.edits.apply(source.text());
            outcome.changes.push(Change { path: path.to_owned(), edits: self.edits.clone(), after });
        }
        outcome.services.insert(path.to_owned(), self.services.clone());
        outcome.sources.insert(path.to_owned(), source);
        outcome
    }
}

/// The one file of a group that is loaded by its name, where it may change.
fn single<'g>(group: &'g Group, files: &dyn Files) -> Option<(&'g Path, &'g FileList)> {
    let [list] = &group.lists[..] else { return None };
    let [path] = &list.files[..] else { return None };
    let is_plain =
        group.variants.is_empty() && list.origin == Origin::Names && files.scope(path) == Scope::Inside;
    is_plain.then_some((path.as_path(), list))
}

/// Files, one of which is read already.
struct FilesWithOneRead<'r> {
    path: &'r Path,
    source: Option<Source>,
    files: &'r mut dyn Files,
}

impl Files for FilesWithOneRead<'_> {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        match self.source.take_if(|_| path == self.path) {
            Some(source) => Ok(source),
            None => self.files.read(path),
        }
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
    }

    fn scope(&self, path: &Path) -> Scope {
        self.files.scope(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::harden;
    use super::*;

    /// Files that hold one text each.
    struct Texts(Vec<(PathBuf, String)>);

    impl Files for Texts {
        fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
            let found = self.0.iter().find(|(known, _)| known == path);
            let (path, text) = found.ok_or_else(|| Diagnostic::error("not there"))?;
            Ok(Source::from_bytes(path, text.clone().into_bytes()).unwrap())
        }

        fn scope(&self, _: &Path) -> Scope {
            Scope::Inside
        }
    }

    fn group(path: &str) -> Group {
        let list = FileList { files: vec![path.into()], origin: Origin::Names };
        Group { lists: vec![list], ..Group::default() }
    }

    #[test]
    fn a_copy_of_a_text_comes_out_as_the_text_does() {
        let web = "services:\n  web:\n    image: nginx\n".to_owned();
        let weak = "services:\n  web:\n    image: nginx\n    privileged: true\n".to_owned();
        let named = weak.replace("web", "g.yml");
        let broken = "services: [\n".to_owned();
        let base = "services:\n  base:\n    image: x\n";
        let extending = format!("{base}  web:\n    extends:\n      file: i.yml\n      service: base\n");
        let included = format!("include:\n  - path: []\n{base}");
        // The number of texts that are remembered behind each.
        let texts = [
            ("a.yml", &web, 1),
            ("b.yml", &web, 1),
            ("c.yml", &weak, 2),
            ("d.yml", &weak, 2),
            ("e.yml", &broken, 2),
            ("f.yml", &broken, 2),
            ("g.yml", &named, 2),
            ("h.yml", &named, 3),
            ("g.yml", &named, 3),
            // By its own name it extends itself, by another one it extends another file.
            ("i.yml", &extending, 3),
            ("j.yml", &extending, 3),
            ("k.yml", &included, 4),
            ("l.yml", &included, 4),
        ];
        let mut files = Texts(texts.map(|(path, text, _)| (path.into(), text.clone())).into());
        let (memory, policy) = (Memory::default(), Policy::default());
        for (path, _, remembered) in texts {
            let group = group(path);
            let outcome = memory.harden(&group, &mut files, &policy);
            let fresh = harden(&group.lists, &[], &mut files, &policy);
            assert_eq!(format!("{outcome:?}"), format!("{fresh:?}"), "{path}");
            assert_eq!(memory.known.usage().0, remembered, "{path}");
        }
    }

    #[test]
    fn no_more_is_remembered_than_the_bound_says() {
        let texts =
            ["1", "2", "3"].map(|path| (path.into(), format!("services:\n  web:\n    image: a{path}\n")));
        let memory = Memory { known: BoundedMap::new(50), ..Memory::default() };
        let mut files = Texts(texts.into());
        for path in ["1", "2", "3"] {
            let _ = memory.harden(&group(path), &mut files, &Policy::default());
            assert_eq!(memory.known.usage().0, 1);
        }
    }
}
