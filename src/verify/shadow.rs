//! The text that yaml-rust2 gets to read: the source without its byte order mark, with white space added
//! where YAML 1.2 is stricter than Docker Compose's reader.

use super::unreadable::Unreadable;

/// The longest text that is read, in bytes. The reader's offsets are 32-bit, and an escape such as `\L` is
/// shorter than what it stands for.
const MAX_READ_BYTES: usize = 1 << 30;

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A text to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The whole text, a byte order mark included.
    pub text: &'a str,
    /// Where Docker Compose's reader needs less white space than YAML 1.2, in ascending order.
    pub separations: &'a [Separation],
}

/// White space that YAML 1.2 requires and Docker Compose's reader does not.
///
/// It is added to a copy of the text, for the second reader alone, and only where the text as it is cannot
/// be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Separation {
    /// Where it is missing, in bytes.
    pub offset: u32,
    /// How many spaces are missing.
    pub spaces: u32,
}

/// What cannot be read, and the byte where it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnreadableByte {
    pub(super) offset: usize,
    pub(super) reason: Unreadable,
}

impl<'a> Reading<'a> {
    /// Returns the text without its byte order mark.
    pub(super) fn without_mark(&self) -> &'a str {
        self.text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.text)
    }

    /// Looks for what yaml-rust2 would not notice or not report.
    pub(super) fn check(&self) -> Result<(), UnreadableByte> {
        if is_too_long(self.text.len()) {
            return Err(UnreadableByte { offset: 0, reason: Unreadable::TooLong(self.text.len()) });
        }
        let text = self.without_mark();
        let mark = self.text.len() - text.len();
        match first_obstacle(text) {
            None => Ok(()),
            Some((at, character)) => {
                Err(UnreadableByte { offset: mark + at, reason: Unreadable::Character(character) })
            }
        }
    }

    /// Returns the text without its byte order mark and with the separations in place.
    pub(super) fn with_separations(&self) -> Result<String, UnreadableByte> {
        let text = self.without_mark();
        let mark = self.text.len() - text.len();
        let spaces = self.separations.iter().map(|separation| separation.spaces as usize);
        let bytes = spaces.fold(text.len(), usize::saturating_add);
        if is_too_long(bytes) {
            return Err(UnreadableByte { offset: 0, reason: Unreadable::TooLong(bytes) });
        }
        let mut separated = String::with_capacity(bytes);
        let mut copied = 0;
        for separation in self.separations {
            let obstacle = || UnreadableByte {
                offset: (separation.offset as usize).min(self.text.len()),
                reason: Unreadable::Separation(separation.offset),
            };
            let piece = (separation.offset as usize)
                .checked_sub(mark)
                .and_then(|offset| text.get(copied..offset))
                .ok_or_else(obstacle)?;
            copied += piece.len();
            let spaces = separation.spaces as usize;
            if !parts_nothing(&text[..copied], &text[copied..]) {
                return Err(obstacle());
            }
            separated.push_str(piece);
            separated.extend(std::iter::repeat_n(' ', spaces));
        }
        separated.push_str(&text[copied..]);
        Ok(separated)
    }
}

fn is_too_long(bytes: usize) -> bool {
    bytes > MAX_READ_BYTES
}

/// Whether spaces between the two texts are beside white space or an indicator, not inside a word.
fn parts_nothing(left: &str, right: &str) -> bool {
    let is_border =
        |character: char| matches!(character, ' ' | '\t' | '\n' | '\r' | ',' | '[' | ']' | '{' | '}');
    let left = left.chars().next_back();
    let right = right.chars().next();
    left.is_none_or(|character| is_border(character) || matches!(character, ':' | '"' | '\''))
        || right.is_none_or(|character| is_border(character) || character == '#')
}

