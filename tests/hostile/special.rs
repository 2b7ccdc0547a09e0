//! What is no file to read: directories, devices, pipes, links without an end, sparse and unreadable files.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::{Expect, check};

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("compose.yaml")).unwrap();
    check("a directory with the name of a file", &path("compose.yaml"), &Expect::Anything, false);

    let fifo = path("fifo.yaml");
    make_fifo(&fifo);
    check("a named pipe", &fifo, &Expect::Refused("regular file"), false);

    symlink("/dev/zero", path("zero.yaml")).unwrap();
    check("a device", &path("zero.yaml"), &Expect::Refused("regular file"), false);

    symlink(path("two.yaml"), path("one.yaml")).unwrap();
    symlink(path("one.yaml"), path("two.yaml")).unwrap();
    check("links without an end", &path("one.yaml"), &Expect::Refused("one.yaml"), false);

    symlink(folder.path(), path("loop")).unwrap();
    check("a folder that is linked in itself", folder.path(), &Expect::Anything, false);
}

#[test]
fn a_sparse_file_of_4_gb_is_refused_without_reading_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yaml");
    File::create(&path).unwrap().set_len(4 << 30).unwrap();
    check("a sparse file", &path, &Expect::Refused("MAX_SOURCE_BYTES"), false);
}

#[test]
fn an_unreadable_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yaml");
    File::create(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o0)).unwrap();
    if File::open(&path).is_ok() {
        println!("left out: root can read every file; run as another user to see it refused");
        return;
    }
    check("an unreadable file", &path, &Expect::Refused("Permission denied"), false);
}

#[test]
fn an_unreadable_file_in_proc_is_refused_also_for_root() {
    // A file that says it is empty, and would fail if it were read.
    let path = Path::new("/proc/self/mem");
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("compose.yaml");
    symlink(path, &link).unwrap();
    check("a file that cannot be read", &link, &Expect::Refused("compose.yaml"), false);
}

const WEB: &[u8] = b"services:\n  web:\n    image: nginx\n";

/// A folder `tree` with a Compose file, and one below it, that a test makes hostile.
fn tree() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir_all(tree.join("sub")).unwrap();
    for path in ["compose.yaml", "sub/compose.yaml"] {
        put(&tree.join(path), WEB);
    }
    (folder, tree)
}

fn put(path: &Path, bytes: &[u8]) {
    File::create(path).unwrap().write_all(bytes).unwrap();
}

fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("this test needs `mkfifo`").success());
}

#[test]
fn rules_that_are_no_regular_file_are_not_opened() {
    for directory in [".", "sub"] {
        let (_folder, tree) = tree();
        let rules = tree.join(directory).join(".gitignore");
        symlink("/dev/zero", &rules).unwrap();
        check("rules that lead to a device", &tree, &Expect::Refused("regular file"), false);
        fs::remove_file(&rules).unwrap();
        make_fifo(&rules);
        check("rules in a named pipe", &tree, &Expect::Refused("regular file"), false);
        fs::remove_file(&rules).unwrap();
        File::create(&rules).unwrap().set_len(4 << 30).unwrap();
        check("rules in a sparse file", &tree, &Expect::Refused("MAX_RULES_BYTES"), false);
        let mut globs = String::new();
        globs.extend((0..550).map(|number| format!("[a-z]*x?{number}**/b[!{number}]*\n")));
        put(&rules, globs.as_bytes());
        check("rules of many globs", &tree, &Expect::Hardened, false);
    }
    let (_folder, tree) = tree();
    let mut below = tree.clone();
    for _ in 0..20 {
        below.push("below");
        fs::create_dir(&below).unwrap();
        put(&below.join(".gitignore"), "[a-z]*x?**/b[!c]*\n".repeat(300).as_bytes());
    }
    check("rules below rules", &tree, &Expect::Refused("MAX_RULES_BYTES"), false);
}

#[test]
fn files_of_a_git_folder_that_are_no_regular_files_are_not_opened() {
    let (_folder, tree) = tree();
    fs::create_dir_all(tree.join(".git/info")).unwrap();
    make_fifo(&tree.join(".git/info/exclude"));
    fs::create_dir(tree.join("sub/git")).unwrap();
    put(&tree.join("sub/.git"), b"gitdir: git\n");
    symlink("/dev/zero", tree.join("sub/git/commondir")).unwrap();
    check("pipes and devices in a git folder", &tree, &Expect::Hardened, false);
}

