//! Whether what a directory's `.gitignore` holds may be read: the walk opens whatever stands there.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;

use crate::text::Diagnostic;

/// The most bytes that the `.gitignore` of a directory and those above it have (64 KiB): a glob takes some thousand times
/// its size of memory.
const MAX_RULES_BYTES: u64 = 1 << 16;

/// Whether rules at `path` may be read: git follows no link here either, and one may lead to what has no end.
pub(super) fn is_readable(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_RULES_BYTES)
}

/// What is known of the rules that a walk came by.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// How many bytes they have with those above them, by their directory.
    sizes: Mutex<HashMap<PathBuf, u64>>,
}

impl Rules {
    /// Returns the `.gitignore` in `root` or above it that is not to be opened, and why, where there is one.
    pub(super) fn refused_above(&self, root: &Path) -> Option<(PathBuf, Diagnostic)> {
        // The walk opens those of all directories above, whether they count or not.
        let real = root.canonicalize().ok()?;
        let mut directories: Vec<&Path> = real.ancestors().collect();
        directories.reverse();
        let refused = directories.into_iter().find_map(|directory| self.refused(directory));
        // What is below goes by the name that was given.
        self.add(root, &real, 0);
        refused
    }

    /// Returns the `.gitignore` in `directory` that is not to be opened, and why, where it is so.
    ///
    /// One that is not there is no reason, and neither is a directory, which cannot be read anyway.
    pub(super) fn refused(&self, directory: &Path) -> Option<(PathBuf, Diagnostic)> {
        let path = directory.join(".gitignore");
        // Git follows no link here either, and one may lead to what has no end.
        let metadata = path.symlink_metadata().ok().filter(|metadata| !metadata.is_dir())?;
        let title = if !metadata.is_file() {
            "this is not a regular file, and the directory it is in is not searched".to_owned()
        } else if self.add(directory, directory, metadata.len()) > MAX_RULES_BYTES {
            format!(
                "file is longer, with those above it, than the limit of {MAX_RULES_BYTES} bytes (MAX_RULES_BYTES), and \
                 the directory it is in is not searched"
            )
        } else {
            return None;
        };
        let help = "put a short regular file there, or name the Compose files instead of the directory";
        Some((path, Diagnostic::error(title).help(help)))
    }

    /// Notes that `directory` has `own` bytes more than `above` or the nearest directory above that has some, and
    /// returns how many that are.
    fn add(&self, directory: &Path, above: &Path, own: u64) -> u64 {
        // A thread that panicked left a map that is whole.
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        let before = above.ancestors().find_map(|above| sizes.get(above)).copied().unwrap_or_default();
        let size = before.saturating_add(own);
        sizes.insert(directory.to_owned(), size);
        size
    }
}
