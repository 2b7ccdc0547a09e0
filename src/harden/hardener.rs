//! Hardens groups of files by one policy, and each text only once.

use std::path::{Path, PathBuf};

use super::Outcome;
use super::memory::Memory;
use super::project::harden_with;
use crate::compose::{Files, Group, Origin, Scope};
use crate::policy::Policy;
use crate::text::{Diagnostic, Source};
use crate::verify::Tapes;

/// Hardens by one policy, and remembers the outcomes of the texts. Several threads may share it.
#[derive(Debug)]
pub struct Hardener {
    pub(super) policy: Policy,
    memory: Memory,
    tapes: Tapes,
}

impl Hardener {
    /// Returns one that has hardened nothing yet.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, memory: Memory::default(), tapes: Tapes::default() }
    }

    /// Hardens `group` as [`harden`](super::harden) does, or as it did with an equal text.
    pub(super) fn group(&self, group: &Group, files: &mut dyn Files) -> Outcome {
        let single = single(group, files).and_then(|path| Some((path, files.read(path).ok()?)));
        let Some((path, source)) = single else { return self.group_anew(group, files) };
        let identity = files.identity(path);
        let fingerprint = self.memory.fingerprint(source.text());
        if let Some(known) = self.memory.recall(fingerprint) {
            return known.outcome(&identity, source);
        }
        let mut read = FilesWithOneRead { path, source: Some(source), files };
        let outcome = self.group_anew(group, &mut read);
        self.memory.remember(fingerprint, &identity, &outcome);
        outcome
    }

    /// Hardens `group` as [`harden`](super::harden) does.
    pub(super) fn group_anew(&self, group: &Group, files: &mut dyn Files) -> Outcome {
        harden_with(group, files, &self.policy, &self.tapes)
    }
}

/// The one file of a group that is loaded by its name, where it may change.
fn single<'g>(group: &'g Group, files: &dyn Files) -> Option<&'g Path> {
    let [list] = &group.lists[..] else { return None };
    let [path] = &list.files[..] else { return None };
    let is_plain =
        group.variants.is_empty() && list.origin == Origin::Names && files.scope(path) == Scope::Inside;
    is_plain.then_some(path.as_path())
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
    use crate::compose::FileList;

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
        let list = FileList::new(vec![path.into()], Origin::Names);
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
        // The number of texts that are remembered after each.
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
        let hardener = Hardener::new(Policy::default());
        for (path, _, remembered) in texts {
            let group = group(path);
            let outcome = hardener.group(&group, &mut files);
            let fresh = harden(&group, &mut files, &hardener.policy);
            assert_eq!(format!("{outcome:?}"), format!("{fresh:?}"), "{path}");
            assert_eq!(hardener.memory.count(), remembered, "{path}");
        }
    }
}
