//! Holds the parser to its promises for any text: tokens are the text, and yaml-rust2 sees the same YAML in it.
//!
//! Knows nothing of Compose. Where the two readers may differ is [`Difference`], and nowhere else.

#[path = "events.rs"]
mod events;

use compose_harden::yaml::{Node, NodeKind, SyntaxErrorKind, Tag, Tree, dialect, parse};

use self::events::{granit_events, our_events, their_events};

/// A way in which yaml-rust2 differs from YAML 1.2.2, or this parser from yaml-rust2 for Docker Compose's sake.
///
/// Each was looked at: none lets a text through that Docker Compose reads in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Difference {
    /// Texts with characters that [`dialect::check_characters`] rejects: yaml-rust2 takes a NUL for the end of the
    /// text and does not look at the others.
    Characters,
    /// A place in [`Tree::relaxations`], which Docker Compose takes and YAML 1.2.2 does not.
    Relaxation,
    /// yaml-rust2 takes no tab for the white space after `:`, `?` or `-`, nor at the start of a block scalar.
    Tab,
    /// yaml-rust2 follows flow collections 255 levels deep.
    FlowDepth,
    /// An alias without an anchor: for this parser no question of syntax.
    UnknownAnchor,
    /// yaml-rust2 loses count of flow collections inside a pair of a flow sequence, and rejects it: `[a: {b: c}]`.
    FlowPair,
    /// yaml-rust2 takes no `?` where the text ends, and no `:` without a key in a flow collection, but `{?, a}`
    /// and, after a `?`, a comma too many; what comes after it may be lost.
    MissingKey,
    /// yaml-rust2 takes no flow collection right after the `:` of a plain scalar: `[a:[b]]`.
    AdjacentValue,
    /// yaml-rust2 takes a comment for a line of the block scalar before it where neither has enough spaces.
    CommentBehindBlockScalar,
    /// yaml-rust2 takes only letters for the name of a directive, and knows only the last directive of a document.
    Directives,
    /// yaml-rust2 decodes what a tag escapes byte by byte, where it is more than ASCII; events cannot show line breaks.
    TagEscape,
    /// yaml-rust2 gives a block scalar a line break where its last line has none.
    EndOfText,
    /// yaml-rust2 gives a line break for a block scalar without a line of text, where others give nothing.
    EmptyBlockScalar,
    /// yaml-rust2 does not see the document marker after a block scalar whose lines begin at column 0.
    RootBlockScalar,
    /// yaml-rust2 takes a collection or a tab on the line of a `:` without a key: `: - a`.
    EmptyKey,
    /// yaml-rust2 takes a tab for the indentation of the first line of a document.
    TabIndentation,
    /// yaml-rust2 goes on with a plain scalar after a comment that has a tab before it on its line.
    CommentInPlain,
    /// yaml-rust2 takes a key of several lines for a pair in a flow sequence.
    MultilineKey,
    /// yaml-rust2 takes `!<>` for a tag.
    EmptyTag,
    /// yaml-rust2 takes `|` and `>` as the start of a plain scalar in a flow collection.
    BlockIndicatorInFlow,
    /// yaml-rust2 takes no `-` before a flow indicator in a plain scalar: `[a -]`.
    FlowDash,
    /// yaml-rust2 does not look at all parameters of a directive, nor for a second `%TAG` with the same handle, and
    /// takes no long version.
    DirectiveParameters,
    /// yaml-rust2 takes an anchor with no white space after it: `&a{b: c}`.
    PropertyWithoutSpace,
    /// Texts that [`dialect::check`] rejects.
    Dialect,
    /// yaml-rust2 stands alone: granit-parser, which descends from it, reads or rejects the text as this parser does.
    Alone,
}

/// What a comparison of both readers came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Both read the same events.
    Events,
    /// Both reject the text.
    Rejected,
    /// They differ as is known.
    Known(Difference),
}

/// Parses `text` and compares.
///
/// # Panics
/// Where a promise does not hold.
pub(crate) fn check_parser(text: &str) -> Agreement {
    let tree = parse(text);
    check_tokens(&tree);
    match compare(&tree) {
        Ok(agreement) => agreement,
        Err(difference) => panic!("{difference}\nin {text:?}"),
    }
}

fn check_tokens(tree: &Tree<'_>) {
    let mut end = 0;
    for (kind, span) in tree.tokens() {
        assert!(span.start() == end && !span.is_empty(), "{kind:?} at {span:?} in {:?}", tree.text());
        end = span.end();
    }
    assert_eq!(end as usize, tree.text().len(), "the tokens end early in {:?}", tree.text());
    for error in tree.errors() {
        assert!(
            tree.text().get(error.span.range()).is_some(),
            "{error:?} cuts a character of {:?}",
            tree.text()
        );
    }
}

