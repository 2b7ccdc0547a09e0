//! What the writer promises: the whole new file or the old one, and nothing else in the folder.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use compose_harden::output::write::{FileKind, ReadError, WriteError, read, replace};
use compose_harden::text::MAX_SOURCE_BYTES;
use tempfile::TempDir;

fn put(path: &Path, text: &str) {
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn folder_with(text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, text);
    (folder, path)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn replaces_the_text_and_leaves_nothing_else_in_the_folder() {
    let (folder, path) = folder_with("a: 1\n");
    let (bytes, state) = read(&path).unwrap();
    assert_eq!(bytes, b"a: 1\n");
    assert_eq!(state.size(), 5);
    replace(&path, &state, b"b: 2\r\n").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"b: 2\r\n");
    assert_eq!(names(folder.path()), ["compose.yml"]);
}

#[test]
fn keeps_the_permissions_whatever_they_are() {
    for mode in [0o600, 0o640, 0o644, 0o664, 0o755, 0o200, 0o4755, 0o2664] {
        let (_folder, path) = folder_with("a: 1\n");
        let (_, state) = read(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        // A change of permissions is a change, too.
        assert!(matches!(replace(&path, &state, b"b"), Err(WriteError::Changed)));
        let Ok((_, state)) = read(&path) else { continue };
        replace(&path, &state, b"b: 2\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode, "{mode:o}");
    }
}

#[test]
fn keeps_the_owner_where_root_writes_for_somebody() {
    let (_folder, path) = folder_with("a: 1\n");
    if chown(&path, Some(4321), Some(8765)).is_err() {
        // Only root can give a file away; there is nothing to show for anybody else.
        return;
    }
    let (_, state) = read(&path).unwrap();
    replace(&path, &state, b"b: 2\n").unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.uid(), after.gid()), (4321, 8765));
}

#[test]
fn takes_a_path_without_a_folder() {
    // Tests run in the root of the crate, where a file of that name stands.
    let (_, state) = read(Path::new("Cargo.toml")).unwrap();
    let refused = replace(Path::new("no-such-file.yml"), &state, b"");
    assert!(matches!(refused, Err(WriteError::Changed)), "{refused:?}");
}

#[test]
fn refuses_a_file_that_changed_since_it_was_read() {
    let changes: [fn(&Path); 5] = [
        |path| put(path, "longer: 1\n"),
        // As long as before, and with its old time of modification.
        |path| {
            let times = fs::metadata(path).unwrap();
            put(path, "b: 2\n");
            File::options().write(true).open(path).unwrap().set_modified(times.modified().unwrap()).unwrap();
        },
        |path| {
            let other = path.with_file_name("other");
            put(&other, "a: 1\n");
            fs::rename(other, path).unwrap();
        },
        |path| File::options().append(true).open(path).unwrap().write_all(b"#").unwrap(),
        |path| fs::remove_file(path).unwrap(),
    ];
    for change in changes {
        let (folder, path) = folder_with("a: 1\n");
        let (_, state) = read(&path).unwrap();
        // File systems count time in ticks of some milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(20));
        change(&path);
        let (now, left) = (fs::read(&path).ok(), names(folder.path()));
        let refused = replace(&path, &state, b"new");
        assert!(matches!(refused, Err(WriteError::Changed)), "{refused:?}");
        assert_eq!((fs::read(&path).ok(), names(folder.path())), (now, left));
    }
}

#[test]
fn refuses_a_symbolic_link_but_reads_through_it() {
    let (folder, path) = folder_with("a: 1\n");
    let link = folder.path().join("link.yml");
    symlink(&path, &link).unwrap();
    let (bytes, state) = read(&link).unwrap();
    assert_eq!(bytes, b"a: 1\n");
    assert!(matches!(replace(&link, &state, b"new"), Err(WriteError::Symlink)));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&path).unwrap(), b"a: 1\n");
    assert_eq!(names(folder.path()), ["compose.yml", "link.yml"]);
}

