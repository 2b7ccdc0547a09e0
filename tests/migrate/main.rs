//! `migrate` over real repositories, as a user sees it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod branches;
mod dirty;
mod hostile;
mod patches;
mod report;
mod selection;
mod skipped;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A service without hardening.
const BARE: &str = "services:\n  web:\n    image: nginx\n";

/// How the hardened text of [`BARE`] ends.
const HARDENED_END: &str = "services:\n  web:\n    <<: *hardening\n    image: nginx\n";

/// A folder of repositories for one test.
struct Farm {
    held: tempfile::TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    messages: String,
}

impl Farm {
    fn new() -> Self {
        let farm = Self { held: tempfile::tempdir().unwrap() };
        fs::create_dir(farm.root()).unwrap();
        farm
    }

    /// The directory with the repositories.
    fn root(&self) -> PathBuf {
        self.held.path().canonicalize().unwrap().join("root")
    }

    /// A path beside the repositories.
    fn beside(&self, name: &str) -> PathBuf {
        self.held.path().canonicalize().unwrap().join(name)
    }

    /// Makes a repository with a commit of `files`.
    fn repository(&self, name: impl AsRef<OsStr>, files: &[(&str, &str)]) -> PathBuf {
        let path = self.root().join(Path::new(name.as_ref()));
        fs::create_dir_all(&path).unwrap();
        git(&path, &["init", "--quiet", "--initial-branch=main"]);
        for (file, text) in files {
            put(&path.join(file), text);
        }
        commit(&path);
        path
    }

    /// Runs `migrate` with `arguments` beside the directory with the repositories.
    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, |_| {})
    }

    fn run_with(&self, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
        command.arg("migrate").args(arguments).current_dir(self.held.path());
        set_environment(&mut command);
        prepare(&mut command);
        ran(&command.output().unwrap())
    }
}

fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(&output.stdout), messages: text(&output.stderr) }
}

/// Nothing that the user who runs the tests has set plays a role.
fn set_environment(command: &mut Command) {
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Zoë O. Author")
        .env("GIT_AUTHOR_EMAIL", "zoe@example.com")
        .env("GIT_COMMITTER_NAME", "Com Mitter")
        .env("GIT_COMMITTER_EMAIL", "com@example.com");
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn try_git(repository: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(arguments);
    set_environment(&mut command);
    command.output().expect("this test needs git")
}

/// Runs git, and returns the bytes that it prints.
fn git_bytes(repository: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = try_git(repository, arguments);
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    output.stdout
}

fn git(repository: &Path, arguments: &[&str]) -> String {
    String::from_utf8(git_bytes(repository, arguments)).unwrap()
}

fn commit(repository: &Path) {
    git(repository, &["add", "--all", "--force"]);
    git(repository, &["commit", "--quiet", "--allow-empty", "--message=state"]);
}

fn id(repository: &Path, name: &str) -> String {
    git(repository, &["rev-parse", name]).trim_end().to_owned()
}

/// The paths and bytes of everything that a run must not change: work tree, index, `HEAD`.
fn state(repository: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let git_dir = PathBuf::from(git(repository, &["rev-parse", "--absolute-git-dir"]).trim_end());
    let mut paths = vec![git_dir.join("index"), git_dir.join("HEAD")];
    let mut folders = vec![repository.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.symlink_metadata().unwrap() {
                _ if path.file_name().unwrap() == ".git" => {}
                metadata if metadata.is_dir() => folders.push(path),
                _ => paths.push(path),
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| (path.clone(), fs::read(path).unwrap_or_default());
    paths.into_iter().map(read).collect()
}