pub(crate) fn compare(tree: &Tree<'_>) -> Result<Agreement, String> {
    let text = tree.text();
    if dialect::check_characters(text).is_err() {
        return Ok(Agreement::Known(Difference::Characters));
    }
    let theirs = their_events(text);
    let ours = match tree.errors().first() {
        None => Ok(our_events(tree)),
        Some(error) => Err(format!("{error} at byte {}", error.span.start())),
    };
    let (agreement, problem) = match (&ours, theirs) {
        (Err(_), Err(_)) => return Ok(Agreement::Rejected),
        (Ok(ours), Ok(theirs)) if *ours == theirs => return Ok(Agreement::Events),
        (Ok(ours), Ok(theirs)) => (compare_events(tree, ours, &theirs), first_difference(ours, &theirs)),
        (Ok(_), Err(reason)) if is_about_anchor(&reason, &ours) => {
            (Some(Difference::UnknownAnchor), String::new())
        }
        (Ok(_), Err(reason)) => (only_we_accept(tree, &reason), format!("only yaml-rust2 rejects: {reason}")),
        (Err(reason), Ok(_)) => (only_they_accept(tree), format!("only yaml-rust2 accepts: {reason}")),
    };
    let known = agreement.or_else(|| match granit_events(text) {
        Err(reason) if ours.is_err() || is_about_anchor(&reason, &ours) => Some(Difference::Alone),
        Ok(theirs) if ours.as_ref().is_ok_and(|ours| agrees(tree, ours, &theirs)) => Some(Difference::Alone),
        _ => dialect::check(tree).is_err().then_some(Difference::Dialect),
    });
    known.map(Agreement::Known).ok_or(problem)
}

/// Whether granit-parser reads the same events as this parser, but for what it has of yaml-rust2.
fn agrees(tree: &Tree<'_>, ours: &[String], theirs: &[String]) -> bool {
    ours == theirs || compare_events(tree, ours, theirs).is_some()
}

/// Whether a reader rejects an alias for want of its anchor, which this parser reads as such.
fn is_about_anchor(reason: &str, ours: &Result<Vec<String>, String>) -> bool {
    let has_unknown = |events: &Vec<String>| events.iter().any(|event| event.contains(" *?"));
    reason.contains("unknown anchor") && ours.as_ref().is_ok_and(has_unknown)
}

fn first_difference(ours: &[String], theirs: &[String]) -> String {
    let at = ours.iter().zip(theirs).take_while(|(our, their)| our == their).count();
    format!("event {at} is {:?}, and {:?} for yaml-rust2", ours.get(at), theirs.get(at))
}

/// Says why events may differ.
fn compare_events(tree: &Tree<'_>, ours: &[String], theirs: &[String]) -> Option<Difference> {
    if has_root_block_scalar(tree) {
        return Some(Difference::RootBlockScalar);
    }
    if has_empty_flow_key(tree) {
        return Some(Difference::MissingKey);
    }
    let has_control = |tag: Tag<'_>| tag.to_string().contains(|character| character < '\u{10}');
    if tree.nodes().any(|node| node.tag().is_some_and(has_control)) {
        return Some(Difference::TagEscape);
    }
    let without_tag = |event: &String| match event.split_once(" <") {
        Some((before, rest)) => format!("{before}{}", rest.split_once('>').map_or("", |(_, behind)| behind)),
        None => event.clone(),
    };
    if tree.text().contains('%') && ours.iter().map(without_tag).eq(theirs.iter().map(without_tag)) {
        return Some(Difference::TagEscape);
    }
    let mut known = None;
    for (our, their) in ours.iter().zip(theirs).filter(|(our, their)| our != their) {
        let is_block = [" |", " >"].iter().any(|style| our.contains(style));
        let (our, their) = (our.trim_end_matches("\\n"), their.trim_end_matches("\\n"));
        if !is_block || our != their {
            return None;
        }
        let is_empty = our.ends_with(" |") || our.ends_with(" >");
        known = Some(if is_empty { Difference::EmptyBlockScalar } else { Difference::EndOfText });
    }
    let line_ends = tree.text().ends_with(['\n', '\r']);
    known.filter(|known| ours.len() == theirs.len() && !(line_ends && *known == Difference::EndOfText))
}

/// Whether a document is a block scalar, and another document, or its own end, follows.
fn has_root_block_scalar(tree: &Tree<'_>) -> bool {
    let mut scalars = tree.nodes().filter(|node| matches!(node.kind(), NodeKind::Literal | NodeKind::Folded));
    scalars.any(|node| {
        let behind = &tree.text()[node.span().end() as usize..];
        node.id() > 0
            && tree.documents().any(|document| document.id() + 1 == node.id())
            && behind.split(['\n', '\r']).any(|line| line.starts_with("---") || line.starts_with("..."))
    })
}

