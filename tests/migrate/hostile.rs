//! Repositories that would have git work elsewhere, start programs or wait without end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{BARE, Farm, HARDENED_END, git, id, put, set_environment, try_git};

/// Makes a program that leaves the file `ran-NAME` beside the repositories, and returns its path.
fn trap(farm: &Farm, name: &str) -> String {
    let path = farm.beside(&format!("trap-{name}"));
    set_trap(farm, &path, name);
    path.to_str().unwrap().to_owned()
}

fn set_trap(farm: &Farm, path: &Path, name: &str) {
    let marker = farm.beside(&format!("ran-{name}"));
    put(path, &format!("#!/bin/sh\ntouch '{}'\n", marker.display()));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The traps that something ran into.
fn sprung(farm: &Farm) -> Vec<String> {
    let names = fs::read_dir(farm.beside("")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("ran-"));
    names.sort();
    names
}

const HOOKS: [&str; 3] = ["post-index-change", "reference-transaction", "post-commit"];

/// Sets a trap in every setting of `repository` by which git starts a program.
fn set_traps(farm: &Farm, repository: &Path) {
    for hook in HOOKS {
        set_trap(farm, &repository.join(".git/hooks").join(hook), hook);
        git(repository, &["config", &format!("hook.{hook}.command"), &trap(farm, "named-hook")]);
        git(repository, &["config", &format!("hook.{hook}.event"), hook]);
    }
    git(repository, &["config", "commit.gpgSign", "true"]);
    let keys = [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.alternateRefsCommand",
        "gpg.program",
        "diff.external",
        "filter.x.smudge",
        "filter.x.clean",
        "filter.y.process",
        "diff.x.textconv",
        "merge.x.driver",
        "credential.helper",
        "remote.origin.uploadpack",
    ];
    for key in keys {
        git(repository, &["config", key, &trap(farm, key)]);
    }
    put(&repository.join(".git/info/attributes"), "compose.yml filter=x diff=x merge=x\n*.yaml filter=y\n");
    // Git cannot tell by the times of the files that they are what was committed.
    for name in ["compose.yml", "b/compose.yaml"] {
        let file = fs::File::options().write(true).open(repository.join(name)).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    }
}

#[test]
fn starts_nothing_that_a_repository_names() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE), ("b/compose.yaml", BARE)]);
    set_traps(&farm, &repository);
    let ran = farm.run(&["root", "--dry-run"]);
    assert_eq!((ran.code, sprung(&farm)), (0, vec![]), "{ran:?}");
    let ran = farm.run(&["root", "--patches", "patches"]);
    assert_eq!((ran.code, sprung(&farm)), (0, vec![]), "{ran:?}");
    for _ in 0..2 {
        let ran = farm.run(&["root"]);
        assert_eq!(ran.out, "changed a: 2 services in 2 files, branch compose-harden\n", "{ran:?}");
        assert_eq!((ran.code, sprung(&farm)), (0, vec![]), "{ran:?}");
    }
    put(&repository.join("compose.yml"), &format!("{BARE}# mine\n"));
    let ran = farm.run(&["root", "--branch", "two"]);
    assert!(ran.out.starts_with("skipped a: `compose.yml` differs"), "{ran:?}");
    let ran = farm.run(&["root", "--branch", "two", "--allow-dirty"]);
    assert_eq!((ran.code, sprung(&farm)), (0, vec![]), "{ran:?}");
    // Git by itself runs into them.
    try_git(&repository, &["status"]);
    try_git(&repository, &["hash-object", "compose.yml", "b/compose.yaml"]);
    try_git(&repository, &["read-tree", "HEAD"]);
    try_git(&repository, &["update-ref", "refs/heads/three", "HEAD"]);
    try_git(&repository, &["commit-tree", "-S", "HEAD^{tree}", "-m", "x"]);
    let sprung = sprung(&farm);
    for name in ["core.fsmonitor", "filter.x.clean", "filter.y.process", "gpg.program", HOOKS[0], HOOKS[1]] {
        assert!(sprung.contains(&format!("ran-{name}")), "{name}: {sprung:?}");
    }
}

