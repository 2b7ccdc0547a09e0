//! From a text to a [`Tape`], by yaml-rust2's events.
//!
//! Anchors are resolved here: an alias means the latest anchor of its name before it, also one of an
//! earlier document, as in Docker Compose.

use std::rc::Rc;

use foldhash::HashSet;

use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::shadow::{Obstacle, Reading};
use super::tape::{Content, Kind, Node, NodeId, Tape};
use super::verdict::{Doubt, Side, Unreadable};

/// Something that cannot be read, and its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) reason: Unreadable,
}

impl Fault {
    pub(super) fn on(self, side: Side) -> Doubt {
        Doubt::Unreadable { side, line: self.line, reason: self.reason }
    }
}

/// Reads `reading`, with its separations where it cannot be read without.
pub(super) fn read(reading: &Reading) -> Result<Tape, Fault> {
    let mut tape = read_into(reading, &|| Tape::default())?;
    tape.content.share();
    Ok(tape)
}

/// Reads `reading`, which has most of its content in common with what `before` was read from.
pub(super) fn read_after(reading: &Reading, before: &Tape) -> Result<Tape, Fault> {
    read_into(reading, &|| Tape { content: Content::beside(&before.content), ..Tape::default() })
}

fn read_into(reading: &Reading, tape: &dyn Fn() -> Tape) -> Result<Tape, Fault> {
    reading.check().map_err(|obstacle| obstacle.into_fault(reading.text))?;
    let builder = || Builder { tape: tape(), ..Builder::default() };
    match builder().read(reading.without_mark()) {
        Err(Fault { reason: Unreadable::Syntax(_), .. }) if !reading.separations.is_empty() => {
            let text = reading.with_separations().map_err(|obstacle| obstacle.into_fault(reading.text))?;
            builder().read(&text)
        }
        result => result,
    }
}

impl Obstacle {
    fn into_fault(self, text: &str) -> Fault {
        let before = &text.as_bytes()[..self.offset];
        let carriage_returns = before.windows(2).filter(|pair| pair[0] == b'\r' && pair[1] != b'\n').count()
            + usize::from(before.last() == Some(&b'\r'));
        let line_feeds = before.split(|byte| *byte == b'\n').count() - 1;
        Fault { line: 1 + line_feeds + carriage_returns, reason: self.reason }
    }
}

#[derive(Default)]
struct Builder {
    tape: Tape,
    /// Each tag once.
    tag_texts: HashSet<Rc<str>>,
    /// The node of each anchor; yaml-rust2 counts them from 1 and never counts back.
    anchors: Vec<NodeId>,
    open: Vec<NodeId>,
}

impl Builder {
    fn read(mut self, text: &str) -> Result<Tape, Fault> {
        // A guess that fits Compose files; a wrong one costs a copy.
        self.tape.nodes.reserve(text.len() / 12);
        if self.tape.content.is_alone() {
            // Most of a text may be content. What is not used costs addresses, not memory.
            self.tape.content.reserve(text.len());
        }
        let mut parser = Parser::new_from_str(text);
        loop {
            let (event, mark) = parser.next_token().map_err(|error| Fault {
                line: error.marker().line(),
                reason: Unreadable::Syntax(error.info().to_owned()),
            })?;
            match event {
                Event::Scalar(content, style, anchor, tag) => self.scalar(&content, style, anchor, tag, mark),
                Event::SequenceStart(anchor, tag) => self.start(Kind::Sequence, anchor, tag, mark),
                Event::MappingStart(anchor, tag) => self.start(Kind::Mapping, anchor, tag, mark),
                Event::SequenceEnd | Event::MappingEnd => self.end()?,
                Event::Alias(anchor) => self.alias(anchor, mark)?,
                Event::DocumentStart => self.tape.roots.push(index(self.tape.nodes.len())),
                Event::StreamEnd => return Ok(self.tape),
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            }
        }
    }

