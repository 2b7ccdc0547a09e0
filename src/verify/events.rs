//! The events of two parsers of YAML, given to a [`Builder`].

use granit_parser::{Event as GranitEvent, ScalarStyle, Tag as GranitTag};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

use super::build::{Builder, Properties};
use super::node::Kind;
use super::tape::Tape;
use super::unreadable::{ReadFault, Unreadable};

/// How deep granit-parser follows block collections; deeper ones are rejected before anything is proved.
const MAX_BLOCK_DEPTH: usize = 10_000;

/// Reads `text` by yaml-rust2.
pub(super) fn by_yaml_rust2(text: &str, mut builder: Builder) -> Result<Tape, ReadFault> {
    let mut parser = Parser::new_from_str(text);
    loop {
        let (event, mark) = parser.next_token().map_err(|error| ReadFault {
            line: error.marker().line(),
            reason: Unreadable::Syntax(error.info().to_owned()),
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

/// Reads `text` by granit-parser, which takes more than YAML 1.2 where Docker Compose's reader does.
pub(super) fn by_granit(text: &str, mut builder: Builder) -> Result<Tape, ReadFault> {
    let mut options = granit_parser::options! { block_nesting_limit: MAX_BLOCK_DEPTH };
    options.set_emit_comments(false);
    let mut parser = granit_parser::Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| ReadFault {
            line: error.marker().line(),
            reason: Unreadable::Syntax(error.info()),
        })?;
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
            // Options leave these out; what is not known is not read.
            _ => return Err(ReadFault { line, reason: Unreadable::Syntax("an unknown event".to_owned()) }),
        }
    }
    Err(ReadFault { line: 1, reason: Unreadable::Syntax("the events have no end".to_owned()) })
}

fn granit_properties(anchor: usize, tag: Option<&GranitTag>) -> Properties<'_> {
    Properties { anchor, tag: tag.map(|tag| (tag.handle(), tag.suffix())) }
}