#[test]
fn fetches_nothing_that_a_clone_lacks() {
    let farm = Farm::new();
    let source = farm.repository("../source", &[("compose.yml", BARE)]);
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    for (key, value) in [
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", source.to_str().unwrap()),
        ("remote.origin.uploadpack", &trap(&farm, "uploadpack")),
    ] {
        git(&repository, &["config", key, value]);
    }
    let blob = id(&repository, "main:compose.yml");
    fs::remove_file(repository.join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    for arguments in [&["root", "--dry-run"][..], &["root"]] {
        let ran = farm.run_with(arguments, |command| {
            command.env("GIT_ALLOW_PROTOCOL", "file");
        });
        assert_eq!((ran.code, sprung(&farm)), (2, vec![]), "{ran:?}");
        assert!(ran.out.starts_with("failed a: "), "{ran:?}");
    }
    try_git(&repository, &["cat-file", "blob", &blob]);
    assert_eq!(sprung(&farm), ["ran-uploadpack"]);
}

#[test]
fn makes_no_branch_in_a_repository_above() {
    let farm = Farm::new();
    // Git splits the directories that it must not leave at colons.
    for (name, has_bare) in [("co:lon/outer", false), ("plain/outer", false), ("bare/outer", true)] {
        let outer = farm.repository(name, &[("compose.yml", BARE)]);
        let inner = outer.join("inner");
        put(&inner.join("compose.yml"), BARE);
        put(&inner.join(".git/HEAD"), &id(&outer, "main"));
        if has_bare {
            git(&outer, &["init", "--quiet", "--bare", "inner"]);
        }
        put(&farm.beside("list"), inner.to_str().unwrap());
        for arguments in [&["--dry-run"][..], &["--allow-dirty"], &["--patches", "patches"], &[]] {
            let ran = farm.run(&[&["--repos", "list"], arguments].concat());
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.out.starts_with(&format!("failed {}: ", inner.display())), "{ran:?}");
            assert_eq!(git(&outer, &["branch", "--format=%(refname:short)"]), "main\n", "{ran:?}");
        }
    }
}

#[test]
fn works_in_a_repository_that_links_lead_to() {
    let farm = Farm::new();
    let repository = farm.repository("co:lon/a", &[("compose.yml", BARE)]);
    fs::rename(repository.join(".git"), farm.beside("kept")).unwrap();
    std::os::unix::fs::symlink(farm.beside("kept"), repository.join(".git")).unwrap();
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(git(&repository, &["show", "compose-harden:compose.yml"]).ends_with(HARDENED_END));
}

#[test]
fn signs_as_the_user_says_and_not_as_the_repository_does() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    let user = farm.beside("user.config");
    put(&user, "[commit]\n\tgpgSign = yes\n[gpg]\n\tprogram = /bin/false\n");
    let run = |arguments: &[&str]| {
        farm.run_with(arguments, |command| {
            command.env("GIT_CONFIG_GLOBAL", &user);
        })
    };
    git(&repository, &["config", "commit.gpgSign", "no"]);
    let ran = run(&["root"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.starts_with("failed a: `git commit-tree` failed: error: gpg failed to sign"), "{ran:?}");
    for key in ["gpg.program", "gpg.ssh.defaultKeyCommand", "user.signingKey"] {
        git(&repository, &["config", key, &trap(&farm, "sign")]);
        for arguments in [&["root", "--dry-run"][..], &["root"]] {
            let ran = run(arguments);
            let key = key.to_lowercase();
            let expected = format!("failed a: its own configuration sets `{key}`");
            assert!(ran.code == 2 && ran.out.starts_with(&expected), "{ran:?}");
        }
        git(&repository, &["config", "--unset", key]);
    }
    assert_eq!(sprung(&farm), Vec::<String>::new());
    assert_eq!(git(&repository, &["branch", "--format=%(refname:short)"]), "main\n");
}

/// Runs `migrate root` with `arguments`, and fails where it takes longer than a run ever does.
fn run_in_time(farm: &Farm, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    set_environment(&mut command);
    command.args(["migrate", "root"]).args(arguments).current_dir(farm.beside("")).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("{arguments:?} waits");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn waits_for_no_pipe_that_stands_for_a_file_of_git() {
    for name in [
        ".git",
        ".git/HEAD",
        ".git/refs/heads/main",
        ".git/packed-refs",
        ".git/commondir",
        ".git/config",
        ".git/index",
        ".git/objects/info/alternates",
        ".gitmodules",
    ] {
        let farm = Farm::new();
        let outer = farm.repository("a", &[("compose.yml", BARE)]);
        // What an outer repository says of its submodules is read for those in it.
        let inner = farm.repository("a/inner", &[("compose.yml", BARE)]);
        let path = if name == ".gitmodules" { outer.join(name) } else { inner.join(name) };
        if name == ".git/packed-refs" {
            fs::remove_file(inner.join(".git/refs/heads/main")).unwrap();
        }
        if name == ".git" {
            fs::remove_dir_all(&path).unwrap();
        } else if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        for arguments in [&["--dry-run"][..], &[]] {
            let (code, out) = run_in_time(&farm, arguments);
            assert_eq!(code, 2, "{name}: {out}");
            let expected = format!("failed a/inner: cannot read {}: it is ", path.display());
            assert!(out.contains(&expected), "{name}: {out}");
        }
        assert_eq!(id(&outer, "compose-harden^"), id(&outer, "main"), "{name}");
    }
}
