//! Services with dotted names.
//!
//! compose-go remembers the path at which it meets each alias, `services.web` or `services.web.0` for the first of
//! a list, and takes one path inside another for a cycle: docker/compose#13863. In lists the paths of `web` and
//! `web.1` lie side by side.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet, HashSetExt};

use super::block::Block;
use super::inject::Places;
use super::planner::Planner;
use super::refusal::Obstacle;
use super::{Decision, RefusalReason};
use crate::compose::{Aliases, ComposeFile, Definition, Service, is_merge_key, merge_entry};
use crate::text::{Edit, Span};
use crate::yaml::{Node, NodeKind, edit};

/// The aliases of each block that is in a file already, in document order; both by their nodes.
pub(super) struct BlockUses(HashMap<u32, Vec<u32>>);

impl BlockUses {
    pub(super) fn of<'t>(file: &ComposeFile<'t>, blocks: &[Block<'t>]) -> Self {
        let existing = blocks.iter().filter_map(|block| block.existing);
        let mut uses: HashMap<u32, Vec<u32>> = existing.map(|block| (block.id(), Vec::new())).collect();
        if !uses.is_empty() {
            for alias in file.tree().nodes().filter(|node| node.kind() == NodeKind::Alias) {
                if let Some(of_block) = uses.get_mut(&file.aliases().resolve(alias).id()) {
                    of_block.push(alias.id());
                }
            }
        }
        Self(uses)
    }
}

/// The services of a document whose dotted names matter, and the paths of their aliases of the block.
#[derive(Default)]
pub(super) struct Dotted<'n> {
    /// The services whose name is another's followed by a dot and more, and those others.
    names: HashSet<&'n str>,
    /// The names of services that merge the block, and each of them up to one of its dots.
    taken: HashSet<&'n str>,
    paths: BTreeMap<String, (&'n str, Span)>,
}

impl<'n> Dotted<'n> {
    /// Finds the services of one document that have to be checked.
    pub(super) fn of(planner: &'n Planner<'_, '_>, definitions: &[Definition], uses: &BlockUses) -> Self {
        let names = Self::with_block_inside(planner, definitions, uses);
        let mut found = Self { names, ..Self::default() };
        let name = |definition: &Definition| &*planner.library.service(*definition).name;
        if definitions.iter().map(name).all(|name| !name.contains('.')) {
            return found;
        }
        let all: HashSet<&str> = definitions.iter().map(name).collect();
        for name in &all {
            for prefix in prefixes(name).filter(|prefix| all.contains(prefix)) {
                found.names.extend([*name, prefix]);
            }
        }
        if found.names.is_empty() {
            return found;
        }
        let merges = |definition: &&Definition| {
            matches!(planner.decisions.get(**definition), Decision::Harden | Decision::Hardened)
        };
        for name in definitions.iter().filter(merges).map(name) {
            found.taken.extend(prefixes(name).chain([name]));
        }
        found
    }

    /// The services that have an alias of the block somewhere in their values, the path of which lies inside theirs.
    fn with_block_inside(
        planner: &'n Planner<'_, '_>,
        definitions: &[Definition],
        uses: &BlockUses,
    ) -> HashSet<&'n str> {
        let block = definitions.first().and_then(|first| planner.block(*first).existing);
        let Some(uses) = block.and_then(|block| uses.0.get(&block.id())) else { return HashSet::new() };
        let is_inside = |node: Node<'_>| {
            let first = uses.partition_point(|id| *id < node.id());
            uses.get(first).is_some_and(|id| *id < node.next_id())
        };
        let services = definitions.iter().map(|definition| planner.library.service(*definition));
        let has_block_inside = |service: &&Service<'_>| {
            let mapping = service.mapping().filter(|mapping| is_inside(*mapping));
            let mut entries = mapping.into_iter().flat_map(Node::entries);
            entries.any(|entry| !is_merge_key(entry.key) && is_inside(entry.value))
        };
        services.filter(has_block_inside).map(|service| &*service.name).collect()
    }

    /// Where in a list the block of the service `name` can go.
    pub(super) fn places(&self, name: &'n str) -> DottedPlaces<'_, 'n> {
        DottedPlaces { dotted: self, name }
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
        let name = &*service.name;
        if !self.names.contains(name) {
            return Vec::new();
        }
        let Some(merge) = service.mapping().and_then(merge_entry) else { return Vec::new() };
        let is_block = |node: &Node<'t>| Some(aliases.resolve(*node)) == block.existing;
        if is_block(&merge.value) {
            let index = self.places(name).free(0);
            self.add(service, Some(index));
            return edit::wrap(merge.value, &format!("[{}", "{}, ".repeat(index)), "]");
        }
        if !merge.value.is_sequence() {
            return Vec::new();
        }
        let found: Vec<_> = merge.value.children().enumerate().filter(|(_, item)| is_block(item)).collect();
        let Some((index, item)) = found.first().copied() else { return Vec::new() };
        let free = self.places(name).free(index);
        for (place, _) in found {
            self.add(service, Some(place + free - index));
        }
        if free == index {
            return Vec::new();
        }
        vec![edit::insert_items_before(merge.value, item, &vec!["{}"; free - index])]
    }

    /// Checks that no path of an alias lies inside another one.
    pub(super) fn check(&self) -> Result<(), Obstacle> {
        for (path, (name, span)) in &self.paths {
            if let Some((other, _)) = prefixes(path).find_map(|prefix| self.paths.get(prefix)) {
                let reason = RefusalReason::DottedNames((*other).to_owned(), (*name).to_owned());
                return Err(reason.at(*span));
            }
        }
        Ok(())
    }
}

/// The places in a list of merged mappings that a service's alias of the block can have.
pub(super) struct DottedPlaces<'d, 'n> {
    dotted: &'d Dotted<'n>,
    name: &'n str,
}

impl Places for DottedPlaces<'_, '_> {
    fn is_listed(&self) -> bool {
        self.dotted.names.contains(self.name)
    }

    fn free(&self, minimum: usize) -> usize {
        let is_free = |place: &usize| {
            !self.is_listed() || !self.dotted.taken.contains(&*format!("{}.{place}", self.name))
        };
        (minimum..=minimum + self.dotted.taken.len())
            .find(is_free)
            .expect("there are fewer names than places")
    }
}

/// The parts of a path that end before one of its dots.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(at, _)| &path[..at])
}
