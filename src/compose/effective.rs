//! What a service of a project ends up with, and where each value comes from.

use super::attribute::{Kind, kind_of};
use super::{
    Definition, FileId, LayerId, Library, MergeStep, Project, ProjectService, is_null, is_override, is_reset,
    walk_merged,
};
use crate::text::Span;
use crate::yaml::{Entry, Node};

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

impl Project {
    /// Returns what `service` ends up with for `key`: nothing, one value, or the parts of a list in order.
    #[must_use]
    pub fn effective(
        &self,
        service: &ProjectService,
        key: &str,
        library: &Library<'_>,
    ) -> Vec<EffectiveValue> {
        let name = &library.service(service.named).name;
        let parts = self.parts(service, key, library);
        let chain: Vec<Definition> = parts.chain.iter().map(|(_, definition)| *definition).collect();
        let values = parts.values.into_iter().map(|part| {
            let definition = chain[part.place];
            let is_named = |definition: &Definition| library.service(*definition).name == *name;
            let provenance = if !is_named(&definition) {
                Provenance::Extended
            } else if !self.files.contains(&definition.file) {
                Provenance::Included
            } else if chain[..part.place].iter().any(is_named) {
                Provenance::Override
            } else if part.merged {
                Provenance::Merged
            } else {
                Provenance::Own
            };
            EffectiveValue {
                text: one_line(part.value),
                file: definition.file,
                span: part.key.span(),
                provenance,
            }
        });
        values.collect()
    }

    /// Returns what the layers of `service` give to its value of `key`, and the layers from the earliest to the latest.
    pub(super) fn parts<'t>(&self, service: &ProjectService, key: &str, library: &Library<'t>) -> Parts<'t> {
        let mut chain: Vec<(LayerId, Definition)> =
            service.top.into_iter().flat_map(|top| self.chain(top)).collect();
        chain.reverse();
        let (mut values, mut has_tags) = (Vec::new(), false);
        for (place, (id, definition)) in chain.iter().enumerate() {
            let found = find(library, *definition, key);
            // The tags of a service that is extended reach no further than to what it extends itself.
            let joined = self.layers[*id as usize].joined;
            let is_shielded =
                |part: &Part<'_>| joined.is_some_and(|joined| chain[part.place].0 <= joined.shielded);
            if found.reset {
                has_tags |= place > 0;
                values.retain(is_shielded);
            }
            let Some(SetValue { value: written, key, merged }) = found.value else { continue };
            let value = library.file_of(*definition).aliases().resolve(written);
            if is_null(value) {
                continue;
            }
            if is_override(written) {
                has_tags |= place > 0;
                values.retain(is_shielded);
            }
            values.push(Part { place, value, key, merged });
        }
        // Not before: a tag may remove the value, and not reach the one that it replaces.
        let is_appended = matches!(kind_of(key), Some(Kind::List | Kind::UniqueList));
        let replaced = if is_appended { 0 } else { values.len().saturating_sub(1) };
        Parts { chain, values: values.split_off(replaced), has_tags }
    }
}

impl<'t> Library<'t> {
    /// Returns the entry that sets `key` for a definition, its own or one that it merges; none where it has none.
    /// `!reset` counts as not set.
    #[must_use]
    pub fn entry_of(&self, definition: Definition, key: &str) -> Option<Entry<'t>> {
        let SetValue { value, key, .. } = find(self, definition, key).value?;
        Some(Entry { key, value })
    }

    /// Returns the value of that entry, or what it is an alias of.
    #[must_use]
    pub fn value_of(&self, definition: Definition, key: &str) -> Option<Node<'t>> {
        let entry = self.entry_of(definition, key)?;
        Some(self.file_of(definition).aliases().resolve(entry.value))
    }
}

/// The layers of a service from the earliest to the latest, and what they give to the value of a key.
pub(super) struct Parts<'t> {
    pub(super) chain: Vec<(LayerId, Definition)>,
    pub(super) values: Vec<Part<'t>>,
    /// Whether a layer removes or replaces what earlier ones give.
    pub(super) has_tags: bool,
}

/// What a layer gives to a value.
pub(super) struct Part<'t> {
    /// Where the layer is in the chain.
    pub(super) place: usize,
    pub(super) value: Node<'t>,
    pub(super) key: Node<'t>,
    /// Whether it is in a mapping that the definition merges.
    pub(super) merged: bool,
}

/// What a definition says about a key.
pub(super) struct Found<'t> {
    reset: bool,
    pub(super) value: Option<SetValue<'t>>,
}

/// A value that a definition sets, as written.
pub(super) struct SetValue<'t> {
    value: Node<'t>,
    key: Node<'t>,
    /// Whether it is in a mapping that the definition merges.
    merged: bool,
}

/// Looks for `key` in `definition` and in what it merges.
pub(super) fn find<'t>(library: &Library<'t>, definition: Definition, key: &str) -> Found<'t> {
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
                found.value = Some(SetValue { value: entry.value, key: entry.key, merged: layer != mapping });
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
