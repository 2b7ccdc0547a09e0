//! Edits to a tree: where a new entry goes, and how it is laid out there.
//!
//! Functions return [`Edit`]s and never change the tree. They read indentation, line ends and spacing from the
//! neighbours of the place. What to insert is the caller's text, on one line.

use super::node::{Entry, Node};
use super::token::{TokenId, TokenKind};
use super::tree::{NodeKind, Tree};
use crate::text::Edit;

/// Returns the edit that makes `entry`, as in `key: value`, the first of `mapping`.
///
/// In a block mapping it goes on a line of its own, right below the line of what precedes the mapping; comments
/// stay with the entry below them. In a flow mapping it goes after the `{`, on a line of its own where the
/// first entry is on one.
#[must_use]
pub fn insert_first_entry(mapping: Node<'_>, entry: &str) -> Edit {
    if mapping.kind() == NodeKind::BlockMapping {
        insert_block_entry(mapping, entry)
    } else {
        insert_flow_entry(mapping, entry)
    }
}

fn insert_block_entry(mapping: Node<'_>, entry: &str) -> Edit {
    let tree = mapping.tree();
    let first = mapping.content_token();
    let start = token_start(tree, first);
    let line = line_start(tree, start);
    let indentation = &tree.text()[line..start];
    let newline = line_ending(tree);
    if !indentation.bytes().all(|byte| byte == b' ') {
        // Something precedes the first entry on its line, as in `- a: 1` or `? a`.
        let column = " ".repeat(column(tree, start));
        return Edit::insert(offset(start), format!("{entry}{newline}{column}"));
    }
    let place = below_line_of(tree, before_trivia(tree, first)).unwrap_or(line);
    Edit::insert(offset(place), [indentation, entry, newline].concat())
}

fn insert_flow_entry(mapping: Node<'_>, entry: &str) -> Edit {
    let tree = mapping.tree();
    let brace = mapping.content_token();
    let behind = token_start(tree, brace + 1);
    let Some(first) = mapping.entries().next() else { return insert_behind_bracket(tree, behind, entry) };
    let start = entry_start(&first);
    if !tree.text()[behind..start].contains(['\n', '\r']) {
        return Edit::insert(offset(start), format!("{entry}, "));
    }
    let line = line_start(tree, start);
    // What is before an entry on a line of its own is white space.
    let indentation = &tree.text()[line..start];
    let place = below_line_of(tree, Some(brace)).unwrap_or(start);
    Edit::insert(offset(place), format!("{indentation}{entry},{}", line_ending(tree)))
}

/// Returns the edit that adds `content` to an empty flow collection, right after its opening bracket at `behind`.
fn insert_behind_bracket(tree: &Tree<'_>, behind: usize, content: &str) -> Edit {
    // A comment needs no space after a bracket, and one after anything else.
    let space = if tree.text()[behind..].starts_with('#') { " " } else { "" };
    Edit::insert(offset(behind), format!("{content}{space}"))
}

/// Returns the edits that add `items` at the end of `sequence`.
///
/// In a flow sequence they go on a line of their own where the last item is alone on one, with the bracket below.
#[must_use]
pub fn append_items(sequence: Node<'_>, items: &[&str]) -> Vec<Edit> {
    let tree = sequence.tree();
    let last = sequence.children().last();
    match (sequence.kind(), last) {
        (NodeKind::BlockSequence, Some(last)) => {
            let dash = token_start(tree, sequence.content_token());
            vec![add_block_items(last, column(tree, dash), items)]
        }
        (_, Some(last)) => append_flow_item(sequence, last, &items.join(", ")),
        (_, None) => {
            let behind = token_start(tree, sequence.content_token() + 1);
            vec![insert_behind_bracket(tree, behind, &items.join(", "))]
        }
    }
}

/// Adds items of a block sequence below `last`, with their dashes at `column`.
fn add_block_items(last: Node<'_>, column: usize, items: &[&str]) -> Edit {
    let tree = last.tree();
    let indentation = " ".repeat(column);
    let newline = line_ending(tree);
    let end = line_end(tree, last.end_token());
    let on_next_line = line_start(tree, end) == end;
    let line = |item: &&str| {
        if on_next_line {
            format!("{indentation}- {item}{newline}")
        } else {
            format!("{newline}{indentation}- {item}")
        }
    };
    Edit::insert(offset(end), items.iter().map(line).collect::<String>())
}

/// Returns the edits that add `items` before `item` of a sequence.
#[must_use]
pub fn insert_items_before(sequence: Node<'_>, item: Node<'_>, items: &[&str]) -> Edit {
    let tree = item.tree();
    let separator = if sequence.kind() == NodeKind::BlockSequence {
        let dash = token_start(tree, sequence.content_token());
        format!("{}{}- ", line_ending(tree), " ".repeat(column(tree, dash)))
    } else {
        ", ".to_owned()
    };
    let added = items.iter().map(|item| format!("{item}{separator}"));
    Edit::insert(item.span().start(), added.collect::<String>())
}

