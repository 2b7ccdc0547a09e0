//! Disks that are full, out of inodes, or read-only, and a limit on the size of files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{TEXT, fix, leftovers, message, put};

/// A file system of its own in memory; gone with the value.
struct Mount(TempDir);

impl Mount {
    /// Mounts with `options`; nothing where the machine does not allow it.
    fn new(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(folder)),
            _ => {
                println!("left out: a file system cannot be mounted here (it takes root)");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// Runs over `folder`, where writing cannot work, and returns what was said.
fn fails_and_leaves_the_file(folder: &Path) -> String {
    let path = folder.join("compose.yaml");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let output = fix(&[folder]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", message(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    assert_eq!(leftovers(folder).len(), 0);
    message(&output).to_owned()
}

#[test]
fn leaves_the_file_where_the_disk_is_full() {
    let Some(mount) = Mount::new("size=256k") else { return };
    put(&mount.path().join("compose.yaml"), TEXT);
    let mut filler = File::create(mount.path().join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    let said = fails_and_leaves_the_file(mount.path());
    assert!(said.contains("cannot write the temporary file beside the file: No space left"), "{said}");

    drop(filler);
    fs::remove_file(mount.path().join("filler")).unwrap();
    assert!(fix(&[mount.path()]).status().unwrap().success());
}

#[test]
fn leaves_the_file_where_no_file_can_be_made() {
    // The root of the file system and the Compose file take both inodes.
    let Some(mount) = Mount::new("size=1m,nr_inodes=2") else { return };
    put(&mount.path().join("compose.yaml"), TEXT);
    let said = fails_and_leaves_the_file(mount.path());
    assert!(said.contains("cannot make a temporary file beside the file: No space left"), "{said}");
}

#[test]
fn leaves_the_file_on_a_read_only_file_system() {
    let Some(mount) = Mount::new("size=1m") else { return };
    put(&mount.path().join("compose.yaml"), TEXT);
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(mount.path()).status().unwrap();
    assert!(remounted.success());
    let said = fails_and_leaves_the_file(mount.path());
    assert!(said.contains("cannot write to a read-only file"), "{said}");
}

#[test]
fn leaves_the_file_where_a_limit_stops_the_write() {
    let folder = tempfile::tempdir().unwrap();
    let text = TEXT.to_owned() + &"# a comment of some length\n".repeat(100);
    let path = folder.path().join("compose.yaml");
    put(&path, &text);
    let output = fix_with_small_files(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", message(&output));
    assert!(message(&output).contains("cannot write the temporary file"), "{}", message(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(leftovers(folder.path()).len(), 0);
}

/// Runs over `folder`, where no file can become longer than 1 KiB.
fn fix_with_small_files(folder: &Path, arguments: &[&str]) -> Output {
    // With the signal ignored, as `nohup` and others do, a write beyond the limit is an error.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_compose-harden"), "fix", "--write"]);
    command.args(arguments).arg(folder).output().unwrap()
}

#[test]
fn a_project_is_not_left_half_written_and_that_is_not_tolerated() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let long = TEXT.to_owned() + &"# a comment of some length\n".repeat(100);
    let base = "services:\n  one:\n    image: a\n  two:\n    extends: {file: z/long.yaml, service: web}\n";
    fs::create_dir(path("z")).unwrap();
    put(&path("compose.yaml"), base);
    put(&path("z/long.yaml"), &long);
    // Another project is written all the same.
    fs::create_dir(path("other")).unwrap();
    put(&path("other/compose.yaml"), TEXT);
    let output = fix_with_small_files(folder.path(), &["--tolerate-errors"]);
    assert_eq!(output.status.code(), Some(2), "{}", message(&output));
    assert!(message(&output).contains("1 not written"), "{}", message(&output));
    assert!(
        message(&output).contains("the other files of its project are as they were"),
        "{}",
        message(&output)
    );
    assert_eq!(fs::read_to_string(path("compose.yaml")).unwrap(), base);
    assert_eq!(fs::read_to_string(path("z/long.yaml")).unwrap(), long);
    assert!(fs::read_to_string(path("other/compose.yaml")).unwrap().contains("<<: *hardening"));
    assert_eq!(leftovers(folder.path()).len(), 0);
}

#[test]
fn a_file_with_another_name_is_not_written_and_that_is_not_tolerated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yaml");
    put(&path, TEXT);
    fs::hard_link(&path, folder.path().join("other name")).unwrap();
    let output = fix(&[Path::new("--tolerate-errors"), folder.path()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", message(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
}
