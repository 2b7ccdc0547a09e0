//! One repository from start to end: hardened, checked against its commit, and made into a branch or a patch.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::commit::{Branch, NewFile, id_of};
use super::committed::{Blob, Committed, CommittedFiles};
use super::find::whole;
use super::git_error::GitError;
use super::mail::{Author, mail};
use super::path::{path_text, tree_path};
use super::projects::harden_repository;
use super::report::patch_path;
use super::{Goal, Options, Reason, Record, Repository, Status};
use crate::compose::{FileList, Origin, Scope};
use crate::discover::{Unit, survey};
use crate::harden::{Change, Hardener, Outcome};
use crate::output::diff::{write_git_header, write_unified_diff};
use crate::output::disk::{Disk, shown_path};
use crate::output::write::TEMPORARY_PREFIX;
use crate::text::FileDiagnostic;

/// What to make of each repository.
pub(super) struct Migration<'m> {
    pub(super) options: &'m Options,
    pub(super) hardener: Hardener,
}

impl Migration<'_> {
    /// Works on `repository` as [`Migration::migrate`] does, and looks for its files first.
    pub(super) fn migrate_alone(
        &self,
        repository: &Repository,
        head: &str,
        record: &mut Record,
    ) -> Result<Status, Reason> {
        let request = whole(&repository.root);
        let units = survey(&request).units().into_iter();
        let mut own = units.filter(|unit| unit.repository() == Some(&repository.root));
        let mut unit = own.next().ok_or(Reason::NotRepository)?;
        unit.expect_nothing();
        self.migrate(repository, &unit, head, record)
    }

    /// Works on `repository`, whose files `unit` holds and whose `HEAD` names the commit `head`, and tells `record` what
    /// came of it.
    pub(super) fn migrate(
        &self,
        repository: &Repository,
        unit: &Unit<'_>,
        head: &str,
        record: &mut Record,
    ) -> Result<Status, Reason> {
        let mut committed = Committed::new(repository, head);
        let outcomes = self.outcomes(repository, unit, &mut committed)?;
        let refusals = outcomes.iter().flat_map(|outcome| {
            outcome.refusals.iter().map(move |refusal| line(refusal, outcome, &repository.root))
        });
        record.refusals = refusals.collect();
        record.left = outcomes.iter().map(|outcome| outcome.bare).sum();
        let changes = changes(&outcomes, &repository.root);
        if changes.is_empty() {
            return match record.refusals.len() {
                0 => Ok(Status::Clean),
                count => Err(Reason::Refused(count)),
            };
        }
        record.files = changes.iter().map(|change| path_text(Path::new(&change.name))).collect();
        record.services =
            changes.iter().map(|change| change.outcome.hardened(&change.change.path).count()).sum();
        match &self.options.goal {
            Goal::Branch(branch) => {
                record.branch = Some(branch.as_str().to_owned());
                record.commit = self.branch(repository, head, &changes, &mut committed, branch.as_str())?;
            }
            Goal::Patch(folder) => {
                let path = patch_path(folder, &repository.root);
                record.patch = Some(path_text(&path));
                if !self.options.dry_run {
                    let mail = self.mail(&changes, &mut committed)?;
                    put(folder, &path, &mail)?;
                }
            }
        }
        Ok(Status::Changed)
    }

    /// Hardens the work tree where it is what is committed, as far as it was read, and what is committed otherwise.
    ///
    /// Does not look at the commit where nothing in the work tree would change, unless changes are allowed there.
    fn outcomes(
        &self,
        repository: &Repository,
        unit: &Unit<'_>,
        committed: &mut Committed<'_>,
    ) -> Result<Vec<Outcome>, Reason> {
        let mut disk = Disk::new(unit, &repository.root);
        let outcomes = harden_repository(unit, &mut disk, &self.hardener);
        let is_done = outcomes.iter().all(|outcome| outcome.changes.is_empty());
        if outcomes.is_empty() || (is_done && !self.options.allow_dirty) {
            return Ok(outcomes);
        }
        let read = outcomes.iter().flat_map(|outcome| outcome.sources.keys());
        committed.look_up(&read.cloned().collect())?;
        // What is refused may not even have been read.
        let is_seen = |outcome: &Outcome| outcome.refusals.is_empty() && is_committed(outcome, committed);
        let is_committed = outcomes.iter().all(is_seen);
        if is_committed || !self.options.allow_dirty {
            self.check(&outcomes, repository, unit, committed)?;
        }
        if is_committed {
            return Ok(outcomes);
        }
        // Filters and line ends make bytes differ without a change.
        let mut files = CommittedFiles::new(committed, unit, &repository.root);
        let outcomes = harden_repository(unit, &mut files, &self.hardener);
        if let Some(error) = files.error {
            return Err(error);
        }
        self.check(&outcomes, repository, unit, committed)?;
        Ok(outcomes)
    }

    /// Looks up the files of the projects that change, and says which are not committed, or not as they are.
    fn check(
        &self,
        outcomes: &[Outcome],
        repository: &Repository,
        unit: &Unit<'_>,
        committed: &mut Committed<'_>,
    ) -> Result<(), Reason> {
        let changing = outcomes.iter().filter(|outcome| !outcome.changes.is_empty());
        let read: BTreeSet<PathBuf> =
            changing.clone().flat_map(|outcome| outcome.sources.keys()).cloned().collect();
        if read.is_empty() {
            return Ok(());
        }
        let deciding = env_files(unit, &read);
        committed.look_up(&read)?;
        committed.look_up(&deciding)?;
        let changed = changing.flat_map(|outcome| &outcome.changes).map(|change| &change.path);
        let shown = |path: &PathBuf| path_text(shown_path(path, &repository.root));
        // A change that takes such a layer into account may be wrong where it is not there.
        let layers = read.iter().filter(|path| matches!(unit.scope(path), Scope::Named | Scope::Inside));
        let files: BTreeSet<&PathBuf> = changed.chain(layers).chain(&deciding).collect();
        let untracked: Vec<&PathBuf> =
            files.into_iter().filter(|path| committed.blob(path).is_none()).collect();
        if !untracked.is_empty() {
            return Err(Reason::Untracked(untracked.into_iter().map(shown).collect()));
        }
        let directories: BTreeSet<&Path> = read.iter().filter_map(|path| path.parent()).collect();
        let absent = committed.absent(&directories)?;
        if !absent.is_empty() {
            return Err(Reason::Absent(absent.iter().map(shown).collect()));
        }
        let env_files: BTreeSet<PathBuf> =
            directories.iter().map(|directory| directory.join(".env")).collect();
        committed.look_up(&env_files)?;
        let lists_files = |blob: &Blob| memchr::memmem::find(&blob.bytes, b"COMPOSE_").is_some();
        let decided = env_files.into_iter().filter(|file| committed.blob(file).is_some_and(lists_files));
        let undecided = committed.dirty(&decided.chain(deciding).collect())?;
        if !undecided.is_empty() {
            return Err(Reason::Undecided(undecided.iter().map(shown).collect()));
        }
        if self.options.allow_dirty {
            return Ok(());
        }
        let tracked = read.into_iter().filter(|path| committed.blob(path).is_some()).collect();
        let dirty = committed.dirty(&tracked)?;
        if dirty.is_empty() { Ok(()) } else { Err(Reason::Dirty(dirty.iter().map(shown).collect())) }
    }

    /// Makes the branch `name`, or finds out in a dry run whether it could be made; returns the id of its commit.
    fn branch(
        &self,
        repository: &Repository,
        head: &str,
        changes: &[Located<'_>],
        committed: &mut Committed<'_>,
        name: &str,
    ) -> Result<Option<String>, Reason> {
        let git = committed.git()?;
        let files = changes.iter().filter_map(|change| {
            let Blob { mode, id, .. } = committed.blob(&change.change.path)?;
            Some(NewFile { name: &change.name, mode, old: id, text: &change.change.after })
        });
        let files: Vec<NewFile<'_>> = files.collect();
        let branch = Branch { name, base: head, files: &files, message: self.options.message.as_str() };
        branch.make(git, repository, self.options.dry_run)
    }

    fn mail(&self, changes: &[Located<'_>], committed: &mut Committed<'_>) -> Result<Vec<u8>, Reason> {
        let git = committed.git()?;
        let ident = git.line("var", ["GIT_AUTHOR_IDENT"], b"")?;
        let author = Author::parse(&ident).ok_or(GitError::Answer("var"))?;
        let mut diff = Vec::new();
        for Located { change, outcome, name } in changes {
            let (Some(blob), Some(source)) = (committed.blob(&change.path), outcome.source(&change.path))
            else {
                continue;
            };
            let new = id_of(git, &change.after)?;
            let name = Path::new(name);
            let written = write_git_header(&mut diff, name, (&blob.id, &new), &blob.mode)
                .and_then(|()| write_unified_diff(&mut diff, name, source.text(), &change.edits));
            written.expect("a vector takes every byte");
        }
        Ok(mail(&author, &self.options.message, &diff))
    }
}

/// A change with where it is to git.
struct Located<'o> {
    change: &'o Change,
    outcome: &'o Outcome,
    /// The path as seen from the top of the repository.
    name: OsString,
}

