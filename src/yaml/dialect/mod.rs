//! Where Docker Compose's reader (go-yaml) is stricter than YAML 1.2.2.
//!
//! A separate list, so that the parser stays one of YAML 1.2.2. Each rule names what that reader rejects, or
//! reads in another way, in texts that are YAML. What it takes although YAML 1.2.2 does not is in
//! [`Tree::relaxations`].

mod error;
mod tabs;

use std::borrow::Cow;
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};

use super::node::Node;
use super::parser::MAX_IMPLICIT_KEY;
use super::resolve::{ScalarType, resolve_plain};
use super::tag::Tag;
use super::token::{TokenId, TokenKind};
use super::tree::{NodeKind, Tree};
use crate::text::Span;
use tabs::Tabs;

pub use error::{DialectError, DialectRule};

/// Returns the first rule of Docker Compose's reader that `tree`, which has no syntax errors, breaks; the rules
/// for characters are those of [`check_characters`].
///
/// # Errors
/// The broken rule.
pub fn check(tree: &Tree<'_>) -> Result<(), DialectError> {
    check_tokens(tree)?;
    check_documents(tree)?;
    let mut few = Vec::with_capacity(FEW_KEYS);
    for node in tree.nodes().filter(|node| node.is_mapping()) {
        few.clear();
        check_keys(node, &mut few)?;
    }
    Ok(())
}

/// Returns the first character of `text` that Docker Compose's reader rejects or reads in another way.
///
/// It is about any text, whatever errors it has: a line break that only that reader knows causes some of them.
///
/// # Errors
/// The character's rule.
pub fn check_characters(text: &str) -> Result<(), DialectError> {
    // Most texts are harmless throughout, and without an early end a pass over them is much faster.
    let harmless = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if text.bytes().fold(true, |found, byte| found & harmless(byte)) {
        return Ok(());
    }
    let suspicious = |byte: u8| matches!(byte, 0..=8 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef);
    let mut at = 0;
    while let Some(found) = text.as_bytes()[at..].iter().position(|byte| suspicious(*byte)) {
        at += found;
        let Some(character) = text[at..].chars().next() else { break };
        let rule = match character {
            '\u{85}' | '\u{2028}' | '\u{2029}' => Some(DialectRule::HiddenLineBreak(character)),
            '\u{feff}' if at > 0 => Some(DialectRule::Character(character)),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                Some(DialectRule::Character(character))
            }
            _ => None,
        };
        let end = at + character.len_utf8();
        if let Some(rule) = rule {
            return Err(DialectError::new(rule, span(at, end)));
        }
        at = end;
    }
    Ok(())
}

#[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

fn check_tokens(tree: &Tree<'_>) -> Result<(), DialectError> {
    let bytes = tree.text().as_bytes();
    let has_tabs = memchr::memchr(b'\t', bytes).is_some();
    let has_slash_escapes = memchr::memmem::find(bytes, b"\\/").is_some();
    let mut depth = 0_usize;
    let mut before = TokenKind::Break;
    let mut tabs = Tabs::new(tree);
    for (id, kind) in (0..).zip(tree.tokens.kinds()) {
        if has_tabs {
            tabs.check(id, kind, depth)?;
        }
        // Most tokens are none that a rule is about.
        let ruled = match kind {
            TokenKind::Break | TokenKind::Space | TokenKind::Comment | TokenKind::SequenceEntry => false,
            TokenKind::Plain | TokenKind::MappingValue => depth > 0,
            _ => true,
        };
        if !ruled {
            // A plain scalar goes on after white space.
            if !matches!(kind, TokenKind::Space | TokenKind::Break) {
                before = kind;
            }
            continue;
        }
        let span = tree.tokens.span(id);
        let text = || tree.slice(span);
        match kind {
            TokenKind::FlowSequenceStart | TokenKind::FlowMappingStart => depth += 1,
            TokenKind::FlowSequenceEnd | TokenKind::FlowMappingEnd => depth = depth.saturating_sub(1),
            TokenKind::Directive if !is_known_directive(text()) => {
                return Err(DialectError::new(DialectRule::Directive, span));
            }
            TokenKind::Anchor | TokenKind::Alias if !is_anchor_name(&text()[1..]) => {
                return Err(DialectError::new(DialectRule::AnchorName, span));
            }
            // In flow collections its scanner ends a plain scalar at `?`, begins a value at a leading `:`, and
            // takes a `:` before a bracket or comma for a part of the scalar.
            TokenKind::Plain if depth > 0 && (text().starts_with(':') || text().contains('?')) => {
                return Err(DialectError::new(DialectRule::FlowScalar, span));
            }
            TokenKind::MappingValue
                if depth > 0 && before == TokenKind::Plain && is_flow_next(tree, span) =>
            {
                return Err(DialectError::new(DialectRule::FlowScalar, span));
            }
            TokenKind::Tag if depth > 0 && is_flow_next(tree, span) => {
                return Err(DialectError::new(DialectRule::FlowTag, span));
            }
            TokenKind::Tag if Tag::of(tree, id).is_core("binary") => {
                return Err(DialectError::new(DialectRule::Binary, span));
            }
            TokenKind::BlockBody if has_tabs && begins_with_tab(tree, id, text()) => {
                return Err(DialectError::new(DialectRule::Tab, span));
            }
            TokenKind::DoubleQuoted if has_slash_escapes && has_slash_escape(text()) => {
                return Err(DialectError::new(DialectRule::Escape, span));
            }
            _ => {}
        }
        before = kind;
    }
    tabs.finish()
}

