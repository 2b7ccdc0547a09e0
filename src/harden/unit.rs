//! A unit of work: its groups of files, hardened one by one.

use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::groups::harden_groups;
use super::{Explanation, Hardener, Outcome, explain};
use crate::compose::{Files, Group, Scope};
use crate::discover::Unit;
use crate::text::{Diagnostic, FileDiagnostic, Severity, Source};

/// The result of a unit of work.
#[derive(Debug, Default)]
pub struct UnitOutcome {
    /// The messages about what was found. A group with an error among them is
    /// left alone.
    pub messages: Vec<FileDiagnostic>,
    /// The projects, explained, where that was asked for.
    pub explanations: Vec<Explanation>,
    /// The result of each group, in the order of their first files.
    pub outcomes: Vec<Outcome>,
}

impl Hardener {
    /// Hardens the files of `unit`, which are read from `files`.
    #[must_use]
    pub fn unit(&self, unit: &Unit<'_>, files: &mut dyn Files) -> UnitOutcome {
        self.unit_of(&mut unit.groups(), files)
    }

    /// Hardens the files of `unit`, which are read from `files`, and explains what its services end up with.
    #[must_use]
    pub fn explained_unit(&self, unit: &Unit<'_>, files: &mut dyn Files) -> UnitOutcome {
        let mut groups = unit.groups();
        let mut found = self.unit_of(&mut groups, files);
        let sources = found.outcomes.iter().flat_map(|outcome| &outcome.sources).collect();
        let mut read = FilesAsHardened { sources, files };
        found.explanations =
            groups.iter().flat_map(|group| explain(group, &mut read, &self.policy)).collect();
        found
    }

    /// Hardens `groups`, without those that have an error.
    fn unit_of(&self, groups: &mut Vec<Group>, files: &mut dyn Files) -> UnitOutcome {
        let mut messages = Vec::new();
        groups.retain(|group| {
            messages.extend(group.messages.iter().cloned());
            group.messages.iter().all(|message| message.diagnostic.severity != Severity::Error)
        });
        let mut outcomes = harden_groups(groups, files, self);
        outcomes.sort_by(|one, other| one.sources.keys().next().cmp(&other.sources.keys().next()));
        UnitOutcome { messages, explanations: Vec::new(), outcomes }
    }
}

/// Files, of which those that were hardened are as they were then: what is explained is what was judged.
struct FilesAsHardened<'r> {
    /// By their paths without symbolic links.
    sources: HashMap<&'r PathBuf, &'r Source>,
    files: &'r mut dyn Files,
}

impl Files for FilesAsHardened<'_> {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        match self.sources.get(&self.files.identity(path)) {
            Some(source) => Ok((*source).clone()),
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
    use super::*;
    use crate::discover::{Request, survey};
    use crate::policy::Policy;

    /// Files that hold another number each time they are read.
    struct Changing(u32);

    impl Files for Changing {
        fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
            self.0 += 1;
            let text = format!("services:\n  web:\n    image: a\n    user: \"{}\"\n", self.0);
            Ok(Source::from_bytes(path, text.into_bytes()).unwrap())
        }

        fn scope(&self, _: &Path) -> Scope {
            Scope::Inside
        }
    }

    #[test]
    fn explains_the_text_that_was_hardened() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::File::create(folder.path().join("compose.yml")).unwrap();
        let root = folder.path().to_owned();
        let request = Request { paths: vec![root.clone()], current_directory: root, ..Request::default() };
        let units = survey(&request).units();
        let mut files = Changing(0);
        let found = Hardener::new(Policy::default()).explained_unit(&units[0], &mut files);
        let users = found.explanations[0].services[0].values.iter().flat_map(|(_, parts)| parts);
        assert_eq!((files.0, users.map(|part| &*part.text).collect::<Vec<_>>()), (1, vec!["\"1\""]));
    }
}
