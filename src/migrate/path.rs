//! Paths as git and the report write them.

use std::ffi::OsString;
use std::path::{Component, Path};

use crate::text::text_of;

/// Returns `path` as the report writes it.
pub(super) fn path_text(path: &Path) -> String {
    text_of(path.as_os_str().as_encoded_bytes())
}

/// Returns `path` as a tree of git knows it, seen from `root`; nothing where it is not below it.
pub(super) fn tree_path(path: &Path, root: &Path) -> Option<OsString> {
    let mut name = OsString::new();
    for part in path.strip_prefix(root).ok()?.components() {
        let Component::Normal(part) = part else { return None };
        if !name.is_empty() {
            name.push("/");
        }
        name.push(part);
    }
    (!name.is_empty()).then_some(name)
}

/// Returns a number for `bytes` that is the same on every machine and in every version.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let folded = bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    });
    // The last byte would only move the number a little, and names often differ in that one.
    let mixed = (folded ^ (folded >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_path_below_the_root_only() {
        let path = |path: &str| tree_path(Path::new(path), Path::new("/a/b"));
        assert_eq!(path("/a/b/c/d.yml"), Some("c/d.yml".into()));
        assert_eq!(path("/a/b"), None);
        assert_eq!(path("/a/bc/d.yml"), None);
    }

    #[test]
    fn hashes_as_it_always_did() {
        // A report of an older version is read, and a sample is the same subset, as long as this holds.
        assert_eq!(hash(b"a/b"), 0x7A90_CB64_4B87_BD2D);
    }
}