#[test]
fn an_env_file_that_is_hostile_ends_well() {
    let (_folder, tree) = tree();
    let env = tree.join(".env");
    let doubled = "A=aa\n".to_owned() + &"A=$A$A\n".repeat(40) + "COMPOSE_FILE=$A\n";
    put(&env, doubled.as_bytes());
    check("a value that doubles", &tree, &Expect::Refused("MAX_REFERENCED_BYTES"), false);
    let mut copied = format!("A={}\n", "a".repeat(100_000));
    copied.extend((0..60_000).map(|number| format!("B{number}=$A\n")));
    put(&env, copied.as_bytes());
    check("a value that is copied", &tree, &Expect::Anything, false);
    fs::remove_file(&env).unwrap();
    make_fifo(&env);
    check("variables in a named pipe", &tree, &Expect::Anything, false);
    fs::remove_file(&env).unwrap();
    symlink("/dev/zero", &env).unwrap();
    check("variables of a device", &tree, &Expect::Anything, false);
}

#[test]
fn commands_of_many_texts_are_not_looked_for_from_many_folders_without_end() {
    let (_folder, tree) = tree();
    for number in 0..200 {
        let directory = tree.join(format!("{number}"));
        fs::create_dir(&directory).unwrap();
        put(&directory.join("compose.yaml"), WEB);
    }
    for number in 0..20 {
        let mut text = String::new();
        text.extend(
            (0..1_000).map(|line| format!("docker compose -f {number}.{line}.yml -f compose.yaml up\n")),
        );
        put(&tree.join(format!("README.{number}")), text.as_bytes());
    }
    check("commands times folders", &tree, &Expect::Hardened, false);
}

#[test]
fn commands_of_many_words_that_much_fits_end_well() {
    let (_folder, tree) = tree();
    for number in 0..64 {
        put(&tree.join(format!("compose.{number}.yml")), WEB);
    }
    let names = "-f 0123456789012345678901234567890123456789.yml ".repeat(63);
    let brought = format!("A={names}\ndocker compose {} up\n", "$A ".repeat(100_000));
    let many = (0..700).map(|number| {
        let files: Vec<_> = (0..60).map(|file| format!("-f compose.{}.yml", (file + number) % 64)).collect();
        format!("docker compose {} -f compose.$X.yml up\n", files.join(" "))
    });
    put(&tree.join("README.1"), brought.as_bytes());
    put(&tree.join("README.2"), many.collect::<String>().as_bytes());
    check("commands of many words", &tree, &Expect::Anything, false);
}

/// Puts `count` files beside one another, of which each may be loaded over each other, and none can be hardened.
fn refused_variants(count: usize, timed: bool) {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    for number in 0..count {
        let text = format!("services:\n  web{number}: &web\n    image: nginx\nx-copy: *web\n");
        put(&tree.join(format!("compose.{number}.yaml")), text.as_bytes());
    }
    check("refused variants", &tree, &Expect::Refused("would bring the hardening here too"), timed);
}

#[test]
fn many_refused_variants_end_well() {
    refused_variants(300, false);
}

#[test]
#[ignore = "takes long without optimisation, and times what it runs"]
fn thousands_of_refused_variants_end_in_bounded_time() {
    refused_variants(8_000, true);
}

#[test]
fn files_that_include_each_other_twice_are_refused_before_they_are_too_many() {
    let (_folder, tree) = tree();
    for number in 0..26 {
        let include = format!("include: [{0}.yaml, {0}.yaml]\n", number + 1);
        put(
            &tree.join(if number == 0 { "compose.yaml".to_owned() } else { format!("{number}.yaml") }),
            include.as_bytes(),
        );
    }
    put(&tree.join("26.yaml"), WEB);
    check("includes that double", &tree, &Expect::Limit("MAX_INCLUDED_FILES"), false);
}

#[test]
fn many_layers_over_a_long_list_end_well() {
    let (_folder, tree) = tree();
    let mut text = String::from("services:\n  base:\n    image: a\n    security_opt:\n");
    text.extend((0..5_000).map(|number| format!("      - label=a{number}\n")));
    text.extend(
        (0..5_000).map(|number| format!("  s{number}: {{extends: base, security_opt: [label=b]}}\n")),
    );
    put(&tree.join("compose.yaml"), text.as_bytes());
    check("layers over a list", &tree, &Expect::Anything, false);
}
