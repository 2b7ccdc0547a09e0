//! From a text to a [`Tape`], by the events of yaml-rust2, or of granit-parser where that cannot read the text.
//!
//! Docker Compose may well accept what yaml-rust2 cannot read. granit-parser shares as little with the editor, so
//! its proof is as good; both sides are read by the same of the two.

use std::panic::resume_unwind;
use std::thread;

use super::build::Builder;
use super::content::Content;
use super::events;
use super::shadow::{Reading, UnreadableByte};
use super::tape::{Parser, Tape};
use super::unreadable::{ReadFault, Side};
use super::verdict::Doubt;
use crate::text::line_number;

/// Reads `reading`, with its separations where it cannot be read without.
pub(super) fn read(reading: &Reading) -> Result<Tape, ReadFault> {
    match read_by(Parser::YamlRust2, reading, &Tape::default) {
        // Where neither can read it, the words of the first count.
        Err(fault) if fault.is_of_parser() => {
            read_by(Parser::Granit, reading, &Tape::default).map_err(|_| fault)
        }
        result => result,
    }
}

/// Texts from this length on are read side by side, by a thread each: for shorter ones that is not worth it.
const BYTES_WORTH_A_THREAD: usize = 1 << 20;

/// Reads two texts, which have most of their content in common, by the same parser.
pub(super) fn read_both(before: &Reading, after: &Reading) -> Result<(Tape, Tape), Doubt> {
    if before.text.len() < BYTES_WORTH_A_THREAD {
        read_in_turn(before, after)
    } else {
        read_at_once(before, after)
    }
}

fn read_in_turn(before: &Reading, after: &Reading) -> Result<(Tape, Tape), Doubt> {
    let mut before = read(before).map_err(|fault| fault.on(Side::Before))?;
    before.content.share();
    let beside = || Tape { content: Content::beside(&before.content), ..Tape::default() };
    let after = read_by(before.parser, after, &beside).map_err(|fault| fault.on(Side::After))?;
    Ok((before, after))
}

fn read_at_once(before: &Reading, after: &Reading) -> Result<(Tape, Tape), Doubt> {
    let (before, early) = thread::scope(|scope| {
        let beside = thread::Builder::new().spawn_scoped(scope, || read(before));
        let early = read_by(Parser::YamlRust2, after, &Tape::default);
        let before = match beside {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // If no other thread is available, this one does it.
            Err(_) => read(before),
        };
        (before, early)
    });
    let before = before.map_err(|fault| fault.on(Side::Before))?;
    let after = match before.parser {
        Parser::YamlRust2 => early,
        Parser::Granit => read_by(Parser::Granit, after, &Tape::default),
    };
    Ok((before, after.map_err(|fault| fault.on(Side::After))?))
}

fn read_by(parser: Parser, reading: &Reading, tape: &dyn Fn() -> Tape) -> Result<Tape, ReadFault> {
    reading.check().map_err(|obstacle| obstacle.into_fault(reading.text))?;
    let read = |text: &str| {
        let builder = Builder::new(Tape { parser, ..tape() }, text.len());
        match parser {
            Parser::YamlRust2 => events::by_yaml_rust2(text, builder),
            Parser::Granit => events::by_granit(text, builder),
        }
    };
    match read(reading.without_mark()) {
        Err(fault) if fault.is_of_parser() && !reading.separations.is_empty() => {
            let text = reading.with_separations().map_err(|obstacle| obstacle.into_fault(reading.text))?;
            read(&text)
        }
        result => result,
    }
}