/// Returns the edits that make the block collection `entry.value` the first item of a block sequence, and `items`
/// the others, with the dashes at the column of the key.
///
/// A sequence is nested as the value of another merge key, since a list in a list cannot be merged. None where
/// the collection is not indented enough to be an item, or a tab is where its dash has to be.
#[must_use]
pub fn list_merged(entry: &Entry<'_>, items: &[&str]) -> Option<Vec<Edit>> {
    let value = entry.value;
    let tree = value.tree();
    let key_column = column(tree, entry_start(entry));
    // A sequence can be at the column of its key, but not an anchor or tag on a line of its own.
    let (dash, needed, properties) = if value.is_sequence() { ("- <<:", 2, 3) } else { ("-", 1, 1) };
    let colon = before_trivia(tree, value.first_token())?;
    let (_, colon) = tree.token(colon).filter(|(kind, _)| *kind == TokenKind::MappingValue)?;
    let indented = (value.first_token()..=value.content_token()).all(|id| {
        let needed = match tree.token(id) {
            Some((kind, _)) if kind.is_trivia() => return true,
            Some((kind, _)) if kind.is_property() => properties,
            _ => needed,
        };
        column(tree, token_start(tree, id)) >= key_column + needed
    });
    // On the line of a dash, no tab may be before a collection.
    let behind = tree.token(tree.token_at(colon.end())).filter(|(kind, _)| *kind == TokenKind::Space);
    if !indented || behind.is_some_and(|(_, space)| tree.slice(space).contains('\t')) {
        return None;
    }
    let first = format!("{}{}{dash}", line_ending(tree), " ".repeat(key_column));
    Some(vec![Edit::insert(colon.end(), first), add_block_items(value, key_column, items)])
}

fn append_flow_item(sequence: Node<'_>, last: Node<'_>, item: &str) -> Vec<Edit> {
    let tree = sequence.tree();
    let end = last.span().end();
    let mut next = last.end_token();
    while tree.token(next).is_some_and(|(kind, _)| kind.is_trivia()) {
        next += 1;
    }
    let comma = tree.token(next).filter(|(kind, _)| *kind == TokenKind::FlowEntry);
    let anchor = if comma.is_some() { next + 1 } else { last.end_token() };
    let place = token_start(tree, anchor);
    let closing = token_start(tree, sequence.end_token().saturating_sub(1));
    let own_line = line_indentation(tree, last.first_token())
        .filter(|_| tree.text()[place..closing].contains(['\n', '\r']));
    let Some(before) = own_line else {
        let text =
            if comma.is_some() { format!(" {item},") } else { format!("{}{item}", comma_behind(last, " ")) };
        return vec![Edit::insert(offset(place), text)];
    };
    let line_end = line_end(tree, anchor);
    let trailing = if comma.is_some() { "," } else { "" };
    let added = Edit::insert(offset(line_end), format!("{}{before}{item}{trailing}", line_ending(tree)));
    if comma.is_some() { vec![added] } else { vec![Edit::insert(end, comma_behind(last, "")), added] }
}

/// A comma that ends `item` of a flow sequence, with `space` after it.
fn comma_behind(item: Node<'_>, space: &str) -> String {
    let last = item.end_token().checked_sub(1).and_then(|token| item.tree().token(token));
    // Docker Compose takes a comma right after a tag for a part of it, and a `:` before one for a part of the key. No
    // second reader takes a `-` by itself before one.
    let ends_in_tag = matches!(last, Some((TokenKind::Tag, _)));
    let text = item.tree().slice(item.span());
    let ends_in_dash = text.strip_suffix('-').is_some_and(|above| above.ends_with([' ', '\t', '\n', '\r']));
    let before = if ends_in_tag || ends_in_dash || text.ends_with(':') { " " } else { "" };
    format!("{before},{space}")
}

/// Returns the edits that put `before` and `after` around `node`, its anchor and tag included.
#[must_use]
pub fn wrap(node: Node<'_>, before: &str, after: &str) -> Vec<Edit> {
    let span = node.span();
    vec![Edit::insert(span.start(), before), Edit::insert(span.end(), after)]
}

/// Returns the edit that puts `lines`, and a blank line, before `entry` of a block mapping.
///
/// Comments right above the entry, at its column, belong to it and stay with it, unless they open the document:
/// then they are about the file. `lines` are indented like the entry. The entry is at the start of a line.
#[must_use]
pub fn insert_lines_before(entry: &Entry<'_>, lines: &[String]) -> Edit {
    let tree = entry.key.tree();
    let start = entry_start(entry);
    let line = line_start(tree, start);
    let newline = line_ending(tree);
    let indentation = &tree.text()[line..start];
    let mut text = String::new();
    for line in lines {
        text.push_str(indentation);
        text.push_str(line);
        text.push_str(newline);
    }
    text.push_str(newline);
    let place = comment_run_start(tree, line, indentation.len());
    Edit::insert(offset(place), text)
}

