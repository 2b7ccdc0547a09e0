//! The proof: reads both texts, and goes through their documents side by side.

use crate::plan::{BlockPromise, DocumentPromise, Promise};

use super::block::{Blocks, check_content};
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::NodeId;
use super::paths;
use super::reader::read_both;
use super::services::Services;
use super::shadow::Reading;
use super::tape::Tape;
use super::verdict::{Doubt, Verdict};

/// Says whether `after` differs from `before` by exactly what `promise` says.
///
/// The time it takes is linear in the size of the texts, and it needs little stack, however deep they nest.
#[must_use]
pub fn prove(before: &Reading, after: &Reading, promise: &Promise) -> Verdict {
    match check(before, after, promise) {
        Ok(()) => Verdict::Proved,
        Err(doubt) => Verdict::Doubted(doubt),
    }
}

fn check(before: &Reading, after: &Reading, promise: &Promise) -> Result<(), Doubt> {
    let (before, after) = read_both(before, after)?;
    check_tapes(&before, &after, promise)
}

/// Says whether one tape differs from the other by exactly what `promise` says.
pub(super) fn check_tapes(before: &Tape, after: &Tape, promise: &Promise) -> Result<(), Doubt> {
    let [promised, roots, new_roots] = [promise.documents.len(), before.roots.len(), after.roots.len()];
    if roots != promised || new_roots != promised {
        return Err(Doubt::DocumentCount { promised, before: roots, after: new_roots });
    }
    let mut proof = Proof { services: Services::new(before, after), blocks: Blocks::new(after) };
    for (place, document) in promise.documents.iter().enumerate() {
        proof.services.document = place + 1;
        proof.check_document(before.roots[place], after.roots[place], document)?;
    }
    Ok(())
}

/// The proof about one text, document by document.
struct Proof<'t, 'p> {
    services: Services<'t>,
    blocks: Blocks<'t, 'p>,
}

impl<'p> Proof<'_, 'p> {
    fn check_document(
        &mut self,
        before: NodeId,
        after: NodeId,
        promise: &'p DocumentPromise,
    ) -> Result<(), Doubt> {
        let document = self.services.document;
        let nothing_promised = promise.block.is_none() && promise.services.is_empty();
        self.services.comparison.skip_bodies(!nothing_promised);
        if nothing_promised {
            let same = self.services.equal(before, after, || DocumentPlace::Document(document));
            if document == 1 || same.is_ok() {
                return same;
            }
            // What is merged in it from a service of an earlier document may have changed with that service, which
            // changes no service here.
            self.services.comparison.skip_bodies(true);
            return self.check_parts(before, after, promise).or(same);
        }
        self.check_parts(before, after, promise)
    }

    fn check_parts(
        &mut self,
        before: NodeId,
        after: NodeId,
        promise: &'p DocumentPromise,
    ) -> Result<(), Doubt> {
        let services = &mut self.services;
        let document = services.document;
        // An alias may reach into an earlier document, whose own promise says whether the block is new there.
        let here = |block: &&BlockPromise| block.document + 1 == document;
        let top = TopLevel::pair(services, before, after, promise.block.as_ref().filter(here))?;
        let block = match &promise.block {
            Some(promised) => {
                let is_here = here(&promised);
                let value = if is_here { top.block } else { self.blocks.find(promised, document - 1) };
                Some(check_block(services.after(), value, promised, document)?)
            }
            None => None,
        };
        let block = services.block(block)?;
        let pairs = match top.services {
            Some((before, after)) => services.pair(before, after)?,
            None => Vec::new(),
        };
        // A block that existed before may have aliases in the values of services, whose paths are inside the
        // services'.
        let was_there = promise.block.as_ref().is_some_and(|block| block.inserted.is_none());
        // Nothing is known of the names around a service that is written elsewhere.
        let is_named_plainly = |pair| !services.has_dot(pair) && services.is_below(pair, top.services);
        if was_there || !pairs.iter().all(is_named_plainly) {
            paths::check(services.before(), before, services.after(), after)
                .map_err(|clash| clash.doubt(document))?;
        }
        services.check(&pairs, &block, &promise.services)?;
        for entry in top.others {
            let left = services.before();
            let place = || DocumentPlace::Entry(document, left.name(entry.key));
            services.equal(entry.before, entry.after, place)?;
        }
        Ok(())
    }
}

/// Returns the mapping that is the block.
fn check_block(
    after: &Tape,
    value: Option<NodeId>,
    promise: &BlockPromise,
    document: usize,
) -> Result<NodeId, Doubt> {
    let differs =
        |mismatch| Doubt::Differs { place: DocumentPlace::Entry(document, promise.key.clone()), mismatch };
    let value = value.ok_or_else(|| differs(Mismatch::NoBlock))?;
    if let Some(options) = &promise.inserted {
        check_content(after, value, options).map_err(differs)?;
    }
    let mapping = after.resolve(value);
    if after.is_mapping(mapping) { Ok(mapping) } else { Err(differs(Mismatch::NoBlock)) }
}

/// A top-level entry that is in both texts.
struct Shared {
    key: NodeId,
    before: NodeId,
    after: NodeId,
}

/// The top-level entries of a document, sorted by the rule they are under.
#[derive(Default)]
struct TopLevel {
    /// The value of the block's entry after.
    block: Option<NodeId>,
    /// The values of the entry `services`.
    services: Option<(NodeId, NodeId)>,
    others: Vec<Shared>,
}

impl TopLevel {
    /// Lays the entries of both texts side by side; only an inserted block may be between them.
    fn pair(
        services: &mut Services,
        before: NodeId,
        after: NodeId,
        block: Option<&BlockPromise>,
    ) -> Result<Self, Doubt> {
        let (left, right, document) = (services.before(), services.after(), services.document);
        let differs = |place, mismatch| Err(Doubt::Differs { place, mismatch });
        let mut top = Self::default();
        if !left.is_mapping(before) || !right.is_mapping(after) || left.tag(before) != right.tag(after) {
            let mismatch = services.comparison.changed(before, after);
            return differs(DocumentPlace::Document(document), mismatch);
        }
        let mut entries = left.entries(before);
        for (found, value) in right.entries(after) {
            let is_block = block.is_some_and(|block| right.text(found) == Some(&block.key));
            if is_block {
                top.block = Some(value);
                if block.is_some_and(|block| block.inserted.is_some()) {
                    continue;
                }
            }
            let Some((key, old)) = entries.next() else {
                return differs(DocumentPlace::Entry(document, right.name(found)), Mismatch::Added);
            };
            let place = || DocumentPlace::Entry(document, left.name(key));
            if left.bytes(key) != right.bytes(found) {
                return differs(place(), Mismatch::Moved { found: right.name(found) });
            }
            services.equal(key, found, place)?;
            if left.text(key) == Some("services") {
                top.services = Some((old, value));
            } else {
                top.others.push(Shared { key, before: old, after: value });
            }
        }
        match entries.next() {
            None => Ok(top),
            Some((key, _)) => differs(DocumentPlace::Entry(document, left.name(key)), Mismatch::Lost),
        }
    }
}
