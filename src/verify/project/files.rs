//! The files of a unit of work, found by their paths.

use std::path::{Component, Path, PathBuf};

use foldhash::HashMap;

use crate::plan::{ProjectPromise, Promise};

use super::super::project_fault::{ProjectFault, ProjectPlace};
use super::super::shadow::Reading;
use super::super::tapes::TapePair;
use super::super::verdict::Doubt;

/// The place of a file among all files.
pub(super) type FileId = usize;

/// What paths start with that lead elsewhere; so do all with `://`.
const REMOTE: [&str; 4] = ["git@", "github.com/", "oci:", "docker:"];

/// A file of a unit of work, as it was and as it would be.
///
/// All paths are lexically normalised, and all absolute or all relative to one directory.
#[derive(Clone, Copy, Debug)]
pub struct FileReading<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// By which other paths projects name it, over symbolic links.
    pub names: &'a [PathBuf],
    /// Its text as it was found.
    pub before: Reading<'a>,
    /// Its text as it would be written.
    pub after: Reading<'a>,
    /// How the texts differ.
    pub promise: &'a Promise,
}

/// All files.
pub(super) struct UnitFiles<'t> {
    paths: Vec<&'t Path>,
    pub(super) tapes: &'t [TapePair],
    pub(super) promises: Vec<&'t Promise>,
    by_path: HashMap<&'t Path, FileId>,
}

impl<'t> UnitFiles<'t> {
    pub(super) fn new(files: &[FileReading<'t>], tapes: &'t [TapePair]) -> Self {
        let paths: Vec<&Path> = files.iter().map(|file| file.path).collect();
        let names = |(id, file): (FileId, &FileReading<'t>)| {
            file.names.iter().map(PathBuf::as_path).chain([file.path]).map(move |path| (path, id))
        };
        let by_path = files.iter().enumerate().flat_map(names).collect();
        let promises = files.iter().map(|file| file.promise).collect();
        Self { paths, tapes, promises, by_path }
    }

    pub(super) fn path(&self, file: FileId) -> &'t Path {
        self.paths[file]
    }

    /// Whether a project is one file with one document where no service can have a second layer, and promises
    /// nothing beyond what the file does.
    pub(super) fn is_plain(&self, project: &ProjectPromise) -> bool {
        let [path] = &*project.files else { return false };
        let Some(file) = self.by_path.get(path.as_path()) else { return false };
        let tape = self.tapes[*file].after();
        let documents = &self.promises[*file].documents;
        let has_pins = documents.iter().flat_map(|document| &document.services).any(|it| !it.pins.is_empty());
        project.services.is_empty()
            && !has_pins
            && tape.roots.len() <= 1
            && !tape.content.may_contain("extends")
            && !tape.content.may_contain("include")
    }

    /// The file at a normalised path.
    pub(super) fn at(&self, path: &Path) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The file that another one names, relative to `directory`, and the directory that it is named in.
    pub(super) fn find(&self, directory: &Path, path: &str) -> Result<(FileId, PathBuf), ProjectFault> {
        if path.contains('$') {
            return Err(ProjectFault::Variable(path.to_owned()));
        }
        if path.contains("://") || REMOTE.iter().any(|start| path.starts_with(start)) {
            return Err(ProjectFault::RemoteFile(path.to_owned()));
        }
        let mut joined = join(directory, path);
        let file = self.at(&joined).ok_or_else(|| ProjectFault::MissingFile(path.to_owned()))?;
        joined.pop();
        Ok((file, joined))
    }

    /// A doubt about a file, or about a service that it has.
    pub(super) fn doubt(&self, file: FileId, service: Option<&str>, fault: ProjectFault) -> Doubt {
        let path = self.paths[file].to_owned();
        Doubt::Project {
            place: ProjectPlace { path, service: service.map(str::to_owned) },
            fault: Box::new(fault),
        }
    }
}

/// Returns `path` seen from `directory`, lexically normalised.
pub(super) fn join(directory: &Path, path: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in directory.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                // Above the top of a relative path only further steps up are left.
                let last = joined.components().next_back();
                match last {
                    Some(Component::Normal(_)) => {
                        joined.pop();
                    }
                    Some(Component::RootDir | Component::Prefix(_)) => {}
                    _ => joined.push(".."),
                }
            }
            other => joined.push(other),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_paths_lexically() {
        for (directory, path, joined) in [
            ("", "a.yml", "a.yml"),
            ("", "./a.yml", "a.yml"),
            ("a/b", "../c.yml", "a/c.yml"),
            ("a", "../../c.yml", "../c.yml"),
            ("..", "../c.yml", "../../c.yml"),
            ("/a", "../../c.yml", "/c.yml"),
            ("a", "/c/./d.yml", "/c/d.yml"),
            ("a", ".", "a"),
        ] {
            assert_eq!(join(Path::new(directory), path), Path::new(joined), "{directory} {path}");
        }
    }
}
