//! Extended attributes and access control lists are kept.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use compose_harden::output::write::{WriteError, read, replace};
use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};

use super::put;

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";

/// Sets an attribute, or says that the file system has none.
fn set(path: &Path, name: &str, value: &[u8]) -> bool {
    let set = fsetxattr(File::open(path).unwrap(), name, value, XattrFlags::empty());
    if let Err(error) = set {
        println!("left out: `{name}` cannot be set here: {error}");
    }
    set.is_ok()
}

fn get(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 1000];
    let length = fgetxattr(File::open(path).unwrap(), name, &mut value[..]).ok()?;
    value.truncate(length);
    Some(value)
}

/// An access control list as the system stores it: a version, then tag, permissions and id of each entry.
fn access_list() -> Vec<u8> {
    let entries: [(u16, u16, u32); 5] =
        [(1, 6, u32::MAX), (2, 4, 4321), (4, 4, u32::MAX), (16, 4, u32::MAX), (32, 0, u32::MAX)];
    let mut bytes = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(permissions.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

#[test]
fn keeps_extended_attributes_and_the_access_control_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, "a: 1\n");
    let large = vec![b'x'; 800];
    let attributes =
        [("user.note", &b"kept"[..]), ("user.empty", b""), ("user.large", &large), (ACCESS, &access_list())];
    let kept: Vec<_> = attributes.into_iter().filter(|(name, value)| set(&path, name, value)).collect();
    let mode = fs::metadata(&path).unwrap().mode();
    let (_, state) = read(&path).unwrap();
    replace(&path, &state, b"b: 2\n").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"b: 2\n");
    for (name, value) in kept {
        assert_eq!(get(&path, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(fs::metadata(&path).unwrap().mode(), mode);
}

#[test]
fn takes_no_access_control_list_from_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, "a: 1\n");
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    if !set(folder.path(), DEFAULT, &access_list()) {
        return;
    }
    let (_, state) = read(&path).unwrap();
    replace(&path, &state, b"b: 2\n").unwrap();
    assert_eq!(get(&path, ACCESS), None);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
    let names = flistxattr(File::open(&path).unwrap(), &mut vec![0; 1000][..]).unwrap();
    assert_eq!(names, 0);
}

#[test]
fn refuses_a_file_whose_bytes_are_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, "a: 1\n");
    // The value is a digest in the form that the kernel wants.
    if !set(&path, "security.ima", &[1; 21]) {
        return;
    }
    let (_, state) = read(&path).unwrap();
    let refused = replace(&path, &state, b"b: 2\n");
    assert!(
        matches!(&refused, Err(WriteError::Attribute { name, .. }) if name == "security.ima"),
        "{refused:?}"
    );
    assert_eq!(fs::read(&path).unwrap(), b"a: 1\n");
    assert_eq!(super::leftovers(folder.path()).len(), 0);
}