/// Whether a block scalar that shows its indentation by its first line begins that line with a tab.
fn begins_with_tab(tree: &Tree<'_>, id: TokenId, body: &str) -> bool {
    let mut header = (0..id).rev().filter_map(|id| tree.token(id));
    let header =
        header.find(|(kind, _)| *kind == TokenKind::BlockHeader).map_or("", |(_, span)| tree.slice(span));
    let first = body.trim_start_matches([' ', '\n', '\r']);
    first.starts_with('\t') && !header.contains(|digit: char| digit.is_ascii_digit())
}

/// Whether a flow indicator comes right after `span`.
fn is_flow_next(tree: &Tree<'_>, span: Span) -> bool {
    matches!(tree.text().as_bytes().get(span.end() as usize), Some(b',' | b'[' | b']' | b'{' | b'}'))
}

fn has_slash_escape(text: &str) -> bool {
    let mut escaped = false;
    text.bytes().any(|byte| {
        let found = escaped && byte == b'/';
        escaped = !escaped && byte == b'\\';
        found
    })
}

fn is_known_directive(text: &str) -> bool {
    let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
    match words.next() {
        Some("%YAML") => words.next() == Some("1.1"),
        name => name == Some("%TAG"),
    }
}

fn is_anchor_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn check_documents(tree: &Tree<'_>) -> Result<(), DialectError> {
    match tree.documents().skip(1).find(|document| !document.has_explicit_start()) {
        Some(document) => Err(DialectError::new(DialectRule::BareDocument, document.span())),
        None => Ok(()),
    }
}

/// More keys than this are looked up in a table.
const FEW_KEYS: usize = 16;

/// Checks the keys of `mapping`; `few` is an empty list, lent so that none is made for each mapping.
fn check_keys<'t>(mapping: Node<'t>, few: &mut Vec<(&'t str, Node<'t>)>) -> Result<(), DialectError> {
    let mut many = Keys::default();
    for entry in mapping.entries() {
        let key = entry.key;
        if let Err(error) = check_key_type(key).and_then(|()| check_flow_key(mapping, key, entry.value)) {
            // What comes first is what is reported.
            return many.check(mapping.tree()).and(Err(error));
        }
        match plain_text(key) {
            Some(text) if many.places.is_empty() && few.len() < FEW_KEYS => {
                if let Some((_, twin)) = few.iter().find(|(other, _)| *other == text) {
                    return Err(duplicate(*twin, key));
                }
                few.push((text, key));
            }
            _ => {
                if many.places.is_empty() {
                    for (_, key) in few.iter() {
                        many.add(*key);
                    }
                }
                many.add(key);
            }
        }
    }
    many.check(mapping.tree())
}

/// The keys of a large mapping: half a hash of the text of each, and the number of its node.
///
/// Sorted, equal ones come together: a hash table would miss the caches at every key.
#[derive(Default)]
struct Keys {
    hasher: RandomState,
    places: Vec<u64>,
}

