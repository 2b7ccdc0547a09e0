//! Which files make up which project, as `discover` finds them in folders.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arguments;
mod current_directory;
mod devcontainer;
mod env_file;
mod mentions;
mod names;
mod options;
mod rules;
mod walk;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use compose_harden::compose::{Group, Origin};
use compose_harden::discover::{Request, Unit, survey};
use compose_harden::text::{FileDiagnostic, Severity};

/// The groups of all units of `request`.
fn discover(request: &Request) -> Vec<Group> {
    survey(request).units().iter().flat_map(Unit::groups).collect()
}

/// A folder for one test, with files in it.
struct Folder {
    held: tempfile::TempDir,
}

impl Folder {
    fn new(files: &[&str]) -> Self {
        let folder = Self { held: tempfile::tempdir().unwrap() };
        for file in files {
            folder.put(file, "");
        }
        folder
    }

    fn path(&self) -> &Path {
        self.held.path()
    }

    fn put(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn make_directory(&self, directory: &str) {
        fs::create_dir_all(self.path().join(directory)).unwrap();
    }

    fn request(&self, paths: &[&str]) -> Request {
        Request {
            paths: paths.iter().map(PathBuf::from).collect(),
            current_directory: self.path().to_owned(),
            ..Request::default()
        }
    }

    fn discover(&self, paths: &[&str]) -> Vec<String> {
        self.show(&discover(&self.request(paths)))
    }

    /// Returns a line for each list (`ORIGIN: FILES`), variant and message; a dash between groups.
    fn show(&self, groups: &[Group]) -> Vec<String> {
        let name = |path: &Path| path.strip_prefix(self.path()).unwrap_or(path).display().to_string();
        let mut shown = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                shown.push("-".to_owned());
            }
            for list in &group.lists {
                let origin = match &list.origin {
                    Origin::DotEnv(path) => name(path),
                    Origin::Mention { file, line } => format!("{}:{line}", name(file)),
                    Origin::Fitting { file, line } => format!("{}:{line} fits", name(file)),
                    other => format!("{other:?}"),
                };
                let files: Vec<String> = list.files.iter().map(|file| name(file)).collect();
                shown.push(format!("{origin}: {}", files.join(" + ")));
            }
            shown.extend(group.variants.iter().map(|variant| format!("variant {}", name(variant))));
            for FileDiagnostic { path, diagnostic } in &group.messages {
                let severity = match diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                };
                shown.push(format!("{severity} at {}: {}", name(path), diagnostic.title));
            }
        }
        shown
    }
}
