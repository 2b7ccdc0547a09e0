//! A path as a diff shows it: relative to a folder, and quoted as git quotes.
//!
//! Reads no file system: a path is taken apart as a text.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::compose::normalise;

/// Returns `path` as seen from `cwd`, never absolute and never beginning with `..`.
///
/// A file outside `cwd` shows as its absolute path without the leading `/`, so that `patch -p1 -d /` finds it.
/// `cwd` is absolute. Symbolic links are not followed, so a `..` after one is taken as a text.
#[must_use]
pub fn display_path(path: &Path, cwd: &Path) -> PathBuf {
    let whole = normalise(&cwd.join(path));
    let shown = whole.strip_prefix(normalise(cwd)).unwrap_or(&whole);
    shown.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// Writes one header line of a diff: `sign`, then `prefix` and `path` as one name.
pub(super) fn write_header(out: &mut impl Write, sign: &str, prefix: &str, path: &Path) -> io::Result<()> {
    out.write_all(sign.as_bytes())?;
    write_name(out, prefix, path)?;
    // Without the tab a reader would take the name to end at the space.
    let has_space = path.as_os_str().as_encoded_bytes().contains(&b' ');
    out.write_all(if has_space { b"\t\n" } else { b"\n" })
}

/// Writes `prefix` and `path` as one name, in quotes where git uses them.
pub(super) fn write_name(out: &mut impl Write, prefix: &str, path: &Path) -> io::Result<()> {
    let mut name = path.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) {
        name.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
    }
    // Git leaves a name that ends in a space unquoted, and `patch` then drops the space; both take the quotes.
    if name.iter().all(|byte| is_plain(*byte)) && !name.ends_with(b" ") {
        write!(out, "{prefix}")?;
        return out.write_all(&name);
    }
    write!(out, "\"{prefix}")?;
    name.iter().try_for_each(|byte| write_quoted(out, *byte))?;
    out.write_all(b"\"")
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E) && !matches!(byte, b'"' | b'\\')
}

fn write_quoted(out: &mut impl Write, byte: u8) -> io::Result<()> {
    let letter = match byte {
        0x07 => b'a',
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0B => b'v',
        0x0C => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ if is_plain(byte) => return out.write_all(&[byte]),
        _ => return write!(out, "\\{byte:03o}"),
    };
    out.write_all(&[b'\\', letter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_relative_to_the_current_directory() {
        let shown = |path: &str| display_path(Path::new(path), Path::new("/home/me/shop"));
        assert_eq!(shown("compose.yml"), Path::new("compose.yml"));
        assert_eq!(shown("./a//b/../compose.yml"), Path::new("a/compose.yml"));
        assert_eq!(shown("/home/me/shop/a/compose.yml"), Path::new("a/compose.yml"));
        assert_eq!(shown("../shop/compose.yml"), Path::new("compose.yml"));
    }

    #[test]
    fn is_neither_absolute_nor_upward_outside_the_current_directory() {
        let shown = |path: &str| display_path(Path::new(path), Path::new("/home/me/shop"));
        assert_eq!(shown("../other/compose.yml"), Path::new("home/me/other/compose.yml"));
        assert_eq!(shown("/srv/compose.yml"), Path::new("srv/compose.yml"));
        assert_eq!(shown("../../../../../compose.yml"), Path::new("compose.yml"));
        assert_eq!(shown("/home/me/shopping/compose.yml"), Path::new("home/me/shopping/compose.yml"));
    }

    #[test]
    fn quotes_every_byte_that_git_quotes() {
        let header = |name: &str| {
            let mut out = Vec::new();
            write_header(&mut out, "--- ", "a/", Path::new(name)).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(header("a/b.yml"), "--- a/a/b.yml\n");
        assert_eq!(header("a b.yml"), "--- a/a b.yml\t\n");
        assert_eq!(header("a "), "--- \"a/a \"\t\n");
        assert_eq!(header("é\"\\ \t\n\u{1}\u{7f}"), "--- \"a/\\303\\251\\\"\\\\ \\t\\n\\001\\177\"\t\n");
    }
}
