//! The unified diff of one file: from its text and the edits to it, to bytes that `git apply -p1` and
//! `patch -p1` take.
//!
//! Compares nothing: the edits say what changes, so the cost is one pass over the text whatever is in it. Knows
//! nothing of terminals and colours, and reads no file.

mod change;
mod git;
mod path;
mod stat;

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use crate::text::{EditSet, lines};
use change::{LineChange, LineChanges, count_lines};

pub use git::{blob_id, write_git_header};
pub use path::display_path;
pub use stat::{Stat, stat};

/// The unchanged lines shown before and after a change.
const CONTEXT: usize = 3;

/// The longest heading after `@@`, in bytes, as in git.
const HEADING_BYTES: usize = 80;

/// Returns what [`write_unified_diff`] writes.
///
/// # Panics
/// Where an edit lies outside `before` or cuts a character.
#[must_use]
pub fn unified_diff(path: &Path, before: &str, edits: &EditSet) -> Vec<u8> {
    let mut diff = Vec::new();
    write_unified_diff(&mut diff, path, before, edits).expect("a vector takes every byte");
    diff
}

/// Writes the unified diff between `before` and `before` with `edits` made; nothing where they change nothing.
///
/// `path` is what the header shows, as it is; [`display_path`] makes one. The form is that of `git diff` without
/// its `diff --git` and `index` lines: with a `diff --git` line, `git apply` in a subdirectory would exit 0 and
/// apply nothing. A line ends at a line feed only.
///
/// # Errors
/// Those of `out`.
///
/// # Panics
/// Where an edit lies outside `before` or cuts a character.
pub fn write_unified_diff(
    out: &mut impl Write,
    path: &Path,
    before: &str,
    edits: &EditSet,
) -> io::Result<()> {
    let mut changes = LineChanges::new(before, edits.as_slice()).peekable();
    if changes.peek().is_none() {
        return Ok(());
    }
    path::write_header(out, "--- ", "a/", path)?;
    path::write_header(out, "+++ ", "b/", path)?;
    let mut writer =
        HunkWriter { out, before, seen: Place::default(), delta: 0, heading: 0..0, headings_to: 0 };
    while let Some(first) = changes.next() {
        let mut hunk = vec![first];
        while let Some(next) = changes.next_if(|next| writer.touches(&hunk, next)) {
            hunk.push(next);
        }
        writer.write(&hunk)?;
    }
    Ok(())
}

/// A line of the text before: its number, counted from 0, and the offset of its first byte.
#[derive(Clone, Copy, Default)]
struct Place {
    line: usize,
    offset: usize,
}

struct HunkWriter<'a, W> {
    out: &'a mut W,
    before: &'a str,
    /// How far lines have been counted.
    seen: Place,
    /// Lines added less lines removed by the hunks so far.
    delta: isize,
    /// The nearest heading so far, and how far headings have been looked for.
    heading: Range<usize>,
    headings_to: usize,
}

impl<W: Write> HunkWriter<'_, W> {
    /// Whether no line would be left out between the context of `hunk` and that of `next`.
    fn touches(&self, hunk: &[LineChange], next: &LineChange) -> bool {
        let end = hunk.last().map_or(0, |change| change.old.end);
        lines(&self.before[end..next.old.start]).nth(2 * CONTEXT).is_none()
    }

    fn write(&mut self, hunk: &[LineChange]) -> io::Result<()> {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(()) };
        let start = self.context_start(first.old.start);
        let end =
            last.old.end + lines(&self.before[last.old.end..]).take(CONTEXT).map(str::len).sum::<usize>();

        self.seen.line += count_lines(&self.before[self.seen.offset..start]);
        self.seen.offset = start;
        let removed: usize = hunk.iter().map(|change| count_lines(&self.before[change.old.clone()])).sum();
        let added: usize = hunk.iter().map(|change| count_lines(&change.new)).sum();
        let old_len = count_lines(&self.before[start..end]);
        let new_len = old_len - removed + added;
        let new_line = self.seen.line.saturating_add_signed(self.delta);
        self.delta += added.cast_signed() - removed.cast_signed();

        self.write_hunk_header(self.seen.line, old_len, new_line, new_len)?;
        let mut at = start;
        for run in hunk.chunk_by(|one, other| one.old.end == other.old.start) {
            for change in run {
                self.write_lines(b' ', &self.before[at..change.old.start])?;
                self.write_lines(b'-', &self.before[change.old.clone()])?;
                at = change.old.end;
            }
            for change in run {
                self.write_lines(b'+', &change.new)?;
            }
        }
        self.write_lines(b' ', &self.before[at..end])
    }

    fn context_start(&self, offset: usize) -> usize {
        let above = lines_up(&self.before[..offset]).take(CONTEXT).map(str::len).sum::<usize>();
        offset - above
    }

    fn write_hunk_header(
        &mut self,
        old: usize,
        old_len: usize,
        new: usize,
        new_len: usize,
    ) -> io::Result<()> {
        let part = |line: usize, len: usize| match len {
            // A side without lines is named by the line before it.
            0 => format!("{line},0"),
            1 => format!("{}", line + 1),
            _ => format!("{},{len}", line + 1),
        };
        write!(self.out, "@@ -{} +{} @@", part(old, old_len), part(new, new_len))?;
        self.find_heading();
        if !self.heading.is_empty() {
            write!(self.out, " {}", &self.before[self.heading.clone()])?;
        }
        writeln!(self.out)
    }

    /// Moves the heading to the last line before the hunk that begins with a letter, `_` or `$`, as git does.
    fn find_heading(&mut self) {
        let above = &self.before[self.headings_to..self.seen.offset];
        let mut end = self.seen.offset;
        self.headings_to = end;
        for line in lines_up(above) {
            let start = end - line.len();
            if line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '$') {
                let mut len = line.len().min(HEADING_BYTES);
                while !line.is_char_boundary(len) {
                    len -= 1;
                }
                let shown = line[..len].trim_end_matches([' ', '\t', '\r', '\n']);
                self.heading = start..start + shown.len();
                return;
            }
            end = start;
        }
    }

    fn write_lines(&mut self, sign: u8, text: &str) -> io::Result<()> {
        for line in lines(text) {
            self.out.write_all(&[sign])?;
            self.out.write_all(line.as_bytes())?;
            if !line.ends_with('\n') {
                self.out.write_all(b"\n\\ No newline at end of file\n")?;
            }
        }
        Ok(())
    }
}

