//! What the program never does, as the system sees it: no network, no child process, no write beside its files.
//!
//! Left out with a notice where `strace` is missing or may not trace.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it leaves out"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const SECRET: &str = "hunter2-correct-horse";

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// A tree of projects, with what the program looks at besides Compose files.
fn tree(root: &Path) -> PathBuf {
    let tree = root.join("tree");
    put(
        &tree.join("compose.yaml"),
        "services:\n  web:\n    image: nginx\n    environment:\n      KEY: ${TOKEN}\n",
    );
    put(&tree.join("compose.override.yaml"), "services:\n  web:\n    user: root\n");
    put(&tree.join(".env"), &format!("TOKEN={SECRET}\nUID=1000\n"));
    put(&tree.join("Makefile"), "up:\n\tdocker compose -f compose.yaml -f compose.prod.yaml up\n");
    put(&tree.join("compose.prod.yaml"), "services:\n  web:\n    restart: always\n");
    put(&tree.join("broken/compose.yaml"), "services: [\n");
    put(&tree.join("deep/er/docker-compose.yml"), "services:\n  db: {image: postgres}\n");
    tree
}

/// Runs the program under `strace` from an empty folder; the calls it made, or nothing where it cannot be traced.
fn trace(root: &Path, arguments: &[&str], tree: &Path) -> Option<Vec<String>> {
    let log = root.join("log");
    let elsewhere = root.join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-s", "4096", "-e", "trace=%network,%process,%file,%desc", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_compose-harden"))
        .args(arguments)
        .arg(tree)
        .current_dir(elsewhere)
        .output();
    let calls = fs::read(&log).unwrap_or_default();
    let calls: Vec<String> = calls
        .split(|byte| *byte == b'\n')
        .map(|line| line.escape_ascii().to_string().replace("\\\"", "\""))
        .collect();
    match traced {
        Ok(output) if calls.iter().any(|call| call.contains("execve(")) => {
            let said = [output.stdout, output.stderr].concat();
            assert!(!said.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()), "a secret is shown");
            Some(calls)
        }
        _ => {
            println!("left out: `strace` is not there or may not trace");
            None
        }
    }
}

/// The name of a call: `123 openat(AT_FDCWD, ...` is one of `openat`.
fn name(call: &str) -> &str {
    let call = call.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    call.split('(').next().unwrap_or_default()
}

/// The first path that a call names, and the second.
fn paths(call: &str) -> impl Iterator<Item = &str> {
    call.split('"').skip(1).step_by(2)
}

const MAKES_OR_REMOVES: [&str; 16] = [
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "truncate",
    "chmod",
    "fchmodat",
    "mknodat",
];

fn check(calls: &[String], tree: &Path) {
    let mut programs = 0;
    for call in calls {
        let name = name(call);
        assert!(
            !matches!(name, "socket" | "socketpair" | "connect" | "bind" | "sendto" | "sendmsg"),
            "{call}"
        );
        programs += usize::from(name == "execve");
        let is_process = matches!(name, "fork" | "vfork" | "execveat")
            || (matches!(name, "clone" | "clone3") && !call.contains("CLONE_THREAD"));
        assert!(!is_process, "{call}");
        let opens =
            ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"].iter().any(|flag| call.contains(flag));
        let writes = matches!(name, "open" | "openat" | "openat2" | "creat") && (opens || name == "creat");
        if writes || MAKES_OR_REMOVES.contains(&name) {
            assert!(paths(call).all(|path| Path::new(path).starts_with(tree)), "{call}");
        }
    }
    assert_eq!(programs, 1);
}

#[test]
fn no_command_uses_the_network_starts_a_process_or_writes_elsewhere() {
    let commands = [
        &["fix"][..],
        &["check"],
        &["check", "--explain"],
        &["fix", "--exit-code"],
        &["fix", "--write"],
        &["fix", "--write", "--durable"],
    ];
    for arguments in commands {
        let root = tempfile::tempdir().unwrap();
        let tree = tree(root.path());
        let Some(calls) = trace(root.path(), arguments, &tree) else { return };
        check(&calls, &tree);
        let count = |wanted: &str| calls.iter().filter(|call| name(call) == wanted).count();
        let writes = arguments.contains(&"--write");
        let files = calls.iter().filter(|call| call.contains("RENAME_EXCHANGE")).count();
        assert_eq!(files > 0, writes, "{arguments:?}");
        // Each file, and the folder that it is in.
        assert_eq!(count("fsync"), if arguments.contains(&"--durable") { 2 * files } else { 0 });
    }
}

/// Texts of a `.env` file whose `COMPOSE_FILE` is wrong and holds the secret.
fn wrong_env_files() -> Vec<String> {
    let wrong = [
        "COMPOSE_FILE=\"compose.yaml\nPASSWORD=SECRET\nOTHER=\"x\"\n",
        "COMPOSE_FILE='compose.yaml:\nPASSWORD=SECRET\nOTHER='x'\n",
        "COMPOSE_FILE=\"compose.yaml:\nPASSWORD=$SECRET\nOTHER=\"x\"\n",
        "TOKEN=SECRET\nCOMPOSE_FILE=compose.$TOKEN.yaml\n",
        "TOKEN=SECRET\nCOMPOSE_FILE=compose.yaml:${TOKEN}\n",
        "TOKEN=$SECRET\nCOMPOSE_FILE=$TOKEN.yaml\n",
        "COMPOSE_FILE=SECRET\nCOMPOSE_PATH_SEPARATOR=$SECRET\n",
        "COMPOSE_FILE=compose.yamlSECRETcompose.yaml:\nCOMPOSE_PATH_SEPARATOR=SECRET\n",
    ];
    // A name of a variable is no place for dashes.
    wrong.map(|text| text.replace("SECRET", "hunter2")).to_vec()
}

#[test]
fn no_value_of_an_env_file_is_shown_where_it_is_wrong() {
    for text in wrong_env_files() {
        let root = tempfile::tempdir().unwrap();
        let tree = tree(root.path());
        put(&tree.join(".env"), &text);
        for arguments in
            [&["fix"][..], &["fix", "--stat"], &["check", "--explain"], &["migrate", "--dry-run"]]
        {
            let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
            let output = command.args(arguments).arg(&tree).current_dir(root.path()).output().unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!said.contains("hunter2"), "{arguments:?} {text}: {said}");
            assert!(arguments[0] == "migrate" || said.contains("`COMPOSE_"), "{arguments:?} {text}: {said}");
        }
    }
}
