//! The files of a commit: which of them are there, their bytes, and whether the index or the work tree has others.
//!
//! The work tree is compared here and not by git, which would start the filters of the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::git::Git;
use super::git_error::GitError;
use super::path::{path_text, tree_path};
use super::{Reason, Repository};
use crate::compose::{Files, Scope};
use crate::discover::{Unit, is_yaml_name};
use crate::output::disk::{Disk, shown_path};
use crate::output::write::read;
use crate::text::{Diagnostic, Source, path_of};

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
    repository: &'g Repository,
    commit: &'g str,
    /// Git, once it was needed.
    git: Option<Git<'g>>,
    blobs: BTreeMap<PathBuf, Option<Blob>>,
}

impl<'g> Committed<'g> {
    /// Returns the files of `commit` in `repository`.
    pub(super) fn new(repository: &'g Repository, commit: &'g str) -> Self {
        Self { repository, commit, git: None, blobs: BTreeMap::new() }
    }

    /// Returns git in the repository.
    pub(super) fn git(&mut self) -> Result<Git<'g>, Reason> {
        let git = self.git.map_or_else(|| Git::open(self.repository), Ok)?;
        self.git = Some(git);
        Ok(git)
    }

    /// Looks for the files at `paths` in the commit; symbolic links are none.
    pub(super) fn look_up(&mut self, paths: &BTreeSet<PathBuf>) -> Result<(), Reason> {
        let new: Vec<&PathBuf> = paths.iter().filter(|path| !self.blobs.contains_key(*path)).collect();
        for paths in new.chunks(PATHS_AT_ONCE) {
            self.blobs.extend(paths.iter().map(|path| ((*path).clone(), None)));
            let names = self.names(paths.iter().copied());
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

    /// Returns those of `paths` that are in the repository, as a tree of git knows them.
    fn names<'p>(&self, paths: impl Iterator<Item = &'p PathBuf>) -> Vec<OsString> {
        paths.filter_map(|path| tree_path(path, &self.repository.root)).collect()
    }

    fn read(&mut self, names: &[OsString]) -> Result<(), Reason> {
        let git = self.git()?;
        let before = ["-z", "--full-tree", self.commit, "--"].map(OsString::from);
        let listing = git.run("ls-tree", before.iter().chain(names), b"")?;
        let mut found = Vec::new();
        for entry in entries(&listing) {
            let (mode, kind, id, path) = parse_entry(entry).ok_or(GitError::Answer("ls-tree"))?;
            let path = self.repository.root.join(path);
            if kind == "blob" && mode != "120000" && self.blobs.contains_key(&path) {
                found.push((path, mode, id));
            }
        }
        let ids: String = found.iter().flat_map(|(_, _, id)| [id.as_str(), "\n"]).collect();
        let batch =
            if ids.is_empty() { Vec::new() } else { git.run("cat-file", ["--batch"], ids.as_bytes())? };
        let mut rest = batch.as_slice();
        for (path, mode, id) in found {
            if rest.starts_with(format!("{id} missing\n").as_bytes()) {
                return Err(GitError::Lacks(path_text(shown_path(&path, &self.repository.root))).into());
            }
            let bytes = take_object(&mut rest).ok_or(GitError::Answer("cat-file"))?.to_vec();
            self.blobs.insert(path, Some(Blob { mode, id, bytes }));
        }
        Ok(())
    }

    /// Returns the files in and below `directories` that the commit holds and Docker Compose may load, and that are not in the
    /// work tree.
    pub(super) fn absent(&mut self, directories: &BTreeSet<&Path>) -> Result<Vec<PathBuf>, Reason> {
        let git = self.git()?;
        let listing = git.run("ls-tree", ["-r", "-z", "--name-only", "--full-tree", self.commit], b"")?;
        let is_loaded = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default();
            (is_yaml_name(name) || name == ".env")
                && path.ancestors().skip(1).any(|above| directories.contains(above))
        };
        let paths = entries(&listing).map(|name| self.repository.root.join(path_of(name)));
        Ok(paths.filter(is_loaded).filter(|path| path.symlink_metadata().is_err()).collect())
    }

    /// Returns those of `paths`, which the commit holds, that differ from it in the index or in the work tree.
    ///
    /// Line ends are not a difference in the work tree, and neither is what the user has git overlook there.
    pub(super) fn dirty(&mut self, paths: &BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, Reason> {
        let names = self.names(paths.iter());
        let options = ["-z", "-v", "--stage", "--"].map(OsString::from);
        let mut dirty = paths.clone();
        for names in names.chunks(PATHS_AT_ONCE) {
            let listing = self.git()?.run("ls-files", options.iter().chain(names), b"")?;
            for entry in entries(&listing) {
                let staged = parse_staged(entry).ok_or(GitError::Answer("ls-files"))?;
                let path = self.repository.root.join(&staged.path);
                let Some(blob) = self.blob(&path) else { continue };
                let is_staged = (staged.mode, staged.id, staged.stage) != (&blob.mode, &blob.id, "0");
                if !is_staged && (staged.is_overlooked || has_lines(&path, &blob.bytes)) {
                    dirty.remove(&path);
                }
            }
        }
        Ok(dirty)
    }
}

/// Takes a listing of git apart that ends each entry by a NUL.
fn entries(listing: &[u8]) -> impl Iterator<Item = &[u8]> {
    listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty())
}

/// Whether the file at `path` has the lines of `bytes`, whatever ends each.
fn has_lines(path: &Path, bytes: &[u8]) -> bool {
    fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }
    read(path).is_ok_and(|(found, _)| lines(&found).eq(lines(bytes)))
}

/// An entry of the index.
struct Staged<'e> {
    mode: &'e str,
    id: &'e str,
    /// 0, or a side of a merge that is not done.
    stage: &'e str,
    path: PathBuf,
    /// Whether git is not to look at the file in the work tree.
    is_overlooked: bool,
}

/// Takes `TAG MODE ID STAGE<TAB>PATH` apart.
fn parse_staged(entry: &[u8]) -> Option<Staged<'_>> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&entry[..tab]).ok()?.split(' ');
    let (tag, mode, id, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
    // Small letters and `S` stand for `--assume-unchanged` and `--skip-worktree`.
    let is_overlooked = tag == "S" || tag.starts_with(|letter: char| letter.is_ascii_lowercase());
    Some(Staged { mode, id, stage, path: path_of(&entry[tab + 1..]), is_overlooked })
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
    /// Why it is not known what the commit holds.
    pub(super) error: Option<Reason>,
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
            Some(blob) => {
                Source::from_bytes(shown_path(path, &self.committed.repository.root), blob.bytes.clone())
                    .map_err(|error| Diagnostic::error(format!("as committed: {error}")))
            }
            None => self.disk.read(path),
        }
    }

    fn scope(&self, path: &Path) -> Scope {
        self.disk.scope(path)
    }
}
