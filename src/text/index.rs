//! Lines by number: from an offset to its line and column, without a pass over the text for each.
//!
//! Counts as [`Source::position`](super::Source::position) does: a line ends at a line feed, at a carriage
//! return, or at both, and columns are characters.

use std::cell::{Cell, OnceCell};
use std::ops::Range;

use super::line_starts;

/// The lines of a text, found once, when the first of them is asked for.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// The offset of the first byte of each line.
    starts: OnceCell<Vec<u32>>,
    /// The last place a column was asked for: the offset, and the characters before it in its line.
    last: Cell<(usize, usize)>,
}

impl<'a> LineIndex<'a> {
    /// Returns the lines of `text`, which is that of a [`Source`](super::Source).
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, starts: OnceCell::new(), last: Cell::new((0, 0)) }
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The line of the byte at `offset`, counted from 0.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts().partition_point(|start| *start as usize <= offset) - 1
    }

    /// The bytes of `line`, counted from 0, without those that end it.
    ///
    /// # Panics
    /// Where the text has no such line.
    #[must_use]
    pub fn line(&self, line: usize) -> Range<usize> {
        let starts = self.starts();
        let start = starts[line] as usize;
        let Some(next) = starts.get(line + 1) else { return start..self.text.len() };
        let whole = &self.text[start..*next as usize];
        let bare = whole.strip_suffix('\n').unwrap_or(whole);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        start..start + bare.len()
    }

    /// The column of the byte at `offset`, in characters, counted from 1.
    ///
    /// # Panics
    /// Where `offset` lies outside the text or cuts a character.
    #[must_use]
    pub fn column(&self, offset: usize) -> usize {
        let start = self.starts()[self.line_of(offset)] as usize;
        // Messages come in the order of their places, and a line may be as long as the file.
        let (from, before) = match self.last.get() {
            (last, before) if (start..=offset).contains(&last) => (last, before),
            _ => (start, 0),
        };
        let before = before + self.text[from..offset].chars().count();
        self.last.set((offset, before));
        before + 1
    }

    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let place = |start| u32::try_from(start).expect("a source is shorter than 2^27 bytes");
            line_starts(self.text.as_bytes()).map(place).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;

    #[test]
    fn counts_as_the_source_does_in_any_order() {
        let text = "\u{feff}a\r\nbé: c\rd\n\n\re\u{2028}f\u{85}g\r";
        let source = Source::from_bytes("a", text.as_bytes().to_vec()).unwrap();
        let index = LineIndex::new(text);
        let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for offset in offsets.iter().chain(offsets.iter().rev()) {
            let position = source.position(u32::try_from(*offset).unwrap());
            let line = index.line_of(*offset);
            assert_eq!((line + 1, index.column(*offset)), (position.line, position.column), "{offset}");
            assert!(!text[index.line(line)].contains(['\n', '\r']));
        }
    }
}
