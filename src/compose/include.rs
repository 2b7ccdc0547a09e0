//! The top-level element `include`: which other projects a document brings in.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::attribute::is_null;
use super::path::resolve;
use super::{Aliases, ComposeError, ComposeRule, is_compose_tag, is_reset, with_merged};
use crate::text::{Diagnostic, Span};
use crate::yaml::dialect::is_string;
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

impl Include {
    /// Returns the paths of its files, where those in the file that includes them start from `directory`, and the directory
    /// that their own start from.
    pub(super) fn resolved(&self, directory: &Path) -> Result<(Vec<PathBuf>, PathBuf), Diagnostic> {
        let local = |written: &String, attribute| {
            resolve(written, directory).map_err(|unknown| unknown.diagnostic(attribute, self.span))
        };
        let paths: Vec<PathBuf> =
            self.paths.iter().map(|path| local(path, "include")).collect::<Result<_, _>>()?;
        let own = match &self.project_directory {
            Some(written) => local(written, "project_directory")?,
            None => paths.first().and_then(|path| path.parent()).unwrap_or(directory).to_owned(),
        };
        Ok((paths, own))
    }
}

/// Reads the value of the top-level entry `include`.
pub(super) fn read_includes<'t>(
    entry: &Entry<'t>,
    aliases: &Aliases<'t>,
) -> Result<Vec<Include>, ComposeError> {
    let list = aliases.resolve(entry.value);
    if is_null(list) || is_reset(entry.value) {
        return Ok(Vec::new());
    }
    if let Some(tagged) = std::iter::once(list).chain(list.descendants()).find(|node| is_compose_tag(*node)) {
        return Err(ComposeError { rule: ComposeRule::TaggedInclude, span: tagged.span() });
    }
    if !list.is_sequence() {
        return Err(ComposeError { rule: ComposeRule::Include, span: entry.key.span() });
    }
    list.children().filter_map(|item| read_include(item, aliases).transpose()).collect()
}

/// Reads an item; Docker Compose passes over one that names no file, unless another part of it is wrong.
fn read_include<'t>(item: Node<'t>, aliases: &Aliases<'t>) -> Result<Option<Include>, ComposeError> {
    let error = || ComposeError { rule: ComposeRule::Include, span: item.span() };
    let text = |node: Node<'t>| node.scalar().map(Cow::into_owned);
    let path_text =
        |node: Node<'t>| Some(aliases.resolve(node)).filter(|node| is_string(*node)).and_then(text);
    let node = aliases.resolve(item);
    let layers = if node.is_mapping() { with_merged(node, aliases)? } else { Vec::new() };
    let value = |key: &str| {
        let mut entries = layers.iter().flat_map(|layer| layer.entries());
        let found = entries.find(|entry| aliases.resolve(entry.key).is_text(key));
        found.map(|entry| aliases.resolve(entry.value))
    };
    let directory = value("project_directory").filter(|directory| !is_null(*directory));
    let project_directory = directory.map(|directory| text(directory).ok_or_else(error)).transpose()?;
    let project_directory = project_directory.filter(|directory| !directory.is_empty());
    let path = if node.is_mapping() { value("path") } else { Some(node) };
    let Some(path) = path.filter(|path| !is_null(*path)) else { return Ok(None) };
    let paths: Option<Vec<String>> = if node.is_mapping() && path.is_sequence() {
        path.children().map(path_text).collect()
    } else {
        path_text(path).map(|path| vec![path])
    };
    let paths = paths.filter(|paths| paths.iter().all(|path| !path.is_empty())).ok_or_else(error)?;
    if paths.is_empty() {
        return Ok(None);
    }
    Ok(Some(Include { paths, project_directory, span: item.span() }))
}
