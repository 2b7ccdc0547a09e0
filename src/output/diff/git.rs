//! The lines that git puts before a diff, by which `git apply -3` finds the text that was changed.

use std::io::{self, Write};
use std::path::Path;

use sha1::{Digest as _, Sha1};

use super::path::write_name;

/// Writes the lines `diff --git` and `index` for the change of the file at `path` from `before` to `after`.
///
/// `path` is seen from the top of the repository. The texts are named by the SHA-1 ids that git gives them where no
/// filter of git changes them.
///
/// # Errors
/// Those of `out`.
pub fn write_git_lines(
    out: &mut impl Write,
    path: &Path,
    before: &str,
    after: &str,
    is_executable: bool,
) -> io::Result<()> {
    out.write_all(b"diff --git ")?;
    write_name(out, "a/", path)?;
    out.write_all(b" ")?;
    write_name(out, "b/", path)?;
    let mode = if is_executable { "100755" } else { "100644" };
    writeln!(out, "\nindex {}..{} {mode}", blob_id(before), blob_id(after))
}

/// The id of `text` as a blob of git.
fn blob_id(text: &str) -> String {
    let hash = Sha1::new().chain_update(format!("blob {}\0", text.len())).chain_update(text).finalize();
    format!("{hash:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_those_of_git() {
        let lines = |path: &str| {
            let mut out = Vec::new();
            write_git_lines(&mut out, Path::new(path), "", "hello\n", true).unwrap();
            String::from_utf8(out).unwrap()
        };
        let index = "index e69de29bb2d1d6434b8b29ae775ad8c2e48c5391..ce013625030ba8dba906f756967f9e9ca394464a 100755\n";
        assert_eq!(lines("a b/c.yml"), format!("diff --git a/a b/c.yml b/a b/c.yml\n{index}"));
        assert_eq!(lines("é.yml"), format!("diff --git \"a/\\303\\251.yml\" \"b/\\303\\251.yml\"\n{index}"));
    }
}
