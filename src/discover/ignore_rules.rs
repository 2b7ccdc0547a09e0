//! What `.gitignore` files say of a path: from the rules of the directories above it to whether they hide it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;

use super::path::parent;
use super::rules::Rules;

/// What `.gitignore` files say, each read once.
#[derive(Debug, Default)]
pub(super) struct IgnoreRules {
    /// The rules that count in directories, of one top each.
    rules: Mutex<HashMap<PathBuf, Rules>>,
    /// Whether directories have files in YAML that no rule hides.
    show_some: Mutex<HashMap<PathBuf, bool>>,
}

impl IgnoreRules {
    /// The rules that count in `directory`, from `top` down. Those that must not be read say nothing.
    fn of(&self, directory: &Path, top: &Path) -> Rules {
        // A thread that panicked left the map intact.
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut new, mut rules) = (Vec::new(), Rules::default());
        for above in directory.ancestors().take_while(|above| above.starts_with(top)) {
            if let Some(found) = known.get(above) {
                rules = found.clone();
                break;
            }
            new.push(above);
        }
        for directory in new.into_iter().rev() {
            rules = rules.with(directory).unwrap_or(rules);
            known.insert(directory.to_owned(), rules.clone());
        }
        rules
    }

    /// Whether the rules of `top` and of the directories below it hide what is at `path`, or a directory above that which is
    /// below `start`.
    pub(super) fn hide(&self, path: &Path, top: &Path, start: &Path) -> bool {
        let mut on_the_way: Vec<&Path> = path.ancestors().take_while(|above| *above != start).collect();
        on_the_way.reverse();
        on_the_way.into_iter().any(|at| self.of(parent(at), top).hide(at, at != path))
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
