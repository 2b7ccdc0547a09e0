//! A Compose file: from its tree to its documents and their services.

use foldhash::{HashSet, HashSetExt};
use std::borrow::Cow;

use super::{Aliases, ComposeError, ComposeRule, Service, is_merge_key, layers, merge_entry};
use crate::text::Span;
use crate::yaml::{Entry, Node, NodeKind, ScalarType, Tree, resolve_plain};

/// The top-level keys of the Compose Specification, besides extensions.
const TOP_LEVEL: [&str; 9] =
    ["version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs"];

/// A Compose file that Docker Compose would read.
#[derive(Debug)]
pub struct ComposeFile<'t> {
    aliases: Aliases<'t>,
    documents: Vec<ComposeDocument<'t>>,
}

/// A document of a Compose file. Later documents are merged over earlier ones.
#[derive(Debug)]
pub struct ComposeDocument<'t> {
    /// The document.
    pub node: Node<'t>,
    /// Its root, a mapping.
    pub root: Node<'t>,
    /// Its services, in the order in which Docker Compose meets them: those written below `services`, then
    /// those that merge keys bring there.
    pub services: Vec<Service<'t>>,
}

impl<'t> ComposeFile<'t> {
    /// Reads `tree`, which has neither syntax errors nor breaks a dialect rule.
    ///
    /// # Errors
    /// The first thing that Docker Compose would reject.
    pub fn read(tree: &'t Tree<'t>) -> Result<Self, ComposeError> {
        let aliases = Aliases::of(tree)?;
        let mut known = HashSet::new();
        let mut documents = Vec::new();
        let several = tree.documents().nth(1).is_some();
        for node in tree.documents() {
            let document = read_document(node, &aliases, &known)?;
            let new = document.services.iter().filter(|_| several);
            known.extend(new.map(|service| service.name.clone()));
            documents.push(document);
        }
        if documents.is_empty() {
            return Err(ComposeError { rule: ComposeRule::EmptyDocument, span: Span::at(0) });
        }
        Ok(Self { aliases, documents })
    }

    /// What its aliases stand for.
    #[must_use]
    pub fn aliases(&self) -> &Aliases<'t> {
        &self.aliases
    }

    /// Its documents in order.
    #[must_use]
    pub fn documents(&self) -> &[ComposeDocument<'t>] {
        &self.documents
    }
}

impl<'t> ComposeDocument<'t> {
    /// The top-level entry with `key`, and its place among the entries.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(usize, Entry<'t>)> {
        self.root.entries().enumerate().find(|(_, entry)| entry.key.is_text(key))
    }
}

fn read_document<'t>(
    node: Node<'t>,
    aliases: &Aliases<'t>,
    known: &HashSet<Cow<'t, str>>,
) -> Result<ComposeDocument<'t>, ComposeError> {
    let Some(root) = node.children().next() else {
        return Err(ComposeError { rule: ComposeRule::EmptyDocument, span: node.span() });
    };
    if !root.is_mapping() {
        let rule = if root.kind() == NodeKind::Empty {
            ComposeRule::EmptyDocument
        } else {
            ComposeRule::RootNotMapping
        };
        return Err(ComposeError { rule, span: root.span() });
    }
    let mut services = None;
    let mut unknown = None;
    for entry in root.entries() {
        let name = entry.key.scalar().unwrap_or_default();
        match &*name {
            "services" => services = Some(entry),
            "version" => check_version(&entry)?,
            name if TOP_LEVEL.contains(&name) || name.starts_with("x-") || is_merge_key(entry.key) => {}
            name => unknown = unknown.or(Some((name.to_owned(), entry.key.span()))),
        }
    }
    if let Some((name, span)) = unknown {
        let services_at_top = services.is_none() && root.entries().all(|entry| entry.value.is_mapping());
        let rule = if services_at_top { ComposeRule::VersionOne } else { ComposeRule::UnknownTopLevel(name) };
        return Err(ComposeError { rule, span });
    }
    let services = match (services, merge_entry(root)) {
        (Some(entry), _) => read_services(&entry, aliases, known)?,
        (None, Some(merge)) => {
            let brings_services =
                |layer: &Node<'t>| layer.entries().any(|entry| entry.key.is_text("services"));
            if layers(root, aliases)?.iter().any(brings_services) {
                return Err(ComposeError { rule: ComposeRule::MergedRoot, span: merge.key.span() });
            }
            Vec::new()
        }
        (None, None) => Vec::new(),
    };
    Ok(ComposeDocument { node, root, services })
}

fn check_version(entry: &Entry<'_>) -> Result<(), ComposeError> {
    let value = entry.value;
    let plain = matches!(value.kind(), NodeKind::Plain | NodeKind::Empty);
    if plain && resolve_plain(&value.scalar().unwrap_or_default()) != ScalarType::String {
        return Err(ComposeError {
            rule: ComposeRule::NotString("version".to_owned()),
            span: entry.key.span(),
        });
    }
    Ok(())
}

fn read_services<'t>(
    services: &Entry<'t>,
    aliases: &Aliases<'t>,
    known: &HashSet<Cow<'t, str>>,
) -> Result<Vec<Service<'t>>, ComposeError> {
    if services.value.tag() == Some("!reset") {
        return Ok(Vec::new());
    }
    let mapping = aliases.resolve(services.value);
    if !mapping.is_mapping() {
        return Err(ComposeError { rule: ComposeRule::ServicesNotMapping, span: services.key.span() });
    }
    let layers = layers(mapping, aliases)?;
    let mut found: Vec<Service<'t>> = Vec::new();
    let mut names = HashSet::new();
    for layer in &layers {
        for entry in layer.entries().filter(|entry| !is_merge_key(entry.key)) {
            let name = aliases.resolve(entry.key).scalar().unwrap_or_default();
            let first = !known.contains(&name);
            // The keys of one mapping differ; only a second one can bring a name again.
            if layers.len() == 1 || names.insert(name) {
                found.push(Service::read(&entry, aliases, first)?);
            }
        }
    }
    Ok(found)
}
