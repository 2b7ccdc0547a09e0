//! The few lines of a source that a message is about: cut, cleaned, and with the places in them marked.
//!
//! Knows nothing of how they are laid out.

use std::ops::Range;

use super::clean;
use crate::text::{Diagnostic, Label, LineIndex};

/// Lines up to this many bytes are shown whole, as far as the terminal's width allows.
const WHOLE_LINE_BYTES: usize = 400;

/// What is shown of a longer line before its mark, and after the start of its mark, in bytes.
const BEFORE_MARK_BYTES: usize = 60;
const BEHIND_MARK_BYTES: usize = 240;

/// Places at most this many lines apart share an excerpt.
const NEAR_LINES: usize = 8;

/// More related places than this help nobody; the rest are left out.
const MAX_RELATED: usize = 16;

/// What stands for the part of a line that is cut off.
const ELLIPSIS: &str = "...";

/// A place in an excerpt.
pub(super) struct Mark {
    /// Bytes of the excerpt's text.
    pub(super) range: Range<usize>,
    /// Words about it; may be empty.
    pub(super) text: String,
    /// Whether it is what the message is about.
    pub(super) primary: bool,
}

/// Neighbouring lines of a source as they are shown.
pub(super) struct Excerpt {
    first_line: usize,
    last_line: usize,
    /// The line and the column, counted from 1, of the place that names the excerpt.
    place: (usize, usize),
    text: String,
    marks: Vec<Mark>,
}

impl Excerpt {
    /// The lines, each but the last ended by a line feed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The number of the first line, counted from 1.
    pub(super) fn first_line(&self) -> usize {
        self.first_line + 1
    }

    /// The number of the last line, counted from 1.
    pub(super) fn last_line(&self) -> usize {
        self.last_line + 1
    }

    /// The line of the place, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.place.0
    }

    /// The column of the place in the source, in characters from 1.
    pub(super) fn column(&self) -> usize {
        self.place.1
    }
}

/// Returns the excerpts for `diagnostic`, the one with its own place first; none where it has no place at all.
pub(super) fn excerpts(index: &LineIndex, diagnostic: &Diagnostic) -> Vec<Excerpt> {
    let place = diagnostic.place.iter().map(|label| Spot::new(index, label, true));
    let related = diagnostic.related.iter().take(MAX_RELATED).map(|label| Spot::new(index, label, false));
    let mut groups: Vec<Vec<Spot>> = Vec::new();
    for spot in place.chain(related) {
        match groups.iter_mut().find(|group| spot.joins(group)) {
            Some(group) => group.push(spot),
            None => groups.push(vec![spot]),
        }
    }
    groups.iter().map(|group| excerpt(index, group)).collect()
}

/// A label on one line of the source.
struct Spot<'a> {
    label: &'a Label,
    primary: bool,
    line: usize,
    whole_line: bool,
    /// Bytes of the source; within the line or at its end.
    range: Range<usize>,
}

impl<'a> Spot<'a> {
    fn new(index: &LineIndex, label: &'a Label, primary: bool) -> Self {
        let span = label.span.range();
        let start = boundary(index.text(), span.start);
        let line = index.line_of(start);
        let bytes = index.line(line);
        let start = start.min(bytes.end);
        let end = boundary(index.text(), span.end).clamp(start, bytes.end);
        Self { label, primary, line, whole_line: bytes.len() <= WHOLE_LINE_BYTES, range: start..end }
    }

    /// Whether it can be shown with `group`: near its first, and no line to be cut.
    fn joins(&self, group: &[Spot]) -> bool {
        let first = &group[0];
        self.whole_line && first.whole_line && self.line.abs_diff(first.line) <= NEAR_LINES
    }
}

fn excerpt(index: &LineIndex, group: &[Spot]) -> Excerpt {
    let lines = group.iter().map(|spot| spot.line);
    let first_line = lines.clone().min().unwrap_or_default();
    let last_line = lines.max().unwrap_or_default();
    let mut text = String::new();
    let mut shown = vec![0..0; group.len()];
    for line in first_line..=last_line {
        if line > first_line {
            text.push('\n');
        }
        let bytes = index.line(line);
        let spots = || group.iter().enumerate().filter(move |(_, spot)| spot.line == line);
        let focus = spots().next().map_or(bytes.start, |(_, spot)| spot.range.start);
        let window = window(index, &bytes, focus);
        if window.start > bytes.start {
            text.push_str(ELLIPSIS);
        }
        for (at, char) in index.text()[window.clone()].char_indices() {
            mark(&mut shown, spots(), window.start + at, text.len());
            clean::push(&mut text, char);
        }
        mark(&mut shown, spots(), window.end, text.len());
        // A place that ends beyond the window ends with what is shown of it.
        for (number, _) in spots().filter(|(_, spot)| spot.range.end > window.end) {
            shown[number].end = text.len();
        }
        if window.end < bytes.end {
            text.push_str(ELLIPSIS);
        }
    }
    let named = &group[0];
    // What comes after a line's end is shown there, and counted there.
    let place = (named.line + 1, index.column(named.range.start));
    let marks = group
        .iter()
        .zip(shown)
        .map(|(spot, range)| Mark { range, text: clean::message(&spot.label.text), primary: spot.primary })
        .collect();
    Excerpt { first_line, last_line, place, text, marks }
}

/// Notes where the spots that begin or end at `offset` of the source do so in the excerpt.
fn mark<'a>(
    shown: &mut [Range<usize>],
    spots: impl Iterator<Item = (usize, &'a Spot<'a>)>,
    offset: usize,
    at: usize,
) {
    for (number, spot) in spots {
        if spot.range.start == offset {
            shown[number] = at..at;
        }
        if spot.range.end == offset {
            shown[number].end = at;
        }
    }
}

/// The bytes of `line` that are shown: all, or those about `focus`.
fn window(index: &LineIndex, line: &Range<usize>, focus: usize) -> Range<usize> {
    if line.len() <= WHOLE_LINE_BYTES {
        return line.clone();
    }
    let start = focus.saturating_sub(BEFORE_MARK_BYTES).max(line.start);
    let end = (focus + BEHIND_MARK_BYTES).min(line.end);
    boundary(index.text(), start)..boundary(index.text(), end)
}

/// The start of the character that holds the byte at `offset`; the end of the text where there is none.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
