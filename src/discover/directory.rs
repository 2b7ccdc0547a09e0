//! What one directory holds, by the names in it alone.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::names::{is_compose_name, is_hidden, is_yaml_name};

/// The files in YAML of a directory that was walked or asked for, each in order of path.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Those with the name of a Compose file.
    pub(super) compose_files: Vec<PathBuf>,
    /// The others.
    pub(super) yaml_files: Vec<PathBuf>,
    /// Those that rules, globs or where they lead keep from counting.
    pub(super) left_out: Vec<PathBuf>,
    /// Whether there is something called `.env`.
    pub(super) has_env: bool,
    /// Whether all this is known: a directory that was asked for may not be searched.
    pub(super) is_listed: bool,
}

impl Directory {
    /// Whether nothing in it counts.
    pub(super) fn is_empty(&self) -> bool {
        self.compose_files.is_empty() && self.yaml_files.is_empty()
    }

    /// Whether something at `path`, which is in it, may be there and not count.
    pub(super) fn may_hide(&self, path: &Path) -> bool {
        !self.is_listed || self.left_out.iter().any(|hidden| hidden == path)
    }

    /// Whether there may be an `.env` file in it.
    pub(super) fn may_have_env(&self) -> bool {
        self.has_env || !self.is_listed
    }

    /// Takes in what another walk found in it.
    pub(super) fn merge(&mut self, other: Self) {
        let Self { compose_files, yaml_files, left_out, has_env, is_listed } = other;
        self.has_env |= has_env;
        self.is_listed |= is_listed;
        let all = [
            (&mut self.compose_files, compose_files),
            (&mut self.yaml_files, yaml_files),
            (&mut self.left_out, left_out),
        ];
        for (files, more) in all {
            files.extend(more);
        }
        self.sort();
        // What counts below one directory that was asked for may not below another.
        let (compose_files, yaml_files) = (&self.compose_files, &self.yaml_files);
        let counts = |file: &PathBuf| {
            compose_files.binary_search(file).is_ok() || yaml_files.binary_search(file).is_ok()
        };
        self.left_out.retain(|file| !counts(file));
    }

    /// Puts the files in order of path, each once.
    pub(super) fn sort(&mut self) {
        for files in [&mut self.compose_files, &mut self.yaml_files, &mut self.left_out] {
            files.sort();
            files.dedup();
        }
    }
}

/// Returns the files with the name of a Compose file in `directory`, in order of path; `known` is what a walk found there.
pub(super) fn compose_files_in(directory: &Path, known: Option<&Directory>) -> Vec<PathBuf> {
    files_in(directory, known, is_compose_name)
}

/// Returns the files in YAML in `directory`, in order of path; `known` is what a walk found there.
pub(super) fn yaml_files_in(directory: &Path, known: Option<&Directory>) -> Vec<PathBuf> {
    files_in(directory, known, is_yaml_name)
}

fn files_in(directory: &Path, known: Option<&Directory>, wanted: fn(&OsStr) -> bool) -> Vec<PathBuf> {
    let is_wanted = |name: &OsStr| wanted(name) && !is_hidden(name);
    let mut files: Vec<PathBuf> = if let Some(known) = known.filter(|known| known.is_listed) {
        let all = known.compose_files.iter().chain(&known.yaml_files).chain(&known.left_out);
        all.filter(|file| file.file_name().is_some_and(is_wanted)).cloned().collect()
    } else {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let named = entries.filter(|entry| is_wanted(&entry.file_name())).map(|entry| entry.path());
        named.filter(|path| path.is_file()).collect()
    };
    files.sort();
    files
}
