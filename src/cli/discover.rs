//! From the paths of the command line to Compose files, as Docker Compose finds them.

use std::path::{Path, PathBuf};

use crate::text::Diagnostic;

/// The names of Compose files, the first of which wins.
const BASE_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of override files, which Docker Compose merges over whichever base file there is.
const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// A Compose file to work on, or the path where there should have been one.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// What is to be said about the choice; an error where there is nothing to work on.
    pub(super) message: Option<Diagnostic>,
}

/// Returns the Compose file at `path`, or the one in the directory there.
pub(super) fn discover(path: &Path) -> Found {
    let found = |path: PathBuf, message| Found { path, message };
    if !path.is_dir() {
        return found(path.to_owned(), None);
    }
    let present = |names: &[&str]| -> Vec<PathBuf> {
        let candidates =
            names.iter().map(|name| if path == Path::new(".") { name.into() } else { path.join(name) });
        candidates.filter(|candidate| candidate.symlink_metadata().is_ok()).collect()
    };
    let bases = present(&BASE_NAMES);
    let Some(base) = bases.first() else {
        let error = Diagnostic::error("there is no Compose file in this directory");
        let help = format!("name a file, or a directory with one of {}", BASE_NAMES.join(", "));
        return found(path.to_owned(), Some(error.help(help)));
    };
    if let Some(layer) = present(&OVERRIDE_NAMES).first() {
        let title = format!("the override file `{}` changes this project as well", layer.display());
        let help = "projects of several files are not supported yet; name one file to harden it by itself";
        return found(base.clone(), Some(Diagnostic::error(title).help(help)));
    }
    let message = bases.get(1).map(|other| {
        let title = format!("`{}` is here as well, and Docker Compose does not read it", other.display());
        Diagnostic::warning(title).help("name a file to harden another one than this")
    });
    found(base.clone(), message)
}
