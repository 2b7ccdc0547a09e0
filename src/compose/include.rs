//! The top-level element `include`: which other projects a document brings in.

use super::attribute::is_null;
use super::{Aliases, ComposeError, ComposeRule};
use crate::text::Span;
use crate::yaml::{Entry, Node};

/// A project that a document includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Its files as written: the first, then those that are merged over it.
    pub paths: Vec<String>,
    /// The directory that its own paths start from, as written; that of its first file where none is given.
    pub project_directory: Option<String>,
    /// The bytes that say so.
    pub span: Span,
}

/// Reads the value of the top-level entry `include`.
pub(super) fn read_includes<'t>(
    entry: &Entry<'t>,
    aliases: &Aliases<'t>,
) -> Result<Vec<Include>, ComposeError> {
    let list = aliases.resolve(entry.value);
    if is_null(list) || entry.value.tag() == Some("!reset") {
        return Ok(Vec::new());
    }
    if !list.is_sequence() {
        return Err(ComposeError { rule: ComposeRule::Include, span: entry.key.span() });
    }
    list.children().map(|item| read_include(item, aliases)).collect()
}

fn read_include<'t>(item: Node<'t>, aliases: &Aliases<'t>) -> Result<Include, ComposeError> {
    let error = || ComposeError { rule: ComposeRule::Include, span: item.span() };
    let text = |node: Node<'t>| aliases.resolve(node).scalar().map(std::borrow::Cow::into_owned);
    let node = aliases.resolve(item);
    if !node.is_mapping() {
        let paths = vec![text(node).ok_or_else(error)?];
        return Ok(Include { paths, project_directory: None, span: item.span() });
    }
    let value = |key: &str| node.entries().find(|entry| entry.key.is_text(key)).map(|entry| entry.value);
    let path = aliases.resolve(value("path").ok_or_else(error)?);
    let paths: Option<Vec<String>> = if path.is_sequence() {
        path.children().map(text).collect()
    } else {
        text(path).map(|path| vec![path])
    };
    let paths = paths.filter(|paths| !paths.is_empty()).ok_or_else(error)?;
    let project_directory = value("project_directory").and_then(text);
    Ok(Include { paths, project_directory, span: item.span() })
}
