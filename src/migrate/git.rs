//! Starts git: arguments and input in, output or git's own words out.
//!
//! The caller's `GIT_DIR` and the like play no role, so that every command is about the repository that it is given. No
//! command starts a hook, a filter or a connection, whatever the configuration of the repository says.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::git_error::{GitError, MAX_GIT_SECONDS};
use super::path::path_text;
use super::{Reason, Repository, process};
use crate::text::{path_of, text_of};

/// What git would take from the environment to work on another repository or another index, or to answer in another
/// form. The configuration and the identity that the environment sets stay.
const DROPPED: [&str; 18] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Settings without which git would write or start more than it is asked for.
const SETTINGS: [&str; 4] = [
    "core.splitIndex=false",
    "core.fsmonitor=false",
    // No hook can be below what is not a directory.
    "core.hooksPath=/dev/null",
    "i18n.commitEncoding=UTF-8",
];

/// What is set for git in the environment.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("LC_ALL", "C"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    // A lock would get into the user's way, and a replacement stands for bytes that were not committed.
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // Objects that a clone lacks would be fetched, by programs that its configuration names. Before 2.44 git knows the
    // second only, by which no way of fetching is allowed.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
];

/// Files that git opens before it works, and would wait for without end were they pipes.
const OPENED: [&str; 9] = [
    "HEAD",
    "commondir",
    "config",
    "config.worktree",
    "index",
    "objects/info/alternates",
    "objects/info/commit-graph",
    "packed-refs",
    "shallow",
];

/// Git in one repository.
#[derive(Clone, Copy)]
pub(super) struct Git<'g> {
    root: &'g Path,
    index: Option<&'g Path>,
    /// Settings beside [`SETTINGS`].
    settings: &'g [String],
    /// Whether it may ask at the terminal, and Ctrl-C reaches it.
    asks: bool,
}

impl<'g> Git<'g> {
    /// Returns git in `repository`, where git takes that for the same repository.
    ///
    /// # Errors
    /// [`GitError::Elsewhere`] where it takes another one, as one above what it does not accept. `GIT_DIR` would keep it
    /// from that as well, but also from asking whether it may trust the repository.
    pub(super) fn open(repository: &'g Repository) -> Result<Self, Reason> {
        for directory in [&repository.git_dir, &repository.common_dir] {
            OPENED.iter().try_for_each(|name| check_regular(&directory.join(name)))?;
        }
        let git = Self { root: &repository.root, index: None, settings: &[], asks: false };
        let printed = git.run("rev-parse", ["--absolute-git-dir"], b"")?;
        let found = path_of(printed.strip_suffix(b"\n").unwrap_or(&printed));
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if real(&found) == real(&repository.git_dir) {
            Ok(git)
        } else {
            Err(GitError::Elsewhere(path_text(&found)).into())
        }
    }

    /// Has it use the file at `path` for the index.
    pub(super) fn with_index(self, path: &'g Path) -> Self {
        Self { index: Some(path), ..self }
    }

    /// Has it work with more settings, each as `KEY=VALUE`.
    pub(super) fn with_settings(self, settings: &'g [String]) -> Self {
        Self { settings, ..self }
    }

    /// Lets it ask at the terminal, for the passphrase of a key; Ctrl-C then ends it.
    pub(super) fn asking(self) -> Self {
        Self { asks: true, ..self }
    }

    /// Runs `command` with `arguments`, writes `input` to it, and returns what it prints.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        command: &'static str,
        arguments: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Result<Vec<u8>, GitError> {
        let output = self.output(command, arguments, input)?;
        if output.status.success() { Ok(output.stdout) } else { Err(failed(command, &output)) }
    }

    /// Runs `command` as [`Git::run`] does; nothing where it exits with 1, by which git says that there is no such thing.
    pub(super) fn ask<A: AsRef<OsStr>>(
        &self,
        command: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let output = self.output(command, arguments, b"")?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            _ => Err(failed(command, &output)),
        }
    }

    /// Runs `command` as [`Git::run`] does, and returns its first line.
    pub(super) fn line<A: AsRef<OsStr>>(
        &self,
        command: &'static str,
        arguments: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Result<String, GitError> {
        let printed = self.run(command, arguments, input)?;
        let line = printed.split(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
        String::from_utf8(line).map_err(|_| GitError::Answer(command))
    }

    fn output<A: AsRef<OsStr>>(
        &self,
        command: &str,
        arguments: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Result<Output, GitError> {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.root);
        for setting in SETTINGS.into_iter().chain(self.settings.iter().map(String::as_str)) {
            git.args(["-c", setting]);
        }
        git.arg(command).args(arguments);
        for name in DROPPED {
            git.env_remove(name);
        }
        // Without a repository here, one above would be taken. Git splits the value at colons, so this keeps it from
        // that most of the time only, also where `.git` goes away after `Git::open`.
        git.env("GIT_CEILING_DIRECTORIES", self.root.parent().unwrap_or(self.root));
        git.envs(ENVIRONMENT);
        if let Some(index) = self.index {
            git.env("GIT_INDEX_FILE", index);
        }
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !self.asks {
            apart(&mut git);
        }
        let limit = (!self.asks).then_some(Duration::from_secs(MAX_GIT_SECONDS));
        let output = process::output(git.spawn()?, input, limit)?;
        output.ok_or_else(|| GitError::Late(command.to_owned()))
    }
}

/// Says that what is at `path` is not a regular file, if anything does.
fn check_regular(path: &Path) -> Result<(), Reason> {
    match path.metadata() {
        Ok(metadata) if !metadata.is_file() => {
            let error = io::Error::other("it is not a regular file");
            Err(Reason::Unreadable { path: path_text(path), error })
        }
        _ => Ok(()),
    }
}

/// Has Ctrl-C reach this program only, which lets git finish.
#[cfg(unix)]
fn apart(process: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    process.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

fn failed(command: &str, output: &Output) -> GitError {
    let words = text_of(output.stderr.trim_ascii());
    let words = if words.is_empty() { output.status.to_string() } else { words };
    GitError::Failed { command: command.to_owned(), words }
}
