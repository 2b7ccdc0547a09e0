//! JSON as editors take it: from a text with comments and commas behind the last entry to one without.

/// Returns `text` as plain JSON; what is left out becomes spaces, so that everything else keeps its place.
///
/// What is wrong with it otherwise stays so.
pub(super) fn plain(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    // A comma that no entry followed yet.
    let mut comma = None;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match rest[0] {
            b'"' => string_length(rest),
            b'/' => comment_length(rest).unwrap_or(1),
            _ => 1,
        };
        match rest[0] {
            b'/' if length > 1 => {
                let comment = &mut bytes[at..at + length];
                comment.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b',' => comma = Some(at),
            letter => {
                if let Some(comma) = comma.take()
                    && matches!(letter, b']' | b'}')
                {
                    bytes[comma] = b' ';
                }
            }
        }
        at += length;
    }
    bytes
}

/// Returns the length of the string that `text` opens with, or that of all of it where it does not end.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// Returns the length of the comment that `text` opens with; one that does not end goes to the end of the text.
fn comment_length(text: &[u8]) -> Option<usize> {
    let end = if text.starts_with(b"//") {
        memchr::memchr(b'\n', text)
    } else if text.starts_with(b"/*") {
        memchr::memmem::find(&text[2..], b"*/").map(|end| end + 4)
    } else {
        return None;
    };
    Some(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_comments_and_commas_that_no_entry_follows() {
        for (text, expected) in [
            ("{} // a", "{}     "),
            ("/* { */[1, // \u{e9}\r\n2,/**/]", "       [1,       \n2     ]"),
            ("{\"a\": [1,\n], }", "{\"a\": [1 \n]  }"),
            ("[/*/ 1, */ 2]", "[          2]"),
            ("/* a\nb", "    \n "),
            ("//", "  "),
        ] {
            assert_eq!(String::from_utf8(plain(text)).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn keeps_what_is_in_strings_and_what_is_wrong() {
        for text in [
            r#"{"a": "// b /* c */", "d\\": ",]"}"#,
            r#"["\"/*", "*/"]"#,
            r#"["\\", 1]"#,
            "[1 / 2]",
            "[\"//,]",
            "\"\\",
            "[1,",
            "/",
            "",
        ] {
            assert_eq!(String::from_utf8(plain(text)).unwrap(), text);
        }
    }
}
