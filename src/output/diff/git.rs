//! The lines that git puts before a diff, by which `git apply -3` finds the text that was changed.

use std::io::{self, Write};
use std::path::Path;

use sha1::{Digest as _, Sha1};

use super::path::write_name;

/// Writes the lines with which git starts the diff of a file: its name, the ids of its bytes before and after, and its
/// mode, in octal.
///
/// `path` is seen from the top of the repository.
///
/// # Errors
/// Those of `out`.
pub fn write_git_header(
    out: &mut impl Write,
    path: &Path,
    (old, new): (&str, &str),
    mode: &str,
) -> io::Result<()> {
    out.write_all(b"diff --git ")?;
    write_name(out, "a/", path)?;
    out.write_all(b" ")?;
    write_name(out, "b/", path)?;
    write!(out, "\nindex {old}..{new} {mode}\n")
}

/// The SHA-1 id that git gives to `text` as the bytes of a file.
#[must_use]
pub fn blob_id(text: &str) -> String {
    let hash = Sha1::new().chain_update(format!("blob {}\0", text.len())).chain_update(text).finalize();
    format!("{hash:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_a_diff_as_git_does() {
        let header = |path: &str| {
            let mut out = Vec::new();
            write_git_header(&mut out, Path::new(path), ("1a", "2b"), "100644").unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(header("a b.yml"), "diff --git a/a b.yml b/a b.yml\nindex 1a..2b 100644\n");
        assert_eq!(
            header("\té.yml"),
            "diff --git \"a/\\t\\303\\251.yml\" \"b/\\t\\303\\251.yml\"\nindex 1a..2b 100644\n"
        );
    }

    #[test]
    fn names_a_text_as_git_does() {
        assert_eq!(blob_id(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_id("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