/// The lines of `text` from its end up.
fn lines_up(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').rev()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Edit, Span};

    fn diff(before: &str, edits: Vec<Edit>) -> String {
        let edits = EditSet::new(edits).unwrap();
        String::from_utf8(unified_diff(Path::new("c.yml"), before, &edits)).unwrap()
    }

    #[test]
    fn shows_three_lines_of_context_and_the_heading_above_them() {
        let before = "services:\n  a:\n  b:\n  c:\n  d:\n  e:\n  f:\n  g:\n";
        let shown = diff(before, vec![Edit::insert(30, "    x: 1\n")]);
        assert_eq!(
            shown,
            "--- a/c.yml\n+++ b/c.yml\n@@ -3,6 +3,7 @@ services:\n   b:\n   c:\n   d:\n+    x: 1\n   e:\n   f:\n   g:\n"
        );
    }

    #[test]
    fn shows_an_insertion_at_the_end_of_a_line_as_a_new_line() {
        assert_eq!(
            diff("a:\nb:\n", vec![Edit::insert(2, "\n  x: 1")]),
            "--- a/c.yml\n+++ b/c.yml\n@@ -1,2 +1,3 @@\n a:\n+  x: 1\n b:\n"
        );
    }

    #[test]
    fn marks_each_side_that_lacks_a_final_newline() {
        assert_eq!(
            diff("a", vec![Edit::insert(1, "\nb")]),
            "--- a/c.yml\n+++ b/c.yml\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn removes_before_it_adds_where_neighbouring_lines_change() {
        assert_eq!(
            diff("a\nb\n", vec![Edit::insert(1, "1"), Edit::insert(3, "2")]),
            "--- a/c.yml\n+++ b/c.yml\n@@ -1,2 +1,2 @@\n-a\n-b\n+a1\n+b2\n"
        );
    }

    #[test]
    fn parts_hunks_more_than_six_lines_apart_and_counts_on_behind_them() {
        let before = "1\n".repeat(20);
        let near = diff(&before, vec![Edit::insert(0, "x\n"), Edit::insert(12, "y\n")]);
        assert_eq!(near.matches("@@ -").count(), 1);
        let far = diff(&before, vec![Edit::insert(0, "x\n"), Edit::insert(14, "y\n")]);
        assert!(far.contains("@@ -1,3 +1,4 @@\n") && far.contains("@@ -5,6 +6,7 @@\n"), "{far}");
    }

    #[test]
    fn is_empty_where_the_edits_change_nothing() {
        assert_eq!(diff("a\nb\n", vec![Edit::replace(Span::new(0, 1), "a")]), "");
        assert_eq!(diff("", vec![]), "");
    }

    #[test]
    fn joins_lines_whose_line_feed_goes() {
        assert_eq!(
            diff("a\nb\nc\n", vec![Edit::replace(Span::new(1, 2), "")]),
            "--- a/c.yml\n+++ b/c.yml\n@@ -1,3 +1,2 @@\n-a\n-b\n+ab\n c\n"
        );
    }
}