fn changes<'o>(outcomes: &'o [Outcome], root: &Path) -> Vec<Located<'o>> {
    let all = outcomes.iter().flat_map(|outcome| outcome.changes.iter().map(move |change| (change, outcome)));
    let located = all.filter_map(|(change, outcome)| {
        let name = tree_path(&change.path, root)?;
        Some(Located { change, outcome, name })
    });
    let mut located: Vec<_> = located.collect();
    located.sort_by(|one, other| one.change.path.cmp(&other.change.path));
    located
}

/// The `.env` files that say how any of `files` is loaded, without those that git ignores: what is planned holds without them.
fn env_files(unit: &Unit<'_>, files: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let lists = unit.groups().into_iter().flat_map(|group| group.lists);
    let concerns = |list: &FileList| list.files.iter().any(|file| files.contains(file));
    let env_file = |list: FileList| match list.origin {
        Origin::DotEnv(file) if !unit.is_ignored(&file) => Some(file),
        _ => None,
    };
    lists.filter(concerns).filter_map(env_file).collect()
}

/// Whether what was read for `outcome` is what the commit holds, as far as it holds it.
fn is_committed(outcome: &Outcome, committed: &Committed<'_>) -> bool {
    let same = |(path, source): (&PathBuf, &crate::text::Source)| {
        let blob = committed.blob(path);
        blob.is_none_or(|blob| blob.bytes == source.text().as_bytes())
    };
    outcome.sources.iter().all(same)
}

/// Returns `FILE:LINE: REASON`.
fn line(refusal: &FileDiagnostic, outcome: &Outcome, root: &Path) -> String {
    let FileDiagnostic { path, diagnostic } = refusal;
    let place = diagnostic.place.as_ref().zip(outcome.source(path));
    let line = place.map_or_else(String::new, |(label, source)| {
        format!("{}:", source.position(label.span.range().start.try_into().unwrap_or(u32::MAX)).line)
    });
    let shown = path.strip_prefix(root).unwrap_or(path);
    format!("{}:{line} {}", path_text(shown), diagnostic.summary())
}

/// Puts `mail` at `path` in `folder`, in place of one that an earlier run made.
fn put(folder: &Path, path: &Path, mail: &[u8]) -> Result<(), Reason> {
    let fail = |error| Reason::Write { what: "the patch", error };
    let mut temporary =
        tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder).map_err(fail)?;
    let file: &mut File = temporary.as_file_mut();
    file.write_all(mail).map_err(fail)?;
    temporary.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}
