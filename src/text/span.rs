//! A stretch of a source, in bytes.

use std::ops::Range;

/// The bytes from `start` up to, not including, `end`.
///
/// Offsets are 32-bit: a [`Source`](super::Source) is never longer than
/// [`MAX_SOURCE_BYTES`](super::MAX_SOURCE_BYTES).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Returns the span from `start` to `end`; a reversed pair is the empty span at `start`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Returns the empty span at `offset`.
    #[must_use]
    pub fn at(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// The offset of the first byte.
    #[must_use]
    pub fn start(self) -> u32 {
        self.start
    }

    /// The offset after the last byte.
    #[must_use]
    pub fn end(self) -> u32 {
        self.end
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no bytes.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether every byte of `other` lies in this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span as a range that indexes a string.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
