//! The event stream of a tree, in the notation of the yaml-test-suite's `test.event` files.

use std::fmt::{self, Write};

use super::node::Node;
use super::tree::{NodeKind, Tree};

/// Writes the events of `tree` to `out`, one on a line.
///
/// # Errors
/// Only those of `out`.
pub fn write_events(tree: &Tree<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str("+STR\n")?;
    for document in tree.documents() {
        write_document(document, out)?;
    }
    out.write_str("-STR\n")
}

fn write_document(document: Node<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str(if document.has_explicit_start() { "+DOC ---\n" } else { "+DOC\n" })?;
    // Collections that are open: what ends them, and the node after their last.
    let mut open: Vec<(&str, u32)> = Vec::new();
    for node in document.descendants() {
        close_before(node.id(), &mut open, out)?;
        write_node(node, out)?;
        if node.is_mapping() {
            open.push(("-MAP\n", node.next_id()));
        } else if node.is_sequence() {
            open.push(("-SEQ\n", node.next_id()));
        }
    }
    close_before(document.next_id(), &mut open, out)?;
    out.write_str(if document.has_explicit_end() { "-DOC ...\n" } else { "-DOC\n" })
}

fn close_before(id: u32, open: &mut Vec<(&str, u32)>, out: &mut impl Write) -> fmt::Result {
    while let Some((event, _)) = open.pop_if(|(_, next)| *next <= id) {
        out.write_str(event)?;
    }
    Ok(())
}

fn write_node(node: Node<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str(match node.kind() {
        NodeKind::BlockMapping => "+MAP",
        NodeKind::FlowMapping | NodeKind::FlowPair => "+MAP {}",
        NodeKind::BlockSequence => "+SEQ",
        NodeKind::FlowSequence => "+SEQ []",
        NodeKind::Alias => "=ALI",
        _ => "=VAL",
    })?;
    if let Some(anchor) = node.anchor() {
        write!(out, " &{anchor}")?;
    }
    if let Some(tag) = node.tag() {
        write!(out, " <{tag}>")?;
    }
    if let Some(alias) = node.alias() {
        write!(out, " *{alias}")?;
    }
    if let Some(content) = node.scalar() {
        let style = match node.kind() {
            NodeKind::SingleQuoted => '\'',
            NodeKind::DoubleQuoted => '"',
            NodeKind::Literal => '|',
            NodeKind::Folded => '>',
            _ => ':',
        };
        write!(out, " {style}")?;
        write_content(&content, out)?;
    }
    out.write_char('\n')
}

fn write_content(content: &str, out: &mut impl Write) -> fmt::Result {
    for character in content.chars() {
        match character {
            '\\' => out.write_str("\\\\")?,
            '\0' => out.write_str("\\0")?,
            '\x07' => out.write_str("\\a")?,
            '\x08' => out.write_str("\\b")?,
            '\t' => out.write_str("\\t")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\x1b' => out.write_str("\\e")?,
            other => out.write_char(other)?,
        }
    }
    Ok(())
}