/// Says why this parser may accept what yaml-rust2 rejects for `reason`.
fn only_we_accept(tree: &Tree<'_>, reason: &str) -> Option<Difference> {
    if reason.contains("recursion limit") {
        return Some(Difference::FlowDepth);
    }
    if reason.contains("while parsing a ") && has_collection_in_pair(tree) {
        return Some(Difference::FlowPair);
    }
    if (reason.contains("expected whitespace") && tree.text().trim_end().ends_with('?'))
        || (reason.contains("while parsing a ") && has_empty_flow_key(tree))
    {
        return Some(Difference::MissingKey);
    }
    if reason.contains("while parsing a flow") && [":[", ":{"].iter().any(|piece| tree.text().contains(piece))
    {
        return Some(Difference::AdjacentValue);
    }
    if reason.contains("cannot start with '-' followed by") {
        return Some(Difference::FlowDash);
    }
    if reason.contains("invalid UTF-8 codepoint") && tree.text().contains('%') {
        return Some(Difference::TagEscape);
    }
    if reason.contains("extremely long version number") {
        return Some(Difference::DirectiveParameters);
    }
    if reason.contains("wrongly indented line in block scalar") {
        return Some(Difference::CommentBehindBlockScalar);
    }
    let about_directives = ["non-alphabetical", "directive name", "handle wasn't declared"];
    if about_directives.iter().any(|words| reason.contains(words)) && tree.text().contains('%') {
        return Some(Difference::Directives);
    }
    if !tree.relaxations().is_empty() {
        return Some(Difference::Relaxation);
    }
    let about_tabs = ["tab", "expected whitespace"].iter().any(|word| reason.contains(word));
    let has_tab = tree.text().contains(":\t") || (about_tabs && tree.text().contains('\t'));
    has_tab.then_some(Difference::Tab)
}

fn has_collection_in_pair(tree: &Tree<'_>) -> bool {
    let mut pairs = tree.nodes().filter(|node| node.kind() == NodeKind::FlowPair);
    pairs.any(|pair| pair.descendants().any(Node::is_flow_collection))
}

fn has_empty_flow_key(tree: &Tree<'_>) -> bool {
    let mut mappings = tree.nodes().filter(|node| node.is_mapping() && node.kind() != NodeKind::BlockMapping);
    mappings.any(|mapping| mapping.entries().any(|entry| entry.key.kind() == NodeKind::Empty))
}

/// Says why yaml-rust2 may accept what this parser rejects.
fn only_they_accept(tree: &Tree<'_>) -> Option<Difference> {
    let error = tree.errors().first()?;
    let at = error.span.start() as usize;
    let behind = &tree.text()[at..];
    match error.kind {
        SyntaxErrorKind::ForbiddenStart if behind.starts_with(['|', '>']) => {
            Some(Difference::BlockIndicatorInFlow)
        }
        SyntaxErrorKind::ForbiddenStart if behind.starts_with('?') => Some(Difference::MissingKey),
        SyntaxErrorKind::Directive | SyntaxErrorKind::RepeatedDirective => {
            Some(Difference::DirectiveParameters)
        }
        SyntaxErrorKind::PropertyWithoutSpace => Some(Difference::PropertyWithoutSpace),
        SyntaxErrorKind::MultilineKey => Some(Difference::MultilineKey),
        SyntaxErrorKind::Tag if behind.starts_with("!<>") => Some(Difference::EmptyTag),
        SyntaxErrorKind::MissingFlowEntry if tree.text()[..at].contains('?') => Some(Difference::MissingKey),
        SyntaxErrorKind::TabIndentation => Some(Difference::TabIndentation),
        SyntaxErrorKind::Indentation if follows_comment_behind_tab(&tree.text()[..at]) => {
            Some(Difference::CommentInPlain)
        }
        SyntaxErrorKind::Indentation if tree.text()[..at].ends_with('\t') => Some(Difference::TabIndentation),
        SyntaxErrorKind::MappingNotAllowed | SyntaxErrorKind::SequenceNotAllowed
            if has_empty_key(tree.text(), at) =>
        {
            Some(Difference::EmptyKey)
        }
        _ => has_root_block_scalar(tree).then_some(Difference::RootBlockScalar),
    }
}

/// Whether the last line of `text`, which is white space, follows one of white space with a tab, and a comment.
fn follows_comment_behind_tab(text: &str) -> bool {
    let mut lines = text.rsplit(['\n', '\r']).skip(1);
    let comment = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
    let before = &comment[..comment.len() - comment.trim_start().len()];
    before.contains('\t') && comment.trim_start().starts_with('#')
}

/// Whether the line with the byte at `at` begins with a `:` after white space and indicators.
fn has_empty_key(text: &str, at: usize) -> bool {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1);
    let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t', '-', '?']);
    line == ":" || line.starts_with(": ") || line.starts_with(":\t")
}
