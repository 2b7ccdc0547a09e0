//! The events of two parsers of YAML, given to a [`Builder`].

use granit_parser::{
    ErrorKind, Event as GranitEvent, ScalarStyle, ScanError as GranitError, Tag as GranitTag,
};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

use super::build::{Builder, Properties};
use super::node::Kind;
use super::tape::Tape;
use super::unreadable::{Construct, ReadFault, Unreadable};

/// How deep granit-parser follows block collections; deeper ones are rejected before anything is proved.
const MAX_BLOCK_DEPTH: usize = 10_000;

/// Reads `text` by yaml-rust2.
pub(super) fn by_yaml_rust2(text: &str, mut builder: Builder) -> Result<Tape, ReadFault> {
    let mut parser = Parser::new_from_str(text);
    loop {
        let (event, mark) = parser.next_token().map_err(|error| ReadFault {
            line: error.marker().line(),
            reason: yaml_rust2_reason(error.info()),
        })?;
        let line = mark.line();
        match &event {
            Event::Scalar(content, style, anchor, tag) => {
                let kind = match style {
                    TScalarStyle::Plain => Kind::Plain,
                    TScalarStyle::SingleQuoted => Kind::SingleQuoted,
                    TScalarStyle::DoubleQuoted => Kind::DoubleQuoted,
                    TScalarStyle::Literal => Kind::Literal,
                    TScalarStyle::Folded => Kind::Folded,
                };
                builder.scalar(content, kind, &properties(*anchor, tag.as_ref()), line);
            }
            Event::SequenceStart(anchor, tag) => {
                builder.start(Kind::Sequence, &properties(*anchor, tag.as_ref()), line);
            }
            Event::MappingStart(anchor, tag) => {
                builder.start(Kind::Mapping, &properties(*anchor, tag.as_ref()), line);
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end()?,
            Event::Alias(anchor) => builder.alias(*anchor, line)?,
            Event::DocumentStart => builder.document(),
            Event::StreamEnd => return Ok(builder.finish()),
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
        }
    }
}

fn properties(anchor: usize, tag: Option<&Tag>) -> Properties<'_> {
    Properties { anchor, tag: tag.map(|tag| (tag.handle.as_str(), tag.suffix.as_str())) }
}

/// Reads `text` by granit-parser, which accepts more than YAML 1.2 where Docker Compose's reader does.
pub(super) fn by_granit(text: &str, mut builder: Builder) -> Result<Tape, ReadFault> {
    let mut options = granit_parser::options! { block_nesting_limit: MAX_BLOCK_DEPTH };
    options.set_emit_comments(false);
    let mut parser = granit_parser::Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let (event, span) = event
            .map_err(|error| ReadFault { line: error.marker().line(), reason: granit_reason(&error) })?;
        let line = span.start.line();
        match &event {
            GranitEvent::Scalar(content, style, anchor, tag) => {
                let kind = match style {
                    ScalarStyle::Plain => Kind::Plain,
                    ScalarStyle::SingleQuoted => Kind::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Kind::DoubleQuoted,
                    ScalarStyle::Literal => Kind::Literal,
                    ScalarStyle::Folded => Kind::Folded,
                };
                // Where nothing is written it gives a `~` of no length.
                let content = if span.start == span.end { "" } else { content };
                builder.scalar(content, kind, &granit_properties(*anchor, tag.as_deref()), line);
            }
            GranitEvent::SequenceStart(_, anchor, tag) => {
                builder.start(Kind::Sequence, &granit_properties(*anchor, tag.as_deref()), line);
            }
            GranitEvent::MappingStart(_, anchor, tag) => {
                builder.start(Kind::Mapping, &granit_properties(*anchor, tag.as_deref()), line);
            }
            GranitEvent::SequenceEnd | GranitEvent::MappingEnd => builder.end()?,
            GranitEvent::Alias(anchor) => builder.alias(*anchor, line)?,
            GranitEvent::DocumentStart(..) => builder.document(),
            GranitEvent::StreamEnd => return Ok(builder.finish()),
            GranitEvent::StreamStart | GranitEvent::DocumentEnd => {}
            // Options exclude these; what is not known is not read.
            _ => return Err(ReadFault { line, reason: syntax("an unknown event") }),
        }
    }
    Err(ReadFault { line: 1, reason: syntax("the events have no end") })
}

fn granit_properties(anchor: usize, tag: Option<&GranitTag>) -> Properties<'_> {
    Properties { anchor, tag: tag.map(|tag| (tag.handle(), tag.suffix())) }
}

/// What yaml-rust2 means by its words, which are all that tells its errors apart.
fn yaml_rust2_reason(words: &str) -> Unreadable {
    match words {
        "recursion limit exceeded" => Unreadable::TooDeep,
        "while parsing node, found unknown anchor" => Unreadable::UnknownAnchor,
        words => syntax(words),
    }
}

fn granit_reason(error: &GranitError) -> Unreadable {
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => Unreadable::TooDeep,
        ErrorKind::UnknownAnchor => Unreadable::UnknownAnchor,
        _ => syntax(&error.info()),
    }
}

/// The reason in the `words` that both parsers share.
fn syntax(words: &str) -> Unreadable {
    let names = |topics: &[&str]| topics.iter().any(|topic| words.contains(topic));
    let construct = if names(&["tab", "whitespace"]) {
        Construct::WhiteSpace
    } else if names(&["block scalar"]) {
        Construct::BlockScalar
    } else if names(&["flow", "plain scalar"]) {
        Construct::Flow
    } else if names(&["handle"]) {
        Construct::TagHandle
    } else if names(&["anchor"]) {
        Construct::Anchor
    } else {
        Construct::Other
    };
    Unreadable::Syntax { construct, words: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reasons of both parsers: yaml-rust2's, and granit-parser's.
    fn reasons(text: &str) -> [Unreadable; 2] {
        let read = [by_yaml_rust2, by_granit];
        read.map(|read| read(text, Builder::new(Tape::default(), text.len())).unwrap_err().reason)
    }

    #[test]
    fn knows_what_each_parser_means() {
        let deep = format!("a: {}{}", "[".repeat(300), "]".repeat(300));
        assert_eq!(reasons(&deep), [Unreadable::TooDeep, Unreadable::TooDeep]);
        assert_eq!(reasons("a: *b"), [Unreadable::UnknownAnchor, Unreadable::UnknownAnchor]);
        for (text, construct) in [
            ("a:\n\tb: c", Construct::WhiteSpace),
            ("a: |2\n # b\nc: d", Construct::BlockScalar),
            ("a: {b: [c] d}", Construct::Flow),
            ("a: !b!c d", Construct::TagHandle),
            ("a: & b", Construct::Anchor),
            ("a: \"\\z\"", Construct::Other),
        ] {
            for reason in reasons(text) {
                let about =
                    matches!(&reason, Unreadable::Syntax { construct: about, .. } if *about == construct);
                assert!(about, "{reason:?} about {text:?}");
            }
        }
    }
}