/// The first character that must not be read, and where it is.
fn first_obstacle(text: &str) -> Option<(usize, char)> {
    const CHUNK: usize = 64;
    let is_harmless = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let mut start = 0;
    for chunk in text.as_bytes().chunks(CHUNK) {
        // Processors are quick at checking all bytes of a chunk at once.
        if !chunk.iter().fold(true, |harmless, byte| harmless & is_harmless(*byte)) {
            let first = (start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
            let characters = text[first..].char_indices().map(|(at, character)| (first + at, character));
            let mut characters = characters.take_while(|(at, _)| *at < start + CHUNK);
            if let Some(found) = characters.find(|(_, character)| is_obstacle(*character)) {
                return Some(found);
            }
        }
        start += CHUNK;
    }
    None
}

fn is_obstacle(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        // yaml-rust2 takes a NUL for the end of the text. Docker Compose rejects control characters, and
        // ends a line at U+0085, U+2028 and U+2029, where YAML 1.2 does not.
        '\0'..='\u{9F}' | '\u{2028}' | '\u{2029}' | BYTE_ORDER_MARK | '\u{FFFE}' | '\u{FFFF}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separated(text: &str, separations: &[(u32, u32)]) -> Result<String, UnreadableByte> {
        let separations: Vec<_> =
            separations.iter().map(|&(offset, spaces)| Separation { offset, spaces }).collect();
        Reading { text, separations: &separations }.with_separations()
    }

    #[test]
    fn adds_spaces_where_they_are_missing() {
        assert_eq!(separated("a: [\n]\n", &[(5, 1)]).unwrap(), "a: [\n ]\n");
        assert_eq!(separated("\u{FEFF}a:\tb\nc:\td", &[(5, 1), (10, 2)]).unwrap(), "a: \tb\nc:  \td");
    }

    #[test]
    fn refuses_separations_that_are_out_of_order_or_cut_a_character_or_a_word() {
        for (text, separations) in [
            ("a: b c", &[(4, 1), (2, 1)][..]),
            ("a: é", &[(4, 1)]),
            ("a: bc", &[(4, 1)]),
            ("a", &[(2, 1)]),
            ("\u{FEFF}a", &[(0, 1)]),
        ] {
            let offset = separations[separations.len() - 1].0;
            let obstacle = separated(text, separations).unwrap_err();
            assert_eq!(obstacle.reason, Unreadable::Separation(offset), "{text:?}");
        }
    }

    #[test]
    fn takes_texts_up_to_one_gibibyte() {
        assert!(!is_too_long(1024 * 1024 * 1024));
        assert!(is_too_long(1024 * 1024 * 1024 + 1));
    }

    #[test]
    fn refuses_more_spaces_together_than_there_is_room_for() {
        let bytes = "a: [\n]\n".len() + (1 << 30);
        let obstacle = separated("a: [\n]\n", &[(3, 1 << 29), (5, 1 << 29)]).unwrap_err();
        assert_eq!(obstacle, UnreadableByte { offset: 0, reason: Unreadable::TooLong(bytes) });
    }

    #[test]
    fn finds_an_obstacle_wherever_it_stands() {
        for before in 0..200 {
            let text = format!("{}é\u{2028}é", "a".repeat(before));
            assert_eq!(first_obstacle(&text), Some((before + 2, '\u{2028}')));
            assert_eq!(first_obstacle(&text[..before + 2]), None);
        }
    }

    #[test]
    fn finds_characters_that_are_read_in_two_ways() {
        for character in ['\0', '\u{C}', '\u{7F}', '\u{85}', '\u{2028}', '\u{2029}', '\u{FEFF}'] {
            let text = format!("é: {character}");
            let reading = Reading { text: &text, separations: &[] };
            let reason = Unreadable::Character(character);
            assert_eq!(reading.check(), Err(UnreadableByte { offset: 4, reason }));
        }
        assert_eq!(Reading { text: "\u{FEFF}a: é\u{A0}😀\r\n\t", separations: &[] }.check(), Ok(()));
    }
}
