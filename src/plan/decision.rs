//! The plan of a file: a decision for each service, in the one layer where it has to be hardened.

use foldhash::{HashMap, HashSet, HashSetExt};
use std::collections::BTreeMap;

use super::block::{Block, items};
use super::inject::inject;
use super::{BlockPromise, DocumentPromise, Promise, Refusal, RefusalReason, ServicePromise};
use crate::compose::{Aliases, Body, ComposeDocument, ComposeFile, Extends, Service};
use crate::policy::Policy;
use crate::text::{Edit, EditError, EditSet, Span};
use crate::yaml::Node;

/// What to do with a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The block is merged into it.
    Harden,
    /// It merges the block already, directly or through what it merges.
    Hardened,
    /// It gets the hardening from a service that it merges or is an alias of.
    Inherits,
    /// It gets the hardening from the service that it extends.
    Extends(String),
    /// An earlier document defines it, and is hardened there.
    Layer,
    /// `!reset` removes it.
    Removed,
}

/// A service and what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedService {
    /// Its name.
    pub name: String,
    /// The key that names it.
    pub span: Span,
    /// What to do with it.
    pub decision: Decision,
}

/// What is to be done with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits that do it.
    pub edits: EditSet,
    /// The difference they make.
    pub promise: Promise,
    /// The services in order.
    pub services: Vec<PlannedService>,
}

/// Plans the hardening of `file` by `policy`.
///
/// # Errors
/// The reason why the file cannot be hardened exactly.
pub fn plan(file: &ComposeFile<'_>, policy: &Policy) -> Result<Plan, Refusal> {
    let mut planner =
        Planner { file, policy, known: HashSet::new(), edits: Vec::new(), services: Vec::new() };
    let mut promise = Promise::default();
    for document in file.documents() {
        promise.documents.push(planner.document(document)?);
    }
    let edits = EditSet::new(planner.edits)
        .map_err(|EditError::Overlap(span)| Refusal { reason: RefusalReason::InlineMerges(0), span })?;
    Ok(Plan { edits, promise, services: planner.services })
}

struct Planner<'p, 't> {
    file: &'p ComposeFile<'t>,
    policy: &'p Policy,
    /// The services of earlier documents.
    known: HashSet<String>,
    edits: Vec<Edit>,
    services: Vec<PlannedService>,
}

/// What a service's layers say.
struct Facts<'t> {
    layers: Vec<Node<'t>>,
    extends: Option<Extends>,
}

