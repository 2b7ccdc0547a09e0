//! Lines and what ends them.

/// The bytes that end a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnding {
    /// A line feed, as on Unix.
    #[default]
    Lf,
    /// A carriage return and a line feed, as on Windows.
    CrLf,
    /// A carriage return alone, as on old Macs.
    Cr,
}

impl LineEnding {
    /// The line end that most of the first lines of `text` have; a line feed where there is none.
    #[must_use]
    pub fn of(text: &str) -> Self {
        const LINES: usize = 64;
        let bytes = text.as_bytes();
        let mut counts = [0_usize; 3];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes).take(LINES) {
            match bytes[at] {
                b'\n' if at > 0 && bytes[at - 1] == b'\r' => {}
                b'\n' => counts[0] += 1,
                _ if bytes.get(at + 1) == Some(&b'\n') => counts[1] += 1,
                _ => counts[2] += 1,
            }
        }
        match counts {
            [_, crlf, cr] if cr > crlf && cr > counts[0] => Self::Cr,
            [lf, crlf, _] if crlf > lf => Self::CrLf,
            _ => Self::Lf,
        }
    }

    /// The bytes themselves.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// Returns the lines of `text` with the bytes that end them; a line ends after a line feed only.
///
/// This is the line of diffs, where a carriage return is a byte like any other.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

/// Returns the offsets of the first bytes of the lines of `text`, whatever its encoding; that of the first line is 0.
///
/// A line ends at a line feed, at a carriage return, or at both, as in YAML.
pub fn line_starts(text: &[u8]) -> impl Iterator<Item = usize> {
    let ends = memchr::memchr2_iter(b'\n', b'\r', text);
    let ends = ends.filter(|at| text[*at] == b'\n' || text.get(at + 1) != Some(&b'\n'));
    std::iter::once(0).chain(ends.map(|at| at + 1))
}

/// Returns the line of the byte at `offset` in `text`, counted from 1 as [`line_starts`] finds them.
#[must_use]
pub fn line_number(text: &[u8], offset: usize) -> usize {
    line_starts(text).take_while(|start| *start <= offset).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_line_end_of_the_majority() {
        assert_eq!(LineEnding::of("a\r\nb\r\nc\n"), LineEnding::CrLf);
        assert_eq!(LineEnding::of("a\nb\r\nc\n"), LineEnding::Lf);
        assert_eq!(LineEnding::of("a\rb\r"), LineEnding::Cr);
        assert_eq!(LineEnding::of("a"), LineEnding::Lf);
    }

    #[test]
    fn a_line_ends_at_a_line_feed_a_carriage_return_or_both() {
        let text = b"a\r\nb\rc\n\nd";
        assert_eq!(line_starts(text).collect::<Vec<_>>(), [0, 3, 5, 7, 8]);
        assert_eq!(
            (0..=9).map(|at| line_number(text, at)).collect::<Vec<_>>(),
            [1, 1, 1, 2, 2, 3, 3, 4, 5, 5]
        );
        assert_eq!(line_starts(b"").collect::<Vec<_>>(), [0]);
    }
}