impl Keys {
    fn add(&mut self, key: Node<'_>) {
        self.places.push(self.hasher.hash_one(&*key_text(key)) >> 32 << 32 | u64::from(key.id()));
    }

    /// Finds the first key that is there a second time.
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is the number of the node")]
    fn check(mut self, tree: &Tree<'_>) -> Result<(), DialectError> {
        self.places.sort_unstable();
        let mut first: Option<(Node<'_>, Node<'_>)> = None;
        for alike in self.places.chunk_by(|one, other| one >> 32 == other >> 32).filter(|it| it.len() > 1) {
            let mut known = HashMap::new();
            let mut keys = alike.iter().map(|place| Node::new(tree, *place as u32));
            let twins = keys.find_map(|key| known.insert(key_text(key), key).map(|twin| (twin, key)));
            first = first.into_iter().chain(twins).min_by_key(|(_, key)| key.id());
        }
        first.map_or(Ok(()), |(twin, key)| Err(duplicate(twin, key)))
    }
}

fn duplicate(first: Node<'_>, key: Node<'_>) -> DialectError {
    let rule = DialectRule::DuplicateKey(key_text(key).into_owned());
    DialectError { rule, span: key.span(), first: Some(first.span()) }
}

/// The text of a key that needs no decoding.
fn plain_text(key: Node<'_>) -> Option<&str> {
    (key.kind() == NodeKind::Plain).then(|| key.tree().slice(key.content_span()))
}

fn key_text(key: Node<'_>) -> Cow<'_, str> {
    match key.alias() {
        Some(name) => Cow::Owned(format!("*{name}")),
        None => key.scalar().unwrap_or_default(),
    }
}

fn check_key_type(key: Node<'_>) -> Result<(), DialectError> {
    if key.kind() == NodeKind::Alias || is_string(key) {
        return Ok(());
    }
    Err(DialectError::new(DialectRule::KeyType, key.span()))
}

/// The tags of YAML's own that make something else of a scalar.
const NO_STRINGS: [&str; 7] = ["null", "bool", "int", "float", "timestamp", "map", "seq"];

/// Whether Docker Compose's reader makes a string of `node`; of `<<` it does so wherever it merges nothing by it.
#[must_use]
pub fn is_string(node: Node<'_>) -> bool {
    match (node.tag().filter(|tag| !tag.is("!")), node.kind()) {
        (Some(tag), _) => node.is_scalar() && !NO_STRINGS.iter().any(|name| tag.is_core(name)),
        (None, NodeKind::Plain | NodeKind::Empty) => {
            let resolved = resolve_plain(&node.scalar().unwrap_or_default());
            matches!(resolved, ScalarType::String | ScalarType::Merge)
        }
        (None, _) => node.is_scalar(),
    }
}

/// In a flow collection, its scanner wants an implicit key and its colon on one line, and near one another.
fn check_flow_key(mapping: Node<'_>, key: Node<'_>, value: Node<'_>) -> Result<(), DialectError> {
    if mapping.kind() == NodeKind::BlockMapping {
        return Ok(());
    }
    let tree = mapping.tree();
    let between = tree.slice(Span::new(key.span().start(), value.span().start()));
    if between.len() <= MAX_IMPLICIT_KEY && !between.contains(['\n', '\r']) {
        return Ok(());
    }
    let before = key.first_token().checked_sub(2).map(|first| first..key.first_token());
    let explicit = before
        .into_iter()
        .flatten()
        .any(|id| tree.token(id).is_some_and(|(kind, _)| kind == TokenKind::MappingKey));
    let mut token = key.first_token();
    let (mut lines, mut characters) = (0, 0);
    while let Some((kind, span)) = tree.token(token) {
        if kind == TokenKind::MappingValue {
            break;
        }
        let text = tree.slice(span);
        lines += usize::from(text.contains(['\n', '\r']));
        characters += text.chars().count();
        token += 1;
        if token >= value.first_token() {
            return Ok(());
        }
    }
    let rule = match (lines, characters) {
        _ if explicit => return Ok(()),
        (0, ..=MAX_IMPLICIT_KEY) => return Ok(()),
        (0, _) => DialectRule::LongFlowKey,
        _ => DialectRule::MultilineFlowKey,
    };
    Err(DialectError::new(rule, key.span()))
}
