//! Whether a service that is hardened brings the hardening to places where it does not belong.
//!
//! An alias of its mapping, or of something around it, brings every key along. As a service, or merged into one,
//! that is what is wanted; anywhere else it is not.

use foldhash::{HashSet, HashSetExt};

use super::RefusalReason;
use super::refusal::Obstacle;
use crate::compose::{ComposeFile, MergeStep, Service, is_merge_key, merge_entry, walk_merged, with_merged};
use crate::yaml::{Node, NodeKind};

/// Checks the aliases of `file`, in which the block is merged into `hardened`.
pub(super) fn check_aliases<'t>(file: &ComposeFile<'t>, hardened: &[&Service<'t>]) -> Result<(), Obstacle> {
    let anchors = file.aliases().anchored();
    if anchors.is_empty() {
        return Ok(());
    }
    let mut inside: Vec<(u32, &str)> =
        hardened.iter().filter_map(|service| Some((service.mapping()?.id(), &*service.name))).collect();
    inside.sort_unstable();
    // The hardened service that an alias of `node` brings along.
    let brings = |node: Node<'t>| {
        let first = inside.partition_point(|(id, _)| *id < node.id());
        inside.get(first).filter(|(id, _)| *id < node.next_id()).map(|(_, name)| *name)
    };
    if !anchors.iter().any(|(_, node)| brings(*node).is_some()) {
        return Ok(());
    }
    check_services(file, &inside)?;
    let allowed = service_aliases(file)?;
    for alias in file.tree().nodes().filter(|node| node.kind() == NodeKind::Alias) {
        if let Some(name) = brings(file.aliases().resolve(alias)).filter(|_| !allowed.contains(&alias.id())) {
            return Err(RefusalReason::Aliased(name.to_owned()).at(alias.span()));
        }
    }
    Ok(())
}

/// Checks that no hardened service is merged into the services themselves, where its keys would be their names.
fn check_services(file: &ComposeFile<'_>, hardened: &[(u32, &str)]) -> Result<(), Obstacle> {
    for services in file.documents().iter().filter_map(|document| document.entry("services")) {
        let mapping = file.aliases().resolve(services.value);
        for layer in with_merged(mapping, file.aliases())? {
            if let Ok(place) = hardened.binary_search_by_key(&layer.id(), |(id, _)| *id) {
                return Err(RefusalReason::Aliased(hardened[place].1.to_owned()).at(services.key.span()));
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
        if let Some(services) = document.entry("services") {
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
