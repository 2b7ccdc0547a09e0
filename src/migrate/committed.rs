//! The files of a commit: which of them are there, their bytes, and whether the work tree has other ones.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::git::{Git, GitError};
use super::path::{path_of, tree_path};
use crate::compose::{Files, Scope, Unit};
use crate::output::disk::{Disk, shown_path};
use crate::text::{Diagnostic, Source};

/// The most paths in one command, which the system limits in length.
const PATHS_AT_ONCE: usize = 256;

/// A file as a commit holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blob {
    /// The mode, in octal as git writes it.
    pub(super) mode: String,
    /// The id of the bytes.
    pub(super) id: String,
    pub(super) bytes: Vec<u8>,
}

/// The files of one commit, as far as they were asked for.
pub(super) struct Committed<'g> {
    git: Git<'g>,
    root: &'g Path,
    commit: &'g str,
    blobs: BTreeMap<PathBuf, Option<Blob>>,
}

impl<'g> Committed<'g> {
    /// Returns the files of `commit` in the repository at `root`.
    pub(super) fn new(root: &'g Path, commit: &'g str) -> Self {
        Self { git: Git::new(root), root, commit, blobs: BTreeMap::new() }
    }

    /// Looks for the files at `paths` in the commit; symbolic links are none.
    pub(super) fn look_up(&mut self, paths: &BTreeSet<PathBuf>) -> Result<(), GitError> {
        let new: Vec<&PathBuf> = paths.iter().filter(|path| !self.blobs.contains_key(*path)).collect();
        for paths in new.chunks(PATHS_AT_ONCE) {
            self.blobs.extend(paths.iter().map(|path| ((*path).clone(), None)));
            let names: Vec<OsString> = paths.iter().filter_map(|path| tree_path(path, self.root)).collect();
            if !names.is_empty() {
                self.read(&names)?;
            }
        }
        Ok(())
    }

    /// The file at `path`, which was looked for.
    pub(super) fn blob(&self, path: &Path) -> Option<&Blob> {
        self.blobs.get(path)?.as_ref()
    }

    fn read(&mut self, names: &[OsString]) -> Result<(), GitError> {
        let before = ["-z", "--full-tree", self.commit, "--"].map(OsString::from);
        let listing = self.git.run("ls-tree", before.iter().chain(names), b"")?;
        let entries = listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        let mut found = Vec::new();
        for entry in entries {
            let (mode, kind, id, path) = parse_entry(entry).ok_or(GitError::Answer("ls-tree"))?;
            let path = self.root.join(path);
            if kind == "blob" && mode != "120000" && self.blobs.contains_key(&path) {
                found.push((path, mode, id));
            }
        }
        let ids: String = found.iter().flat_map(|(_, _, id)| [id.as_str(), "\n"]).collect();
        let batch = if ids.is_empty() {
            Vec::new()
        } else {
            self.git.run("cat-file", ["--batch"], ids.as_bytes())?
        };
        let mut rest = batch.as_slice();
        for (path, mode, id) in found {
            let bytes = take_object(&mut rest).ok_or(GitError::Answer("cat-file"))?.to_vec();
            self.blobs.insert(path, Some(Blob { mode, id, bytes }));
        }
        Ok(())
    }

    /// Returns those of `paths` that differ from the commit in the work tree or in the index.
    pub(super) fn dirty(&self, paths: &BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, GitError> {
        let names: Vec<OsString> = paths.iter().filter_map(|path| tree_path(path, self.root)).collect();
        let options =
            ["--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all", "--"];
        let options = options.map(OsString::from);
        let mut dirty = BTreeSet::new();
        for names in names.chunks(PATHS_AT_ONCE) {
            let status = self.git.run("status", options.iter().chain(names), b"")?;
            let entries = status.split(|byte| *byte == 0).filter_map(|entry| entry.get(3..));
            dirty.extend(entries.map(|name| self.root.join(path_of(name))));
        }
        Ok(dirty)
    }
}

/// Takes `MODE TYPE ID<TAB>PATH` apart.
fn parse_entry(entry: &[u8]) -> Option<(String, &str, String, PathBuf)> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&entry[..tab]).ok()?.split(' ');
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    Some((mode.to_owned(), kind, id.to_owned(), path_of(&entry[tab + 1..])))
}

/// Takes the bytes of the first object of `ID TYPE SIZE<LF>BYTES<LF>` off `batch`.
fn take_object<'b>(batch: &mut &'b [u8]) -> Option<&'b [u8]> {
    let feed = batch.iter().position(|byte| *byte == b'\n')?;
    let size = std::str::from_utf8(&batch[..feed]).ok()?.rsplit_once(' ')?.1.parse().ok()?;
    let (bytes, rest) = batch[feed + 1..].split_at_checked(size)?;
    *batch = rest.strip_prefix(b"\n")?;
    Some(bytes)
}

/// The files of the work tree, with the texts of a commit where it holds them.
pub(super) struct CommittedFiles<'c, 'g> {
    committed: &'c mut Committed<'g>,
    disk: Disk<'c>,
    /// Why git could not tell what the commit holds.
    pub(super) error: Option<GitError>,
}

impl<'c, 'g> CommittedFiles<'c, 'g> {
    pub(super) fn new(committed: &'c mut Committed<'g>, unit: &'c Unit<'c>, root: &'c Path) -> Self {
        Self { committed, disk: Disk::new(unit, root), error: None }
    }
}

impl Files for CommittedFiles<'_, '_> {
    fn identity(&self, path: &Path) -> PathBuf {
        self.disk.identity(path)
    }

    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let identity = self.identity(path);
        if let Err(error) = self.committed.look_up(&BTreeSet::from([identity.clone()])) {
            let diagnostic = Diagnostic::error(error.to_string());
            self.error.get_or_insert(error);
            return Err(diagnostic);
        }
        match self.committed.blob(&identity) {
            Some(blob) => Source::from_bytes(shown_path(path, self.committed.root), blob.bytes.clone())
                .map_err(|error| Diagnostic::error(format!("as committed: {error}"))),
            None => self.disk.read(path),
        }
    }

    fn scope(&self, path: &Path) -> Scope {
        self.disk.scope(path)
    }
}
