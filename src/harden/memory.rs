//! What came of texts that were hardened earlier in a run: a copy of one need not be planned and proved again.
//!
//! Holds single files only, and those about which there is nothing to say, so that no word depends on where a file is.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use foldhash::fast::FixedState;
use std::hash::BuildHasher as _;

use super::{Change, Outcome, harden};
use crate::compose::{FileList, Files, Group, Origin, Scope};
use crate::plan::PlannedService;
use crate::policy::Policy;
use crate::text::{Diagnostic, EditSet, Source};

/// How many bytes of texts are remembered (16 MiB), so that memory stays flat however many files a run has.
pub const MAX_REMEMBERED_BYTES: usize = 1 << 24;

/// The texts that a run has hardened, all of them by one policy.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    texts: HashMap<u64, Arc<Hardened>>,
    bytes: usize,
}

/// A text and what came of it, proved.
#[derive(Debug)]
struct Hardened {
    text: String,
    edits: EditSet,
    services: Vec<PlannedService>,
}

impl Memory {
    /// Hardens `group` as [`harden`] does, or as it did with an equal text.
    pub(super) fn harden(&self, group: &Group, files: &mut dyn Files, policy: &Policy) -> Outcome {
        let single = single(group, files).and_then(|(path, list)| Some((path, list, files.read(path).ok()?)));
        let Some((path, list, source)) = single else {
            return harden(&group.lists, &group.variants, files, policy);
        };
        let identity = files.identity(path);
        if let Some(known) = self.get(source.text()) {
            return known.outcome(&identity, source);
        }
        let mut read = Read { path, source: Some(source), files };
        let outcome = harden(std::slice::from_ref(list), &[], &mut read, policy);
        self.put(&identity, &outcome);
        outcome
    }

    fn get(&self, text: &str) -> Option<Arc<Hardened>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.texts.get(&hash(text)).cloned();
        drop(known);
        // Equal hashes are no proof of equal texts.
        found.filter(|found| found.text == text)
    }

    fn put(&self, path: &Path, outcome: &Outcome) {
        let is_plain = outcome.refusals.is_empty()
            && outcome.notes.is_empty()
            && outcome.fixed.is_empty()
            && outcome.bare == 0
            && outcome.sources.len() == 1;
        let Some(source) = outcome.sources.get(path).filter(|_| is_plain) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.bytes + source.text().len() > MAX_REMEMBERED_BYTES {
            return;
        }
        known.bytes += source.text().len();
        let hardened = Hardened {
            text: source.text().to_owned(),
            edits: outcome.changes.first().map(|change| change.edits.clone()).unwrap_or_default(),
            services: outcome.services.get(path).cloned().unwrap_or_default(),
        };
        known.texts.insert(hash(&hardened.text), Arc::new(hardened));
    }
}

impl Hardened {
    /// What comes of the same text in the file at `path`.
    fn outcome(&self, path: &Path, source: Source) -> Outcome {
        let mut outcome = Outcome::default();
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
struct Read<'r> {
    path: &'r Path,
    source: Option<Source>,
    files: &'r mut dyn Files,
}

impl Files for Read<'_> {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        match self.source.take_if(|_| path == self.path) {
            Some(source) => Ok(source),
            None => self.files.read(path),
        }
    }

    fn identity(&self, path: &Path) -> std::path::PathBuf {
        self.files.identity(path)
    }

    fn scope(&self, path: &Path) -> Scope {
        self.files.scope(path)
    }
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Files that hold one text each, and count how often they are read.
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
        let broken = "services: [\n".to_owned();
        let texts = [("a", &web), ("b", &web), ("c", &weak), ("d", &weak), ("e", &broken), ("f", &broken)];
        let mut files = Texts(texts.map(|(path, text)| (path.into(), text.clone())).into());
        let (memory, policy) = (Memory::default(), Policy::default());
        for path in ["a", "b", "c", "d", "e", "f"] {
            let group = group(path);
            let outcome = memory.harden(&group, &mut files, &policy);
            let fresh = harden(&group.lists, &[], &mut files, &policy);
            assert_eq!(format!("{outcome:?}"), format!("{fresh:?}"), "{path}");
        }
        assert_eq!(memory.0.lock().unwrap().texts.len(), 1);
    }
}
