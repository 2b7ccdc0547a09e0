//! A Compose file: from its tree to its documents and their services.

use std::borrow::Cow;
use std::collections::hash_map::Entry as MapEntry;

use foldhash::{HashMap, HashMapExt};

use super::include::{Include, read_includes};
use super::merge::{Merged, check_merge, check_merge_kind};
use super::{
    Aliases, ComposeError, ComposeRule, Definition, FileId, Service, is_compose_tag, is_merge_key, is_null,
    is_override, is_reset, merge_entry, with_merged,
};
use crate::text::Span;
use crate::yaml::dialect::is_string;
use crate::yaml::{Entry, Node, NodeKind, Tree};

/// The top-level keys of the Compose Specification, besides extensions.
const TOP_LEVEL: [&str; 9] =
    ["version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs"];

/// Those of them whose values are mappings, besides `services`.
const MAPPINGS: [&str; 4] = ["networks", "volumes", "secrets", "configs"];

/// How many services the documents of a file of any length may define.
pub const MAX_SERVICES: usize = 20_000;

/// A file with more services than [`MAX_SERVICES`] has at least as many bytes for each of them: the time that a service takes,
/// which is that of hundreds of bytes, is bounded by the length of the file.
pub const MIN_BYTES_PER_SERVICE: usize = 500;

/// How many documents a file may have: each takes more memory than its bytes let expect.
pub const MAX_DOCUMENTS: usize = 10_000;

/// A Compose file that Docker Compose would read.
#[derive(Debug)]
pub struct ComposeFile<'t> {
    tree: &'t Tree<'t>,
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
    /// Whether a tag makes its services replace those of earlier files and documents.
    pub replaces_services: bool,
    /// The files that it includes.
    pub includes: Vec<Include>,
    /// A fault that matters where it is loaded, but not for a service of it that another file extends.
    pub fault: Option<ComposeError>,
}

impl<'t> ComposeFile<'t> {
    /// Reads `tree`, which has no syntax errors and breaks no dialect rule. It may have no document if another file of
    /// its projects has one.
    ///
    /// # Errors
    /// The first thing that Docker Compose would reject.
    pub fn read(tree: &'t Tree<'t>) -> Result<Self, ComposeError> {
        let aliases = Aliases::of(tree)?;
        check_merges(tree, &aliases)?;
        let mut merged = Merged::of_file(tree.nodes().count());
        if let Some(document) = tree.documents().nth(MAX_DOCUMENTS) {
            let rule = ComposeRule::TooManyDocuments(MAX_DOCUMENTS);
            return Err(ComposeError { rule, span: Span::at(document.span().start()) });
        }
        let mut documents = Vec::new();
        let mut left = MAX_SERVICES.max(tree.text().len() / MIN_BYTES_PER_SERVICE);
        for node in tree.documents() {
            let document = read_document(node, &aliases, &mut merged)?;
            if let Some(service) = document.services.get(left) {
                return Err(ComposeError { rule: ComposeRule::TooManyServices, span: service.key.span() });
            }
            left -= document.services.len();
            documents.push(document);
        }
        Ok(Self { tree, aliases, documents })
    }

    /// The tree it is read from.
    #[must_use]
    pub fn tree(&self) -> &'t Tree<'t> {
        self.tree
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

    /// Its services, document by document, as the definitions of the file with this place in a library.
    pub fn definitions(&self, id: FileId) -> impl Iterator<Item = (Definition, &Service<'t>)> {
        (0..).zip(&self.documents).flat_map(move |(document, content)| {
            let numbered = (0..).zip(&content.services);
            numbered.map(move |(service, content)| (Definition { file: id, document, service }, content))
        })
    }

    /// Whether it includes a file, or extends a service of one, which may be itself by its own name.
    #[must_use]
    pub fn names_files(&self) -> bool {
        let extends_file =
            |service: &Service<'_>| service.extends.as_ref().is_some_and(|it| it.file.is_some());
        self.documents.iter().any(|it| !it.includes.is_empty() || it.services.iter().any(extends_file))
    }
}

/// Checks the merge keys of all mappings, wherever they are.
///
/// Docker Compose takes a tag of what is merged for one of the mapping that merges it: below `services` that may be a
/// service, elsewhere no service has it.
fn check_merges<'t>(tree: &'t Tree<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    if memchr::memmem::find(tree.text().as_bytes(), b"<<").is_none() {
        return Ok(());
    }
    for root in tree.documents().filter_map(|document| document.children().next()) {
        if let Some(merge) = merge_entry(root) {
            check_merge(merge.value, aliases)?;
        }
        for entry in root.entries() {
            let brings_services = is_merge_key(entry.key) || aliases.resolve(entry.key).is_text("services");
            let check = if brings_services { check_merge } else { check_merge_kind };
            let nodes = std::iter::once(entry.value).chain(entry.value.descendants());
            for merge in nodes.filter(|node| node.is_mapping()).filter_map(merge_entry) {
                check(merge.value, aliases)?;
            }
        }
    }
    Ok(())
}