#[test]
fn refuses_a_file_with_a_second_name() {
    let (folder, path) = folder_with("a: 1\n");
    fs::hard_link(&path, folder.path().join("second.yml")).unwrap();
    let (_, state) = read(&path).unwrap();
    assert!(matches!(replace(&path, &state, b"new"), Err(WriteError::HardLinks(2))));
    assert_eq!(fs::read(&path).unwrap(), b"a: 1\n");
}

#[test]
fn refuses_a_read_only_file_of_somebody_who_may_not_write_to_it() {
    let (folder, path) = folder_with("a: 1\n");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let (_, state) = read(&path).unwrap();
    // To root every file can be opened for writing.
    let writable = fs::OpenOptions::new().write(true).open(&path).is_ok();
    let replaced = replace(&path, &state, b"new");
    assert_eq!(matches!(replaced, Err(WriteError::ReadOnly)), !writable);
    assert_eq!(fs::read(&path).unwrap(), if writable { &b"new"[..] } else { b"a: 1\n" });
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o444);
    assert_eq!(names(folder.path()), ["compose.yml"]);
}

#[test]
fn refuses_what_is_not_a_regular_file_without_waiting_for_it() {
    let (folder, path) = folder_with("a: 1\n");
    let (_, state) = read(&path).unwrap();
    let fifo = folder.path().join("fifo.yml");
    let made = Command::new("mkfifo").arg(&fifo).status().expect("this test needs `mkfifo`");
    assert!(made.success());
    let socket = folder.path().join("socket.yml");
    let _listener = UnixListener::bind(&socket).unwrap();
    let special = [
        (folder.path(), FileKind::Directory),
        (&fifo, FileKind::Fifo),
        (&socket, FileKind::Socket),
        (Path::new("/dev/zero"), FileKind::Device),
    ];
    for (path, kind) in special {
        let refused = read(path);
        assert!(matches!(&refused, Err(ReadError::NotRegular(found)) if *found == kind), "{refused:?}");
        let refused = replace(path, &state, b"new");
        assert!(matches!(&refused, Err(WriteError::NotRegular(found)) if *found == kind), "{refused:?}");
    }
    let link = folder.path().join("link.yml");
    symlink(&fifo, &link).unwrap();
    assert!(matches!(read(&link), Err(ReadError::NotRegular(FileKind::Fifo))));
}

#[test]
fn refuses_a_file_above_the_limit_without_reading_it() {
    let (_folder, path) = folder_with("");
    let size = MAX_SOURCE_BYTES as u64 + 1;
    File::options().write(true).open(&path).unwrap().set_len(size).unwrap();
    let refused = read(&path);
    assert!(matches!(refused, Err(ReadError::TooLong(found)) if found == size), "{refused:?}");
}

#[test]
fn says_why_and_what_to_do() {
    let (_folder, path) = folder_with("");
    let missing = read(&path.with_file_name("missing.yml")).unwrap_err();
    assert_eq!(missing.to_string(), "cannot read the file: No such file or directory (os error 2)");
    assert_eq!(
        ReadError::NotRegular(FileKind::Fifo).to_string(),
        "cannot read a named pipe; name a regular file"
    );
    assert_eq!(
        WriteError::Symlink.to_string(),
        "cannot write through a symbolic link; name the file it points to"
    );
}

#[test]
fn leaves_the_old_file_and_no_other_where_the_folder_takes_no_new_file() {
    let (folder, path) = folder_with("a: 1\n");
    let (_, state) = read(&path).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    // Root may write to any folder.
    let refused = replace(&path, &state, b"new");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    if let Err(error) = refused {
        assert!(matches!(error, WriteError::Io { .. }), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), b"a: 1\n");
    }
    assert_eq!(names(folder.path()), ["compose.yml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn reads_nothing_of_a_file_that_says_it_is_empty() {
    // It holds some text, and others like it wait for what is to come.
    let (bytes, state) = read(Path::new("/proc/self/status")).unwrap();
    assert_eq!((bytes.as_slice(), state.size()), (&b""[..], 0));
}
