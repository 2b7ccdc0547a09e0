//! The report: a line of JSON for each repository that was done, and what an earlier run wrote of them.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::path::path_text;
use crate::text::{Links, open_at_once};

/// How every line of a report begins.
const START: &[u8] = b"{\"repository\":";

/// How a repository ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A commit or a patch was made, or would be.
    Changed,
    /// Nothing in its work tree needs a change.
    Clean,
    /// It was left as it is, for a reason that is not a fault.
    Skipped,
    /// It was left as it is, and something is wrong.
    Failed,
}

/// What came of one repository: a line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its absolute path; bytes that are not UTF-8 are written as `\xE9`.
    pub repository: String,
    /// The commit that `HEAD` named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The version of this program.
    pub version: String,
    /// A hash of the policy.
    pub policy: String,
    /// How it ended.
    pub status: Status,
    /// Why it was skipped or failed, in the same few words for all such repositories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it was skipped or failed, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The branch that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The file with the patch that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// The files that change, as seen from the top of the repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How many services get the hardening.
    #[serde(default)]
    pub services: usize,
    /// How many services stay without it, although no file is refused: `fix` says why.
    #[serde(default)]
    pub left: usize,
    /// What was refused, as `FILE:LINE: REASON`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<String>,
}

/// Why a report cannot be used.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The system says no.
    #[error("cannot {action} the report: {error}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// It is something else than a report.
    #[error("line {line} does not belong in a report: {error}; name another file, or remove the line")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

/// A report with the lines of earlier runs.
#[derive(Debug, Default)]
pub struct Report {
    /// The last line of each repository.
    last: HashMap<String, Record>,
    /// Where lines go; nowhere in a dry run.
    file: Option<File>,
}

impl Report {
    /// Reads the report at `path`, if there is one; it is made, and added to, unless `dry_run`.
    ///
    /// A last line that a killed run did not end is cut off.
    ///
    /// # Errors
    /// [`ReportError`]; the file is then as it was.
    pub fn open(path: &Path, dry_run: bool) -> Result<Self, ReportError> {
        let fail = |action| move |error| ReportError::Io { action, error };
        let mut options = OpenOptions::new();
        options.read(true).append(!dry_run).create(!dry_run);
        let mut file = match open_at_once(path, &mut options, Links::Follow) {
            Err(error) if dry_run && error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            opened => opened.map_err(fail("open"))?,
        };
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(fail("open")(io::Error::other("it is not a regular file")));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail("read"))?;
        let mut last = HashMap::new();
        let mut whole = 0;
        for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            match serde_json::from_slice::<Record>(line) {
                Ok(record) if line.ends_with(b"\n") => {
                    last.insert(record.repository.clone(), record);
                }
                Err(error) if line.ends_with(b"\n") => return Err(ReportError::Line { line: number, error }),
                Err(error) if !(line.starts_with(START) || START.starts_with(line)) => {
                    return Err(ReportError::Line { line: number, error });
                }
                // The line feed is written with the line, so the run was killed within it.
                _ => break,
            }
            whole += line.len();
        }
        if dry_run {
            return Ok(Self { last, file: None });
        }
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(fail("mend"))?;
        }
        Ok(Self { last, file: Some(file) })
    }

    /// The last line about the repository at `path`.
    #[must_use]
    pub fn last(&self, path: &Path) -> Option<&Record> {
        self.last.get(&path_text(path))
    }

    /// Adds a line, unless the last one of the repository is the same, and has it reach the file before it returns.
    ///
    /// # Errors
    /// [`ReportError::Io`].
    pub fn add(&mut self, record: &Record) -> Result<(), ReportError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if self.last.get(&record.repository) == Some(record) {
            return Ok(());
        }
        let fail = |error| ReportError::Io { action: "write", error };
        let mut line = serde_json::to_vec(record).map_err(|error| fail(error.into()))?;
        line.push(b'\n');
        file.write_all(&line).and_then(|()| file.flush()).map_err(fail)
    }
}

impl Record {
    /// Whether this record says that everything was made that this version and `policy` make of `head`.
    ///
    /// That nothing was to be made is never final: it was said of the work tree, which may be hardened in changes that
    /// are not committed.
    pub(super) fn is_final(&self, head: &str, policy: &str) -> bool {
        self.status == Status::Changed
            && self.head.as_deref() == Some(head)
            && self.version == env!("CARGO_PKG_VERSION")
            && self.policy == policy
    }
}

/// Returns the path of the patch of the repository at `root` in `folder`: its name, and a number that tells apart two of
/// the same name.
pub(super) fn patch_path(folder: &Path, root: &Path) -> PathBuf {
    let name = root.file_name().map_or_else(|| "repository".to_owned(), |name| path_text(Path::new(name)));
    let plain = |letter: char| if letter.is_alphanumeric() || "._-".contains(letter) { letter } else { '_' };
    let name: String = name.trim_start_matches(['.', '-']).chars().map(plain).take(64).collect();
    let number = super::path::hash(root.as_os_str().as_encoded_bytes());
    folder.join(format!("{name}-{:08x}.patch", number >> 32))
}
