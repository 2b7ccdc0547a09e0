//! Where the block of hardening options is, and whether it is the promised one.

use foldhash::HashMap;

use crate::plan::{BlockPromise, OptionValue};

use super::mismatch::Mismatch;
use super::node::{Kind, NodeId};
use super::tape::Tape;

/// Words that some YAML version reads as null or a boolean, in lower case.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// The blocks of a text, each looked for once, however many documents use it.
pub(super) struct Blocks<'t, 'p> {
    tape: &'t Tape,
    /// By their documents and keys.
    known: HashMap<(usize, &'p str), Option<NodeId>>,
}

impl<'t, 'p> Blocks<'t, 'p> {
    pub(super) fn new(tape: &'t Tape) -> Self {
        Self { tape, known: HashMap::default() }
    }

    /// The value of the top-level entry that is the block, in one of so many first documents.
    pub(super) fn find(&mut self, promise: &'p BlockPromise, documents: usize) -> Option<NodeId> {
        let root = *self.tape.roots[..documents].get(promise.document)?;
        let known = self.known.entry((promise.document, &promise.key));
        *known.or_insert_with(|| self.tape.entry(root, &promise.key))
    }
}

/// Checks that the mapping `block` holds `options`, all of them strings, and nothing else.
pub(super) fn check_content(
    tape: &Tape,
    block: NodeId,
    options: &[(String, OptionValue)],
) -> Result<(), Mismatch> {
    if !tape.is_mapping(block) || tape.tag(block).is_some() {
        return Err(Mismatch::NoBlock);
    }
    let mut entries = tape.entries(block);
    for (option, promised) in options {
        let found = entries.next();
        if !found.is_some_and(|(key, value)| is_string(tape, key, option) && is_value(tape, value, promised))
        {
            let line = tape.line(found.map_or(block, |(key, _)| key));
            return Err(Mismatch::BlockContent { option: (*option).clone(), line });
        }
    }
    match entries.next() {
        None => Ok(()),
        Some((key, _)) => Err(Mismatch::BlockContent { option: tape.name(key), line: tape.line(key) }),
    }
}

fn is_value(tape: &Tape, id: NodeId, promised: &OptionValue) -> bool {
    match promised {
        OptionValue::Text(text) => is_string(tape, id, text),
        OptionValue::List(items) => {
            let node = tape.node(id);
            node.kind == Kind::Sequence
                && !node.tagged
                && node.second as usize == items.len()
                && tape.children(id).zip(items).all(|(child, item)| is_string(tape, child, item))
        }
    }
}

/// Whether a node is a scalar with this content that every YAML reader takes for a string.
fn is_string(tape: &Tape, id: NodeId, content: &str) -> bool {
    let node = tape.node(id);
    node.kind.is_scalar()
        && tape.text(id) == Some(content)
        && match tape.tag(id) {
            None => node.kind != Kind::Plain || is_plain_string(content),
            Some(tag) => tag == "tag:yaml.org,2002:str",
        }
}

/// Whether a plain scalar is a string beyond doubt: no number, date, null, boolean or merge key.
fn is_plain_string(content: &str) -> bool {
    let starts_like_one =
        |character: char| !matches!(character, '0'..='9' | '+' | '-' | '.' | '~' | '<' | '=');
    content.chars().next().is_some_and(starts_like_one)
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(content))
}

#[cfg(test)]
mod tests {
    use super::super::reader::read;
    use super::super::shadow::Reading;
    use super::*;

    fn check(text: &str) -> Result<(), Mismatch> {
        let tape = read(&Reading { text, separations: &[] }).unwrap();
        let options = [
            ("cap_drop".to_owned(), OptionValue::List(vec!["ALL".to_owned()])),
            ("user".to_owned(), OptionValue::Text("1000".to_owned())),
        ];
        check_content(&tape, 0, &options)
    }

    #[test]
    fn takes_the_promised_options_in_any_layout() {
        assert_eq!(check("cap_drop:\n  - ALL\nuser: \"1000\"\n"), Ok(()));
        assert_eq!(check("{\"cap_drop\": ['ALL'], user: !!str 1000}\n"), Ok(()));
    }

    #[test]
    fn names_the_first_option_that_is_not_as_promised() {
        for (text, option, line) in [
            ("cap_drop: [ALL]\nuser: 1000\n", "user", 2),
            ("cap_drop: [ALL]\nuser: \"0\"\n", "user", 2),
            ("cap_drop: ALL\nuser: \"1000\"\n", "cap_drop", 1),
            ("cap_drop: []\nuser: \"1000\"\n", "cap_drop", 1),
            ("cap_drop: !override [ALL]\nuser: \"1000\"\n", "cap_drop", 1),
            ("user: \"1000\"\ncap_drop: [ALL]\n", "cap_drop", 1),
            ("cap_drop: [ALL]\n", "user", 1),
            ("cap_drop: [ALL]\nuser: \"1000\"\nprivileged: true\n", "privileged", 3),
        ] {
            let option = option.to_owned();
            assert_eq!(check(text), Err(Mismatch::BlockContent { option, line }), "{text}");
        }
        assert_eq!(check("[]"), Err(Mismatch::NoBlock));
        assert_eq!(check("!reset {}"), Err(Mismatch::NoBlock));
    }

    #[test]
    fn a_plain_scalar_is_a_string_only_beyond_doubt() {
        for text in ["runsc", "ALL", "${UID:-1000}", "nonroot", "/bin/sh"] {
            assert!(is_plain_string(text), "{text}");
        }
        for text in ["", "~", "1", "-1", ".5", "2024-01-01", "No", "TRUE", "null", "<<", "y"] {
            assert!(!is_plain_string(text), "{text}");
        }
    }
}
