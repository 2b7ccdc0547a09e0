//! What is no file to read: directories, devices, pipes, links without an end, sparse and unreadable files.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use super::run::{Expect, check};

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("compose.yaml")).unwrap();
    check("a directory with the name of a file", &path("compose.yaml"), &Expect::Anything, false);

    let fifo = path("fifo.yaml");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("this test needs `mkfifo`").success());
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
    // A file that says it is empty, and fails when it is read.
    let path = Path::new("/proc/self/mem");
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("compose.yaml");
    symlink(path, &link).unwrap();
    check("a file that cannot be read", &link, &Expect::Refused("compose.yaml"), false);
}