fn read_document<'t>(
    node: Node<'t>,
    aliases: &Aliases<'t>,
    merged: &mut Merged,
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
    let mut includes = Vec::new();
    let (mut fault, mut unknown) = (None, None);
    for entry in root.entries() {
        let name = aliases.resolve(entry.key).scalar().unwrap_or_default();
        match &*name {
            "services" => services = Some(entry),
            "version" | "name" => fault = fault.or(check_text(&name, &entry, aliases).err()),
            name if MAPPINGS.contains(&name) => fault = fault.or(check_mapping(name, &entry, aliases).err()),
            "include" => includes = read_includes(&entry, aliases)?,
            name if TOP_LEVEL.contains(&name) || name.starts_with("x-") || is_merge_key(entry.key) => {}
            name => unknown = unknown.or(Some((name.to_owned(), entry.key.span()))),
        }
    }
    if let Some((name, span)) = unknown {
        let services_at_top = services.is_none() && root.entries().all(|entry| entry.value.is_mapping());
        if services_at_top {
            return Err(ComposeError { rule: ComposeRule::VersionOne, span });
        }
        fault = fault.or(Some(ComposeError { rule: ComposeRule::UnknownTopLevel(name), span }));
    }
    let replaces_services = services.is_some_and(|it: Entry<'_>| is_compose_tag(aliases.resolve(it.value)));
    check_merged_root(root, aliases)?;
    if let Some(entry) = services.filter(|_| replaces_services)
        && (!includes.is_empty() || [entry.key, entry.value].iter().any(|it| it.kind() == NodeKind::Alias))
    {
        return Err(ComposeError { rule: ComposeRule::TaggedServices, span: entry.key.span() });
    }
    let services = services.map_or(Ok(Vec::new()), |entry| read_services(&entry, aliases, merged))?;
    Ok(ComposeDocument { node, root, services, replaces_services, includes, fault })
}

/// Checks that no merge key of the root brings a key by which a project gets services: they would not be seen.
fn check_merged_root<'t>(root: Node<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    let Some(merge) = merge_entry(root) else { return Ok(()) };
    let layers = with_merged(root, aliases)?;
    for key in ["services", "include"] {
        let is_merged = || layers.iter().any(|layer| aliases.entry(*layer, key).is_some());
        // Docker Compose removes what `!reset` marks before it merges.
        let is_free = aliases.entry(root, key).is_none_or(|entry| is_reset(entry.value));
        if is_free && is_merged() {
            return Err(ComposeError { rule: ComposeRule::MergedRoot(key), span: merge.key.span() });
        }
    }
    Ok(())
}

/// Checks that the value of a top-level `key` is a string. A null name is left alone: over one of an earlier layer it is none.
fn check_text<'t>(key: &str, entry: &Entry<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    let value = aliases.resolve(entry.value);
    if is_reset(entry.value) || is_string(value) || key == "name" && is_null(value) {
        return Ok(());
    }
    Err(ComposeError { rule: ComposeRule::NotString(key.to_owned()), span: entry.key.span() })
}

/// Checks that the value of a top-level `key` is a mapping. Null is left alone: over one of an earlier layer it is none.
fn check_mapping<'t>(key: &str, entry: &Entry<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    let value = aliases.resolve(entry.value);
    if is_reset(entry.value) || value.is_mapping() || is_null(value) {
        return Ok(());
    }
    Err(ComposeError { rule: ComposeRule::NotMapping(key.to_owned()), span: entry.key.span() })
}

fn read_services<'t>(
    services: &Entry<'t>,
    aliases: &Aliases<'t>,
    merged: &mut Merged,
) -> Result<Vec<Service<'t>>, ComposeError> {
    if is_reset(services.value) {
        return Ok(Vec::new());
    }
    let mapping = aliases.resolve(services.value);
    if !mapping.is_mapping() {
        return Err(ComposeError {
            rule: ComposeRule::NotMapping("services".to_owned()),
            span: services.key.span(),
        });
    }
    let layers = with_merged(mapping, aliases)?;
    let replacing = is_override(services.value).then(|| services.value.span());
    let mut found: Vec<Service<'t>> = Vec::new();
    // By the name of a service, whether `!reset` removes it.
    let mut names: HashMap<Cow<'_, str>, bool> = HashMap::new();
    if layers.len() == 1 {
        found.reserve_exact(mapping.entries().count());
    }
    for layer in &layers {
        for entry in layer.entries().filter(|entry| !is_merge_key(entry.key)) {
            let name = aliases.resolve(entry.key).scalar().unwrap_or_default();
            // The keys of one mapping differ; only a second mapping can repeat a name.
            if layers.len() > 1 {
                match names.entry(name) {
                    MapEntry::Vacant(free) => {
                        free.insert(is_reset(entry.value));
                    }
                    MapEntry::Occupied(known) if *known.get() => {
                        let rule = ComposeRule::ResetAndMerged(known.key().to_string());
                        return Err(ComposeError { rule, span: services.key.span() });
                    }
                    // It is not read, but Docker Compose follows its tag.
                    MapEntry::Occupied(_)
                        if is_compose_tag(entry.value) || is_compose_tag(aliases.resolve(entry.value)) =>
                    {
                        let rule = ComposeRule::TaggedMerge;
                        return Err(ComposeError { rule, span: entry.key.span() });
                    }
                    MapEntry::Occupied(_) => continue,
                }
            }
            found.push(Service::read(&entry, aliases, replacing, merged)?);
            merged.check(entry.key)?;
        }
    }
    Ok(found)
}
