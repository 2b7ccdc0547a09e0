//! Services with dotted names.
//!
//! compose-go remembers the path at which it meets each alias, `services.web` or `services.web.0` for the first of
//! a list, and takes one path inside another for a cycle: docker/compose#13863. In lists the paths of `web` and
//! `web.1` lie beside one another.

use std::collections::BTreeMap;

use foldhash::{HashSet, HashSetExt};

use super::RefusalReason;
use super::block::{Block, Obstacle};
use super::unit::Planner;
use crate::compose::{Aliases, Definition, Service, is_merge_key, merge_entry};
use crate::text::{Edit, Span};
use crate::yaml::{Node, NodeKind, edit};

/// The services of a document whose names are a matter of dots, and the paths of their aliases of the block.
#[derive(Default)]
pub(super) struct Dotted<'n> {
    /// The services whose name is another's with a dot and more behind it, and those others.
    names: HashSet<&'n str>,
    paths: BTreeMap<String, (&'n str, Span)>,
}

impl<'n> Dotted<'n> {
    /// Finds the services of one document that have to be looked at.
    pub(super) fn of(planner: &'n Planner<'_, '_>, definitions: &[Definition]) -> Self {
        let names = || definitions.iter().map(|definition| &*planner.library.service(*definition).name);
        let inside = Self::with_block_inside(planner, definitions);
        if names().all(|name| !name.contains('.')) {
            return Self { names: inside, paths: BTreeMap::new() };
        }
        let all: HashSet<&str> = names().collect();
        let mut dotted = inside;
        for name in &all {
            let prefixes = name.match_indices('.').map(|(at, _)| &name[..at]);
            for prefix in prefixes.filter(|prefix| all.contains(prefix)) {
                dotted.extend([*name, prefix]);
            }
        }
        Self { names: dotted, paths: BTreeMap::new() }
    }

    /// The services that have an alias of the block somewhere in their values, the path of which lies inside theirs.
    fn with_block_inside(planner: &'n Planner<'_, '_>, definitions: &[Definition]) -> HashSet<&'n str> {
        let mut found = HashSet::new();
        for definition in definitions {
            let Some(block) = planner.block(*definition).existing else { return found };
            let service = planner.library.service(*definition);
            let aliases = planner.library.file_of(*definition).aliases();
            let is_block = |node: Node<'_>| node.kind() == NodeKind::Alias && aliases.resolve(node) == block;
            let values = service.mapping().into_iter().flat_map(Node::entries);
            let mut values = values.filter(|entry| !is_merge_key(entry.key)).map(|entry| entry.value);
            if values.any(|value| is_block(value) || value.descendants().any(is_block)) {
                found.insert(&*service.name);
            }
        }
        found
    }

    /// Whether a service's block has to be merged as a list.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Notes that the block is merged into `service`, at a place in a list or by itself.
    pub(super) fn add(&mut self, service: &'n Service<'_>, index: Option<usize>) {
        if self.names.is_empty() {
            return;
        }
        let index = index.map(|index| format!(".{index}")).unwrap_or_default();
        self.paths.insert(format!("{}{index}", service.name), (&service.name, service.key.span()));
    }

    /// Notes where the block is merged already, and returns the edits that make a list of it.
    pub(super) fn keep<'t>(
        &mut self,
        service: &'n Service<'t>,
        aliases: &Aliases<'t>,
        block: &Block<'t>,
    ) -> Vec<Edit> {
        if !self.has(&service.name) {
            return Vec::new();
        }
        let Some(merge) = service.mapping().and_then(merge_entry) else { return Vec::new() };
        let is_block = |node: Node<'t>| Some(aliases.resolve(node)) == block.existing;
        if is_block(merge.value) {
            self.add(service, Some(0));
            return edit::wrap(merge.value, "[", "]");
        }
        let listed = merge.value.is_sequence().then(|| merge.value.children()).into_iter().flatten();
        for (index, _) in listed.enumerate().filter(|(_, item)| is_block(*item)) {
            self.add(service, Some(index));
        }
        Vec::new()
    }

    /// Checks that no path of an alias lies inside another one.
    pub(super) fn check(&self) -> Result<(), Obstacle> {
        for (path, (name, span)) in &self.paths {
            let prefixes = path.match_indices('.').map(|(at, _)| &path[..at]);
            if let Some((other, _)) = prefixes.into_iter().find_map(|prefix| self.paths.get(prefix)) {
                let reason = RefusalReason::DottedNames((*other).to_owned(), (*name).to_owned());
                return Err((reason, *span));
            }
        }
        Ok(())
    }
}