    fn scalar(&mut self, content: &str, style: TScalarStyle, anchor: usize, tag: Option<Tag>, mark: Marker) {
        let kind = match style {
            TScalarStyle::Plain => Kind::Plain,
            TScalarStyle::SingleQuoted => Kind::SingleQuoted,
            TScalarStyle::DoubleQuoted => Kind::DoubleQuoted,
            TScalarStyle::Literal => Kind::Literal,
            TScalarStyle::Folded => Kind::Folded,
        };
        let (first, second) = self.tape.content.push(content);
        let (first, second) = (index(first), index(second));
        let tagged = tag.is_some_and(|tag| self.place_tag(tag));
        self.push(Node { kind, tagged, line: index(mark.line()), first, second }, anchor);
    }

    fn start(&mut self, kind: Kind, anchor: usize, tag: Option<Tag>, mark: Marker) {
        let tagged = tag.is_some_and(|tag| self.place_tag(tag));
        let id = self.push(Node { kind, tagged, line: index(mark.line()), first: 0, second: 0 }, anchor);
        self.open.push(id);
    }

    fn end(&mut self) -> Result<(), Fault> {
        let id = self.open.pop().expect("an end event closes what a start event opened");
        let behind = index(self.tape.nodes.len());
        let node = &mut self.tape.nodes[id as usize];
        node.first = behind;
        if node.kind == Kind::Mapping
            && let Some(key) = self.tape.duplicate_key(id)
        {
            let reason = Unreadable::DuplicateKey(self.tape.name(key));
            return Err(Fault { line: self.tape.line(key), reason });
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, mark: Marker) -> Result<(), Fault> {
        let line = mark.line();
        let target = anchor.checked_sub(1).and_then(|place| self.anchors.get(place)).copied();
        let Some(target) = target else {
            return Err(Fault { line, reason: Unreadable::Syntax("unknown anchor".to_owned()) });
        };
        let node = self.tape.node(target);
        // With every alias behind the end of its target, no path of aliases leads back to its start.
        if node.kind.is_collection() && node.first == 0 {
            return Err(Fault { line, reason: Unreadable::SelfContaining });
        }
        self.push(Node { kind: Kind::Alias, tagged: false, line: index(line), first: target, second: 0 }, 0);
        Ok(())
    }

    #[inline]
    fn push(&mut self, node: Node, anchor: usize) -> NodeId {
        let id = index(self.tape.nodes.len());
        self.tape.nodes.push(node);
        if let Some(parent) = self.open.last() {
            self.tape.nodes[*parent as usize].second += 1;
        }
        if anchor > 0 {
            self.anchors.resize(anchor.max(self.anchors.len()), id);
            self.anchors[anchor - 1] = id;
        }
        id
    }

    /// Notes the tag of the node that is pushed next, which has one then.
    fn place_tag(&mut self, tag: Tag) -> bool {
        let Tag { mut handle, suffix } = tag;
        handle.push_str(&suffix);
        let tag = self.tag_texts.get(handle.as_str()).cloned().unwrap_or_else(|| {
            let tag: Rc<str> = handle.into();
            self.tag_texts.insert(Rc::clone(&tag));
            tag
        });
        self.tape.tags.push((index(self.tape.nodes.len()), tag));
        true
    }
}

fn index(count: usize) -> u32 {
    u32::try_from(count).expect("a text within MAX_READ_BYTES has fewer nodes, bytes and lines")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::shadow::Separation;

    fn tape(text: &str) -> Result<Tape, Fault> {
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
            Fault { line: 41, reason: Unreadable::DuplicateKey("k7".into()) }
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
        assert!(tape(text).is_err());
        let separations = [Separation { offset: 5, spaces: 1 }, Separation { offset: 7, spaces: 1 }];
        let tape = read(&Reading { text, separations: &separations }).unwrap();
        assert_eq!(tape.text(3), Some("b"));
        let superfluous = Separation { offset: 3, spaces: 1 };
        let tape = read(&Reading { text: "a: \"b \"\n", separations: &[superfluous] }).unwrap();
        assert_eq!(tape.text(2), Some("b "));
    }

    #[test]
    fn counts_lines_of_every_line_end() {
        let fault = tape("a\r\nb\rc\n\u{85}").unwrap_err();
        assert_eq!(fault, Fault { line: 4, reason: Unreadable::Character('\u{85}') });
        assert_eq!(tape("\u{FEFF}a: 1\r\nb: ]\r\n").unwrap_err().line, 2);
    }
}
