//! Edits as whole lines: from edits over bytes to the runs of lines that differ.
//!
//! Knows nothing of hunks and context.

use std::ops::Range;

use memchr::memchr_iter;

use crate::text::{Edit, lines};

/// Lines of the text before, and the lines that take their place.
///
/// Either side may be without lines. Only a side that reaches the end of its text may lack a final line feed.
pub(super) struct LineChange {
    /// The bytes of the lines that go.
    pub(super) old: Range<usize>,
    /// The lines that come.
    pub(super) new: String,
}

/// The changes that edits make to a text, in order; no line is in two of them.
pub(super) struct LineChanges<'a> {
    before: &'a str,
    edits: &'a [Edit],
}

impl<'a> LineChanges<'a> {
    /// Takes the text before and the edits to it, ordered and disjoint.
    pub(super) fn new(before: &'a str, edits: &'a [Edit]) -> Self {
        Self { before, edits }
    }

    /// Takes the edits of the next lines together, so that both sides are whole lines.
    fn next_lines(&mut self) -> Option<LineChange> {
        let (first, rest) = self.edits.split_first()?;
        self.edits = rest;
        let before = self.before;
        let start = before[..first.span().range().start].rfind('\n').map_or(0, |feed| feed + 1);
        let mut new = before[start..first.span().range().start].to_owned();
        new.push_str(first.text());
        let mut end = first.span().range().end;
        loop {
            let whole = (new.is_empty() || new.ends_with('\n')) && self.starts_line(end);
            if let Some((next, rest)) = self.edits.split_first() {
                let kept = &before[end..next.span().range().start];
                // A line feed is looked for up to the next edit only, or many edits of one long line would each
                // read to its end.
                if kept.is_empty() || !(whole || kept.contains('\n')) {
                    new.push_str(kept);
                    new.push_str(next.text());
                    end = next.span().range().end;
                    self.edits = rest;
                    continue;
                }
            }
            if !whole {
                let line = &before[end..];
                let len = line.find('\n').map_or(line.len(), |feed| feed + 1);
                new.push_str(&line[..len]);
                end += len;
            }
            return Some(LineChange { old: start..end, new });
        }
    }

    fn starts_line(&self, offset: usize) -> bool {
        offset == 0 || self.before.as_bytes()[offset - 1] == b'\n'
    }
}

impl Iterator for LineChanges<'_> {
    type Item = LineChange;

    fn next(&mut self) -> Option<LineChange> {
        loop {
            let change = self.next_lines()?;
            let change = trim(self.before, change);
            if !(change.old.is_empty() && change.new.is_empty()) {
                return Some(change);
            }
        }
    }
}

/// Takes the lines off both ends of `change` that are the same on both sides.
fn trim(before: &str, change: LineChange) -> LineChange {
    let (old, new) = (&before[change.old.clone()], change.new.as_str());
    let head = same_bytes(lines(old), lines(new));
    let (old, new) = (&old[head..], &new[head..]);
    let tail = same_bytes(old.split_inclusive('\n').rev(), new.split_inclusive('\n').rev());
    if head + tail == 0 {
        return change;
    }
    let new = new[..new.len() - tail].to_owned();
    LineChange { old: change.old.start + head..change.old.end - tail, new }
}

fn same_bytes<'a>(old: impl Iterator<Item = &'a str>, new: impl Iterator<Item = &'a str>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).map(|(old, _)| old.len()).sum()
}

/// How many lines `text` has; a last one may lack its line feed.
pub(super) fn count_lines(text: &str) -> usize {
    let feeds = memchr_iter(b'\n', text.as_bytes()).count();
    feeds + usize::from(!text.is_empty() && !text.ends_with('\n'))
}
