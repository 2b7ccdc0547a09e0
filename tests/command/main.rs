//! The command as other programs and people run it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod formats;
mod ignored;
#[cfg(unix)]
mod links;
mod scope;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const WEB: &str = "services:\n  web:\n    image: nginx\n";

/// A folder for one test, with files in it.
struct Folder(tempfile::TempDir);

/// What a run of the command printed, and how it ended.
struct Run {
    code: Option<i32>,
    out: String,
    messages: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.put(path, text);
        }
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn is_hardened(&self, path: &str) -> bool {
        self.text(path).contains("<<: *hardening")
    }

    fn run(&self, directory: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
        command.args(arguments).current_dir(self.path(directory)).env("NO_COLOR", "1");
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), out: text(output.stdout), messages: text(output.stderr) }
    }

    fn git(&self, arguments: &[&str], input: &[u8]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false"]);
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::piped()).stdout(Stdio::null());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        assert!(child.wait().unwrap().success(), "git {arguments:?}");
    }
}
