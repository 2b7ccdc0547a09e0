//! What `.gitignore` files say of a path: from the rules of the directories above it to whether they hide it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use ignore::gitignore::Gitignore;

use super::path::parent;
use super::rules::is_readable;

/// What `.gitignore` files say, each read once.
#[derive(Debug, Default)]
pub(super) struct IgnoreRules {
    /// The rules of directories.
    rules: Mutex<HashMap<PathBuf, Option<Arc<Gitignore>>>>,
    /// Whether directories have files in YAML that no rule hides.
    show_some: Mutex<HashMap<PathBuf, bool>>,
}

impl IgnoreRules {
    /// The rules of `directory`; none where it has none, or they are not to be read.
    fn of(&self, directory: &Path) -> Option<Arc<Gitignore>> {
        // A thread that panicked left a map that is whole.
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(directory) {
            return rules.clone();
        }
        let path = directory.join(".gitignore");
        // A line that is wrong is passed over, as git does.
        let rules = is_readable(&path).then(|| Arc::new(Gitignore::new(path).0));
        known.insert(directory.to_owned(), rules.clone());
        rules
    }

    /// Whether the rules of `top` and of the directories below it hide what is at `path`, or a directory above that which is
    /// below `start`.
    pub(super) fn hide(&self, path: &Path, top: &Path, start: &Path) -> bool {
        let mut on_the_way: Vec<&Path> = path.ancestors().take_while(|above| *above != start).collect();
        on_the_way.reverse();
        on_the_way.into_iter().any(|at| {
            let mut rules = parent(at).ancestors().take_while(|above| above.starts_with(top));
            let decisive = rules.find_map(|directory| {
                let matched = self.of(directory)?.matched(at, at != path).map(|_| ());
                (!matched.is_none()).then(|| matched.is_ignore())
            });
            decisive.unwrap_or(false)
        })
    }

    /// Whether `directory` has files in YAML that no rule hides, which `look` finds out.
    pub(super) fn show_some(&self, directory: &Path, look: impl FnOnce() -> bool) -> bool {
        let known = || self.show_some.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(directory) {
            return *known;
        }
        let shows_some = look();
        known().insert(directory.to_owned(), shows_some);
        shows_some
    }
}
