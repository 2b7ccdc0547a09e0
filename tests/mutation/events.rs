//! What three readers of YAML see in a text, in the same words: one event each.

use std::collections::HashMap;
use std::fmt::Write as _;

use compose_harden::yaml::{Tree, write_events};
use granit_parser::{Event as GranitEvent, ScalarStyle};
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// The events of this parser, with the number of its anchor for each alias, or `?` where there is none.
pub(super) fn our_events(tree: &Tree<'_>) -> Vec<String> {
    let mut text = String::new();
    write_events(tree, &mut text).expect("a string takes all that is written");
    let mut anchors: HashMap<&str, usize> = HashMap::new();
    let mut count = 0;
    let mut events = Vec::new();
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        let (kind, mut rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut event = kind.to_owned();
        if matches!(kind, "+DOC" | "-DOC") {
            rest = "";
        }
        for flow in ["{}", "[]"] {
            rest = rest.strip_prefix(flow).unwrap_or(rest).trim_start_matches(' ');
        }
        if let Some(anchored) = rest.strip_prefix('&') {
            let (name, behind) = anchored.split_once(' ').unwrap_or((anchored, ""));
            count += 1;
            anchors.insert(name, count);
            write!(event, " &{count}").expect("a string takes all that is written");
            rest = behind;
        }
        if kind == "=ALI" {
            let number = anchors.get(rest.strip_prefix('*').unwrap_or(rest));
            rest = "";
            let number = number.map_or("?".to_owned(), usize::to_string);
            write!(event, " *{number}").expect("a string takes all that is written");
        }
        if !rest.is_empty() {
            event.push(' ');
            event.push_str(rest);
        }
        events.push(event);
    }
    events
}

/// The events of yaml-rust2 in the same words.
pub(super) fn their_events(text: &str) -> Result<Vec<String>, String> {
    let mut parser = Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut events = Vec::new();
    loop {
        let (event, mark) = parser.next_token().map_err(|error| error.to_string())?;
        let event = match event {
            Event::Nothing => continue,
            Event::StreamStart => "+STR".to_owned(),
            Event::StreamEnd => {
                events.push("-STR".to_owned());
                return Ok(events);
            }
            Event::DocumentStart => "+DOC".to_owned(),
            Event::DocumentEnd => "-DOC".to_owned(),
            Event::Alias(0) => return Err(format!("unknown anchor in line {}", mark.line())),
            Event::Alias(anchor) => format!("=ALI *{anchor}"),
            Event::SequenceStart(anchor, tag) => format!("+SEQ{}", properties(anchor, of_tag(tag))),
            Event::SequenceEnd => "-SEQ".to_owned(),
            Event::MappingStart(anchor, tag) => format!("+MAP{}", properties(anchor, of_tag(tag))),
            Event::MappingEnd => "-MAP".to_owned(),
            Event::Scalar(content, style, anchor, tag) => {
                let style = match style {
                    TScalarStyle::Plain => ':',
                    TScalarStyle::SingleQuoted => '\'',
                    TScalarStyle::DoubleQuoted => '"',
                    TScalarStyle::Literal => '|',
                    TScalarStyle::Folded => '>',
                };
                format!("=VAL{} {style}{}", properties(anchor, of_tag(tag)), escape(&content))
            }
        };
        events.push(event);
    }
}

/// The events of granit-parser.
pub(super) fn granit_events(text: &str) -> Result<Vec<String>, String> {
    let mut options = granit_parser::options! {};
    options.set_emit_comments(false);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut events = Vec::new();
    for event in granit_parser::Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let tag = |tag: Option<std::borrow::Cow<'_, granit_parser::Tag>>| {
            tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()))
        };
        events.push(match event {
            GranitEvent::StreamStart => "+STR".to_owned(),
            GranitEvent::StreamEnd => "-STR".to_owned(),
            GranitEvent::DocumentStart(..) => "+DOC".to_owned(),
            GranitEvent::DocumentEnd => "-DOC".to_owned(),
            GranitEvent::Alias(anchor) => format!("=ALI *{anchor}"),
            GranitEvent::SequenceStart(_, anchor, named) => format!("+SEQ{}", properties(anchor, tag(named))),
            GranitEvent::SequenceEnd => "-SEQ".to_owned(),
            GranitEvent::MappingStart(_, anchor, named) => format!("+MAP{}", properties(anchor, tag(named))),
            GranitEvent::MappingEnd => "-MAP".to_owned(),
            GranitEvent::Scalar(content, style, anchor, named) => {
                let style = match style {
                    ScalarStyle::Plain => ':',
                    ScalarStyle::SingleQuoted => '\'',
                    ScalarStyle::DoubleQuoted => '"',
                    ScalarStyle::Literal => '|',
                    ScalarStyle::Folded => '>',
                };
                // Where nothing is written it gives a `~` of no length.
                let content = if span.start == span.end { "" } else { &*content };
                format!("=VAL{} {style}{}", properties(anchor, tag(named)), escape(content))
            }
            other => return Err(format!("an unknown event: {other:?}")),
        });
    }
    Ok(events)
}

fn of_tag(tag: Option<yaml_rust2::parser::Tag>) -> Option<String> {
    tag.map(|tag| tag.handle + &tag.suffix)
}

fn properties(anchor: usize, tag: Option<String>) -> String {
    let anchor = if anchor > 0 { format!(" &{anchor}") } else { String::new() };
    anchor + &tag.map_or(String::new(), |tag| format!(" <{tag}>"))
}

fn escape(content: &str) -> String {
    let mut escaped = String::with_capacity(content.len());
    for character in content.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\0' => escaped.push_str("\\0"),
            '\x07' => escaped.push_str("\\a"),
            '\x08' => escaped.push_str("\\b"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\x1b' => escaped.push_str("\\e"),
            other => escaped.push(other),
        }
    }
    escaped
}
