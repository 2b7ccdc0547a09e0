//! Whether a service that is hardened brings the hardening to places where it does not belong.
//!
//! An alias of its mapping, or of something around it, brings every key along. As a service, or merged into one,
//! that is intended; anywhere else it is not.

use foldhash::{HashSet, HashSetExt};

use super::RefusalReason;
use super::refusal::Obstacle;
use crate::compose::{ComposeFile, MergeStep, Service, is_merge_key, merge_entry, walk_merged, with_merged};
use crate::yaml::{Node, NodeKind};

/// The mappings of the services of a file that are hardened, with the names of the services, in order of place.
struct Hardened<'h>(Vec<(u32, &'h str)>);

impl<'h> Hardened<'h> {
    fn new(services: &'h [&Service<'_>]) -> Self {
        let mappings = services.iter().filter_map(|service| Some((service.mapping()?.id(), &*service.name)));
        let mut mappings: Vec<_> = mappings.collect();
        mappings.sort_unstable();
        Self(mappings)
    }

    /// The hardened service whose mapping is `node`.
    fn at(&self, node: Node<'_>) -> Option<&'h str> {
        self.first_in(node).filter(|(id, _)| *id == node.id()).map(|(_, name)| name)
    }

    /// A hardened service that `node` is or holds: an alias of it brings the service along.
    fn in_node(&self, node: Node<'_>) -> Option<&'h str> {
        self.first_in(node).map(|(_, name)| name)
    }

    fn first_in(&self, node: Node<'_>) -> Option<(u32, &'h str)> {
        let first = self.0.partition_point(|(id, _)| *id < node.id());
        self.0.get(first).copied().filter(|(id, _)| *id < node.next_id())
    }
}

/// Checks the aliases of `file`, in which the block is merged into `hardened`.
pub(super) fn check_aliases<'t>(file: &ComposeFile<'t>, hardened: &[&Service<'t>]) -> Result<(), Obstacle> {
    let aliases = file.aliases();
    let hardened = Hardened::new(hardened);
    if !aliases.anchored().iter().any(|(_, node)| hardened.in_node(*node).is_some()) {
        return Ok(());
    }
    check_services(file, &hardened)?;
    let allowed = service_aliases(file)?;
    for alias in file.tree().nodes().filter(|node| node.kind() == NodeKind::Alias) {
        let brought = hardened.in_node(aliases.resolve(alias));
        if let Some(name) = brought.filter(|_| !allowed.contains(&alias.id())) {
            return Err(RefusalReason::Aliased(name.to_owned()).at(alias.span()));
        }
    }
    Ok(())
}

/// Checks that no hardened service is merged into the services themselves, where its keys would be their names, and
/// that no document has the services of an earlier one, which would change with those.
fn check_services(file: &ComposeFile<'_>, hardened: &Hardened<'_>) -> Result<(), Obstacle> {
    let aliases = file.aliases();
    for document in file.documents() {
        let Some(services) = aliases.entry(document.root, "services") else { continue };
        for layer in with_merged(aliases.resolve(services.value), aliases)? {
            let refuse = |reason: fn(String) -> RefusalReason, name: &str| {
                Err(reason(name.to_owned()).at(services.key.span()))
            };
            if let Some(name) = hardened.at(layer) {
                return refuse(RefusalReason::Aliased, name);
            }
            if let Some(name) = hardened.in_node(layer).filter(|_| layer.id() < document.root.id()) {
                return refuse(RefusalReason::SharedServices, name);
            }
        }
    }
    Ok(())
}

/// The aliases that stand for services, for all services, or for what is merged into them.
fn service_aliases(file: &ComposeFile<'_>) -> Result<HashSet<u32>, Obstacle> {
    let aliases = file.aliases();
    let mut found = HashSet::new();
    let mut add = |value: Node<'_>| {
        found.insert(value.id());
        found.extend(value.children().map(Node::id));
    };
    for document in file.documents() {
        if let Some(services) = aliases.entry(document.root, "services") {
            add(services.value);
            let mapping = aliases.resolve(services.value);
            for layer in with_merged(mapping, aliases)? {
                for entry in layer.entries() {
                    if entry.value.kind() == NodeKind::Alias || is_merge_key(entry.key) {
                        add(entry.value);
                    }
                }
            }
        }
        for mapping in document.services.iter().filter_map(Service::mapping) {
            walk_merged(mapping, aliases, |step| {
                if let MergeStep::Enter(layer) = step
                    && let Some(merge) = merge_entry(layer)
                {
                    add(merge.value);
                }
            })?;
        }
    }
    Ok(found)
}