impl UnreadableByte {
    fn into_fault(self, text: &str) -> ReadFault {
        ReadFault { line: line_number(text.as_bytes(), self.offset), reason: self.reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::shadow::Separation;
    use crate::verify::unreadable::Unreadable;

    fn tape(text: &str) -> Result<Tape, ReadFault> {
        read(&Reading { text, separations: &[] })
    }

    fn reason(text: &str) -> Unreadable {
        tape(text).unwrap_err().reason
    }

    #[test]
    fn resolves_an_alias_to_the_latest_anchor_before_it_across_documents() {
        let tape = tape("- &a x\n- &a y\n- *a\n---\n*a\n").unwrap();
        assert_eq!(tape.text(3), Some("y"));
        assert_eq!(tape.roots, [0, 4]);
        assert_eq!(tape.text(4), Some("y"));
    }

    #[test]
    fn rejects_duplicate_keys_in_small_and_large_mappings() {
        assert_eq!(reason("a: 1\n\"a\": 2\n"), Unreadable::DuplicateKey("a".to_owned()));
        let mut large = (0..40).map(|key| format!("k{key}: 1\n")).collect::<Vec<_>>().concat();
        assert!(tape(&large).is_ok());
        large.push_str("k7: 2\n");
        assert_eq!(
            tape(&large).unwrap_err(),
            ReadFault { line: 41, reason: Unreadable::DuplicateKey("k7".into()) }
        );
    }

    #[test]
    fn rejects_an_anchor_that_contains_itself() {
        assert_eq!(reason("a: &a\n  <<: *a\n"), Unreadable::SelfContaining);
        assert_eq!(reason("a: &a [[*a]]\n"), Unreadable::SelfContaining);
        assert!(tape("a: &a [x]\nb: &a [*a]\n").is_err());
        assert!(tape("a: &b [x]\nb: &a [*b]\n").is_ok());
    }

    #[test]
    fn expands_tags() {
        let tape =
            tape("%TAG !e! tag:example.com:\n---\n- !e!x 1\n- !reset 1\n- !!str 1\n- !<!reset> 2\n").unwrap();
        let tags: Vec<_> = tape.children(0).map(|id| tape.tag(id)).collect();
        let reset = Some("!reset");
        assert_eq!(tags, [Some("tag:example.com:x"), reset, Some("tag:yaml.org,2002:str"), reset]);
    }

    #[test]
    fn tells_merge_keys_from_keys_that_look_like_one() {
        let keys = ["<<", "!!merge <<", "? <<\n", "\"<<\"", "!!str <<", "'<<'"];
        let found = keys.map(|key| tape(&format!("{key}: {{}}\n")).unwrap().is_merge_key(1));
        assert_eq!(found, [true, true, true, false, false, false]);
    }

    #[test]
    fn separates_only_what_cannot_be_read_as_it_is() {
        let text = "a: [\nb\n]\n";
        let by_yaml_rust2 =
            |separations| read_by(Parser::YamlRust2, &Reading { text, separations }, &Tape::default);
        assert!(by_yaml_rust2(&[]).is_err());
        let separations = [Separation { offset: 5, spaces: 1 }, Separation { offset: 7, spaces: 1 }];
        let tape = by_yaml_rust2(&separations).unwrap();
        assert_eq!(tape.text(3), Some("b"));
        let superfluous = Separation { offset: 3, spaces: 1 };
        let tape = read(&Reading { text: "a: \"b \"\n", separations: &[superfluous] }).unwrap();
        assert_eq!(tape.text(2), Some("b "));
    }

    #[test]
    fn reads_by_another_parser_what_yaml_rust2_cannot() {
        for text in [
            "x: [a: [b]]\n",
            "x: [b: {c: d}]\n",
            "%TAG !e! tag:x,2000:\n%TAG !f! tag:y,2000:\n---\n- !e!x a\n- !f!x b\n",
            "x: \"a\n\t\n  b\"\n",
            "?\t# comment\n  a\n: b\n",
            "{a: b\n-}\n",
        ] {
            let reading = Reading { text, separations: &[] };
            for read in [read_in_turn, read_at_once] {
                let (before, after) = read(&reading, &reading).unwrap();
                assert_eq!((before.parser, after.parser), (Parser::Granit, Parser::Granit), "{text:?}");
            }
        }
        assert_eq!(tape("a: b\n").unwrap().parser, Parser::YamlRust2);
        assert_eq!(tape("a: ]\n").unwrap_err().line, 1);
    }

    #[test]
    fn both_parsers_give_the_same_tape() {
        let text = "%TAG !e! tag:x,2000:\n---\n- &a !e!x {b: 'c', \"d\": [e]}\n- !!str |\n  f\n- >-\n  g\n- *a\n- !h &i j\n- !<k> l\n---\n- &a\n- ~\n- !\n-\n- {m: , \"n\"}\n- [o: , ? p]\n";
        let reading = Reading { text, separations: &[] };
        let [one, other] =
            [Parser::YamlRust2, Parser::Granit].map(|it| read_by(it, &reading, &Tape::default).unwrap());
        let nodes = |tape: &Tape| {
            let kinds: Vec<_> = tape.nodes.iter().map(|it| (it.kind, it.first, it.second)).collect();
            format!("{kinds:?} {:?} {:?} {:?}", tape.content, tape.tags, tape.roots)
        };
        assert_eq!(nodes(&one), nodes(&other));
    }

    #[test]
    fn counts_lines_of_every_line_end() {
        for (text, line) in [("a\r\nb\rc\n\u{85}", 4), ("a\rb\rc\r\nd\n\n\u{85}", 6), ("a\r\u{85}", 2)] {
            let fault = tape(text).unwrap_err();
            assert_eq!(fault, ReadFault { line, reason: Unreadable::Character('\u{85}') }, "{text:?}");
        }
        assert_eq!(tape("\u{FEFF}a: 1\r\nb: ]\r\n").unwrap_err().line, 2);
        let separations = [3, 2].map(|offset| Separation { offset, spaces: 1 });
        let between = Reading { text: "[\r\n", separations: &separations };
        let fault = read_by(Parser::YamlRust2, &between, &Tape::default).unwrap_err();
        assert_eq!(fault, ReadFault { line: 1, reason: Unreadable::Separation(2) });
    }
}