impl<'t> Planner<'_, 't> {
    fn aliases(&self) -> &Aliases<'t> {
        self.file.aliases()
    }

    fn document(&mut self, document: &ComposeDocument<'t>) -> Result<DocumentPromise, Refusal> {
        let block = Block::of(document, self.file.aliases(), self.policy)?;
        let facts = self.facts(document)?;
        let decisions = self.decide(document, &block, &facts)?;
        let mut sites = Vec::new();
        let mut paths = BTreeMap::new();
        let dotted = dotted_names(document);
        let mut gains = Vec::new();
        for ((service, facts), decision) in document.services.iter().zip(&facts).zip(&decisions) {
            if *decision == Decision::Harden {
                let listed = dotted.contains(&*service.name);
                let injection = inject(service.body, self.aliases(), &block.anchor, listed)?;
                sites.extend(injection.edits.iter().map(Edit::span));
                self.edits.extend(injection.edits);
                if !dotted.is_empty() {
                    let index = injection.index.map(|index| format!(".{index}")).unwrap_or_default();
                    paths.insert(format!("{}{index}", service.name), service.key.span());
                }
            }
            if matches!(decision, Decision::Harden | Decision::Inherits) {
                let unset = unset_keys(&block.keys, &facts.layers, self.aliases());
                // Most services gain the same keys as the one before.
                let same =
                    gains.last().filter(|last: &&ServicePromise| last.gains.iter().eq(unset.iter().copied()));
                let unset =
                    same.map_or_else(|| unset.into_iter().cloned().collect(), |last| last.gains.clone());
                gains.push(ServicePromise { name: service.name.clone().into_owned(), gains: unset });
            }
        }
        check_paths(&paths)?;
        let several_documents = self.file.documents().len() > 1;
        self.edits.extend(block.place(document, self.file.aliases(), self.policy, &sites)?);
        for (service, decision) in document.services.iter().zip(decisions) {
            if several_documents {
                self.known.insert(service.name.clone().into_owned());
            }
            let name = service.name.clone().into_owned();
            self.services.push(PlannedService { name, span: service.key.span(), decision });
        }
        let promised = (!sites.is_empty()).then(|| BlockPromise {
            key: self.policy.key.clone(),
            inserted: block.existing.is_none().then(|| self.policy.options.clone()),
        });
        Ok(DocumentPromise { block: promised, services: gains })
    }

    fn facts(&self, document: &ComposeDocument<'t>) -> Result<Vec<Facts<'t>>, Refusal> {
        let facts = document.services.iter().map(|service| {
            let layers = service.layers(self.aliases())?;
            let extends = Service::extends(&layers, self.aliases())?.map(|(_, extends)| extends);
            Ok(Facts { layers, extends })
        });
        facts.collect()
    }

    fn decide(
        &self,
        document: &ComposeDocument<'t>,
        block: &Block<'t>,
        facts: &[Facts<'t>],
    ) -> Result<Vec<Decision>, Refusal> {
        if facts.iter().any(|facts| facts.extends.is_some()) {
            self.check_extends(document, facts)?;
        }
        let mut decisions = vec![Decision::Removed; facts.len()];
        // A service that others merge is written before them: in that order each knows what it inherits.
        let mut order: Vec<usize> = (0..facts.len()).collect();
        order.sort_by_key(|number| document.services[*number].mapping().map_or(0, Node::id));
        let mut hardened: HashSet<u32> = HashSet::new();
        for number in order {
            let (service, facts_of) = (&document.services[number], &facts[number]);
            let Some(mapping) = service.mapping() else { continue };
            let merges_block = block.existing.is_some_and(|existing| facts_of.layers.contains(&existing));
            let inherits =
                !hardened.is_empty() && facts_of.layers.iter().any(|layer| hardened.contains(&layer.id()));
            let layer = self.known.contains(&*service.name);
            if layer || facts_of.extends.is_some() {
                self.check_layer(service, facts_of, block, merges_block || inherits)?;
            }
            decisions[number] = if merges_block {
                Decision::Hardened
            } else if layer {
                Decision::Layer
            } else if let Some(extends) = &facts_of.extends {
                Decision::Extends(extends.service.clone())
            } else if inherits {
                Decision::Inherits
            } else {
                // Only what has an anchor can be merged or be an alias's target.
                if matches!(service.body, Body::Mapping(_)) && mapping.anchor().is_some() {
                    hardened.insert(mapping.id());
                }
                Decision::Harden
            };
        }
        Ok(decisions)
    }

    /// Between layers Docker Compose appends lists and then demands that their items differ.
    fn check_layer(
        &self,
        service: &Service<'t>,
        facts: &Facts<'t>,
        block: &Block<'t>,
        hardened: bool,
    ) -> Result<(), Refusal> {
        let own = facts.layers.iter().find_map(|layer| {
            layer.entries().find(|entry| entry.key.is_text("security_opt")).map(|entry| entry.value)
        });
        let repeats = own.is_some_and(|list| {
            list.tag().is_none()
                && items(list, self.aliases()).iter().any(|item| block.security_opt.contains(item))
        });
        if repeats || (hardened && block.existing.is_none()) {
            let reason = RefusalReason::Twice(service.name.clone().into_owned());
            return Err(Refusal { reason, span: service.key.span() });
        }
        Ok(())
    }

    /// Checks that every chain of `extends` ends in a service of this file.
    fn check_extends(&self, document: &ComposeDocument<'t>, facts: &[Facts<'t>]) -> Result<(), Refusal> {
        let names = document.services.iter().map(|service| &*service.name);
        let numbers: HashMap<&str, usize> = names.enumerate().map(|(number, name)| (name, number)).collect();
        // Whether a service's chain has been followed, so that each link is gone over once.
        let mut followed = vec![false; facts.len()];
        for start in 0..facts.len() {
            let mut chain = HashSet::new();
            let mut number = start;
            while let (Some(extends), false) = (&facts[number].extends, followed[number]) {
                let service = document.services[number].name.clone().into_owned();
                let span = document.services[number].key.span();
                if let Some(file) = extends.file.clone() {
                    return Err(Refusal { reason: RefusalReason::ExtendsFile { service, file }, span });
                }
                let next = numbers.get(extends.service.as_str()).copied();
                followed[number] = true;
                chain.insert(number);
                match next {
                    Some(next) if !chain.contains(&next) => number = next,
                    None if self.known.contains(&extends.service) => break,
                    _ => return Err(Refusal { reason: RefusalReason::ExtendsNothing(service), span }),
                }
            }
        }
        Ok(())
    }
}

/// Those of `keys` that no layer sets.
fn unset_keys<'k, 't>(keys: &'k [String], layers: &[Node<'t>], aliases: &Aliases<'t>) -> Vec<&'k String> {
    let mut unset: Vec<&String> = keys.iter().collect();
    for entry in layers.iter().flat_map(|layer| layer.entries()) {
        let key = aliases.resolve(entry.key);
        unset.retain(|name| !key.is_text(name));
    }
    unset
}

/// The services whose name is another's with a dot and more behind it, and those others.
fn dotted_names<'d>(document: &'d ComposeDocument<'_>) -> HashSet<&'d str> {
    if document.services.iter().all(|service| !service.name.contains('.')) {
        return HashSet::new();
    }
    let names: HashSet<&str> = document.services.iter().map(|service| &*service.name).collect();
    let mut dotted = HashSet::new();
    for name in &names {
        let prefixes = name.match_indices('.').map(|(at, _)| &name[..at]);
        for prefix in prefixes.filter(|prefix| names.contains(prefix)) {
            dotted.extend([*name, prefix]);
        }
    }
    dotted
}

/// compose-go remembers the path at which it meets each alias, and takes one path inside another for a cycle.
fn check_paths(paths: &BTreeMap<String, Span>) -> Result<(), Refusal> {
    for (path, span) in paths {
        let prefixes = path.match_indices('.').map(|(at, _)| &path[..at]);
        if let Some(other) = prefixes.into_iter().find(|prefix| paths.contains_key(*prefix)) {
            let reason = RefusalReason::DottedNames(other.to_owned(), path.clone());
            return Err(Refusal { reason, span: *span });
        }
    }
    Ok(())
}
