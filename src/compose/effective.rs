//! What a service of a project ends up with, and where each value comes from.

use super::{
    Definition, FileId, LayerId, Library, MergeStep, Project, ProjectService, is_null, is_override, is_reset,
    walk_merged,
};
use crate::text::Span;
use crate::yaml::Node;

/// How a value gets into a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// A key of its own.
    Own,
    /// A merge key, from the hardening block or a template.
    Merged,
    /// `extends`.
    Extended,
    /// A later file or document of the project.
    Override,
    /// An included file.
    Included,
}

/// A value, or a part of a list, that a layer gives to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveValue {
    /// The value as written, on one line.
    pub text: String,
    /// The file.
    pub file: FileId,
    /// The bytes of the key.
    pub span: Span,
    /// How it gets there.
    pub provenance: Provenance,
}

/// The lists that Docker Compose appends to between layers.
const LISTS: [&str; 3] = ["security_opt", "cap_drop", "cap_add"];

impl Project {
    /// Returns what `service` ends up with for `key`: nothing, one value, or the parts of a list in order.
    #[must_use]
    pub fn effective(
        &self,
        service: &ProjectService,
        key: &str,
        library: &Library<'_>,
    ) -> Vec<EffectiveValue> {
        let Some(top) = service.top else { return Vec::new() };
        let name = &library.service(service.named).name;
        let mut chain: Vec<(LayerId, Definition)> = self.chain(top).collect();
        chain.reverse();
        let mut parts: Vec<(LayerId, EffectiveValue)> = Vec::new();
        for (place, (id, definition)) in chain.iter().enumerate() {
            let found = find(library, *definition, key);
            // The tags of a service that is extended reach no further than to what it extends itself.
            let joined = self.layers[*id as usize].joined;
            let is_shielded = |layer: LayerId| joined.is_some_and(|joined| layer <= joined.shielded);
            if found.reset {
                parts.retain(|(layer, _)| is_shielded(*layer));
            }
            let Some((node, key_node, merged)) = found.value else { continue };
            let aliases = library.file_of(*definition).aliases();
            let value = aliases.resolve(node);
            if is_null(value) {
                continue;
            }
            if is_override(node) {
                parts.retain(|(layer, _)| is_shielded(*layer));
            }
            let names_it = library.service(*definition).name == *name;
            let provenance = if !names_it {
                Provenance::Extended
            } else if !self.files.contains(&definition.file) {
                Provenance::Included
            } else if chain[..place].iter().any(|(_, earlier)| library.service(*earlier).name == *name) {
                Provenance::Override
            } else if merged {
                Provenance::Merged
            } else {
                Provenance::Own
            };
            let text = one_line(value);
            let span = key_node.span();
            parts.push((*id, EffectiveValue { text, file: definition.file, span, provenance }));
        }
        // Not before: a tag may remove the value, and not reach the one that it replaces.
        let replaced = if LISTS.contains(&key) { 0 } else { parts.len().saturating_sub(1) };
        parts.into_iter().skip(replaced).map(|(_, part)| part).collect()
    }
}

/// What a definition says about a key.
struct Found<'t> {
    reset: bool,
    /// The value, its key, and whether they are in a merged mapping.
    value: Option<(Node<'t>, Node<'t>, bool)>,
}

fn find<'t>(library: &Library<'t>, definition: Definition, key: &str) -> Found<'t> {
    let mut found = Found { reset: false, value: None };
    let Some(mapping) = library.service(definition).mapping() else { return found };
    let aliases = library.file_of(definition).aliases();
    // A merge key that is wrong is reported where the service is read.
    let _ = walk_merged(mapping, aliases, |step| {
        let MergeStep::Enter(layer) = step else { return };
        if found.value.is_some() {
            return;
        }
        if let Some(entry) = layer.entries().find(|entry| aliases.resolve(entry.key).is_text(key)) {
            if is_reset(entry.value) {
                found.reset = true;
            } else {
                found.value = Some((entry.value, entry.key, layer != mapping));
            }
        }
    });
    found
}

/// The text of a value with its lines joined.
fn one_line(value: Node<'_>) -> String {
    let text = value.tree().slice(value.content_span());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