/// Where `entry` begins: at its `?`, where it has one, or at its key.
fn entry_start(entry: &Entry<'_>) -> usize {
    let tree = entry.key.tree();
    let before = before_trivia(tree, entry.key.first_token());
    match before.and_then(|token| tree.token(token)) {
        Some((TokenKind::MappingKey, span)) => span.start() as usize,
        _ => token_start(tree, entry.key.first_token()),
    }
}

/// From the start of an entry's line, goes up over the comment lines at `column` right above it, unless they
/// open the document.
fn comment_run_start(tree: &Tree<'_>, line: usize, column: usize) -> usize {
    let mut place = line;
    while let Some(above) = comment_line_above(tree, place, column) {
        place = above;
    }
    if opens_document(tree, tree.token_at(offset(place))) { line } else { place }
}

/// Where the line above `line` begins, if it holds nothing but a comment at `column`.
fn comment_line_above(tree: &Tree<'_>, line: usize, column: usize) -> Option<usize> {
    let mut token = tree.token_at(offset(line));
    for wanted in [TokenKind::Break, TokenKind::Comment] {
        token = token.checked_sub(1).filter(|id| tree.token(*id).is_some_and(|(kind, _)| kind == wanted))?;
    }
    let start = token_start(tree, token);
    let above = line_start(tree, start);
    let indentation = &tree.text()[above..start];
    (indentation.len() == column && indentation.bytes().all(|byte| byte == b' ')).then_some(above)
}

/// Whether nothing but a byte order mark, a directive or a `---` line is before `token` in its document.
fn opens_document(tree: &Tree<'_>, token: TokenId) -> bool {
    let above = token.checked_sub(1).and_then(|id| tree.token(id));
    match above {
        None | Some((TokenKind::ByteOrderMark, _)) => true,
        Some((TokenKind::Break, _)) => {
            let marker = before_trivia(tree, token).and_then(|id| Some((id, tree.token(id)?)));
            marker.is_some_and(|(id, (kind, _))| {
                kind == TokenKind::DocumentStart
                    && below_line_of(tree, Some(id)) == Some(token_start(tree, token))
            })
        }
        _ => false,
    }
}

// ---- places

#[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
fn offset(at: usize) -> u32 {
    at as u32
}

fn token_start(tree: &Tree<'_>, token: TokenId) -> usize {
    tree.token(token).map_or(tree.text().len(), |(_, span)| span.start() as usize)
}

/// The last token before `token` that is not trivia.
fn before_trivia(tree: &Tree<'_>, token: TokenId) -> Option<TokenId> {
    (0..token).rev().find(|id| tree.token(*id).is_some_and(|(kind, _)| !kind.is_trivia()))
}

/// Where the line below the one that `token`, the last of its line but for trivia, is on begins.
fn below_line_of(tree: &Tree<'_>, token: Option<TokenId>) -> Option<usize> {
    let mut behind = (token?..).map_while(|id| tree.token(id));
    behind.find(|(kind, _)| *kind == TokenKind::Break).map(|(_, span)| span.end() as usize)
}

/// Where the line ends that the token before `token` ends on, after a comment and before the line break.
fn line_end(tree: &Tree<'_>, mut token: TokenId) -> usize {
    let start = token_start(tree, token);
    if line_start(tree, start) == start {
        return start;
    }
    while matches!(tree.token(token), Some((TokenKind::Space | TokenKind::Comment, _))) {
        token += 1;
    }
    token_start(tree, token)
}

fn line_start(tree: &Tree<'_>, at: usize) -> usize {
    let before = &tree.text().as_bytes()[..at];
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |found| found + 1);
    if start == 0 && tree.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8().min(at) } else { start }
}

/// The white space before `token`, where nothing else is before it on its line.
///
/// Does not look at more of the line than that, since many items may be on one.
fn line_indentation<'t>(tree: &Tree<'t>, token: TokenId) -> Option<&'t str> {
    let kind = |token: Option<TokenId>| token.and_then(|token| tree.token(token)).map(|(kind, _)| kind);
    let mut first = token;
    while kind(first.checked_sub(1)) == Some(TokenKind::Space) {
        first -= 1;
    }
    let opens_line =
        matches!(kind(first.checked_sub(1)), None | Some(TokenKind::Break | TokenKind::ByteOrderMark));
    opens_line.then(|| &tree.text()[token_start(tree, first)..token_start(tree, token)])
}

fn column(tree: &Tree<'_>, at: usize) -> usize {
    tree.text()[line_start(tree, at)..at].chars().count()
}

fn line_ending(tree: &Tree<'_>) -> &'static str {
    tree.line_ending().as_str()
}
