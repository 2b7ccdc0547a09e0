//! Starts git: arguments and input in, output or git's own words out.
//!
//! Knows no command of git. The caller's `GIT_DIR` and the like play no role, so that every command is about the
//! repository that it is given.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use thiserror::Error;

use super::path::text_of;

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

/// Configuration that would have git write or start more than it is asked for.
const SETTINGS: [&str; 6] =
    ["-c", "core.splitIndex=false", "-c", "core.fsmonitor=false", "-c", "i18n.commitEncoding=UTF-8"];

/// Why a command of git did not do what it should.
#[derive(Debug, Error)]
pub enum GitError {
    /// It could not be started.
    #[error("cannot start git: {0}; install it, or add it to `PATH`")]
    Start(#[from] io::Error),
    /// It failed.
    #[error("`git {command}` failed: {words}")]
    Failed {
        /// The command.
        command: String,
        /// What git said.
        words: String,
    },
    /// It said something else than it is documented to say.
    #[error("`git {0}` answers in a form that is not known; check the version of git")]
    Answer(&'static str),
}

impl GitError {
    /// The line of git's words that tells what is wrong, without what stands in quotes; that differs between
    /// repositories.
    pub(super) fn class(&self) -> String {
        let Self::Failed { words, .. } = self else { return self.to_string() };
        let line = words.split('\n').find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
        let parts = line.unwrap_or(words).trim_end_matches('.').split('\'').enumerate();
        parts.map(|(at, part)| if at % 2 == 0 { part } else { "'…'" }).collect()
    }
}

/// Git in one repository.
#[derive(Clone, Copy)]
pub(super) struct Git<'g> {
    root: &'g Path,
    index: Option<&'g Path>,
    /// Whether it may ask at the terminal, and Ctrl-C reaches it.
    asks: bool,
}

impl<'g> Git<'g> {
    /// Returns git in the repository at `root`, an absolute path.
    pub(super) fn new(root: &'g Path) -> Self {
        Self { root, index: None, asks: false }
    }

    /// Has it use the file at `path` for the index.
    pub(super) fn with_index(self, path: &'g Path) -> Self {
        Self { index: Some(path), ..self }
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
        let mut process = Command::new("git");
        process.arg("-C").arg(self.root).args(SETTINGS).arg(command).args(arguments);
        for name in DROPPED {
            process.env_remove(name);
        }
        // Without a repository here, one above would be taken.
        process.env("GIT_CEILING_DIRECTORIES", self.root.parent().unwrap_or(self.root));
        process.env("LC_ALL", "C").env("GIT_LITERAL_PATHSPECS", "1").env("GIT_TERMINAL_PROMPT", "0");
        // A lock would get into the user's way, and a replacement stands for bytes that were not committed.
        process.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_REPLACE_OBJECTS", "1");
        if let Some(index) = self.index {
            process.env("GIT_INDEX_FILE", index);
        }
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !self.asks {
            apart(&mut process);
        }
        let mut child = process.spawn()?;
        let stdin = child.stdin.take();
        // Git may print before it has read all, so one thread writes and another reads.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        })?;
        Ok(output)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_names_out_of_the_class_of_an_error() {
        let words = "hint: x\nfatal: cannot lock ref 'refs/heads/a': Unable to create '/b/a.lock': exists";
        let error = GitError::Failed { command: "update-ref".to_owned(), words: words.to_owned() };
        assert_eq!(error.class(), "fatal: cannot lock ref '…': Unable to create '…': exists");
    }
}
