//! Items that two layers of a service give to a list whose items must differ.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use super::attribute::UNIQUE_LIST;
use super::effective::find;
use super::{Definition, FileId, Library, Project, ProjectService};
use crate::text::{Diagnostic, Span};

/// Limit on layers and items that are compared in one project, over all services; beyond it, the check is left to Docker
/// Compose.
const MAX_COMPARED_ITEMS: usize = 1_000_000;

impl Project {
    /// Returns the file and the message for the first item that two layers of a service give to it, for which Docker
    /// Compose rejects the project.
    pub(super) fn repeated_item(&self, library: &Library<'_>) -> Option<(FileId, Diagnostic)> {
        let setters = self.setters(library);
        let mut left = MAX_COMPARED_ITEMS;
        let several = |service: &&ProjectService| service.top.is_some_and(|top| setters[top as usize] > 1);
        for service in self.services.iter().filter(several) {
            left = left.checked_sub(self.chain(service.top?).count())?;
            let items: Vec<Item<'_>> = self.items(service, library, &mut left)?;
            if let Some(found) = repeated(service, &items, library) {
                return Some(found);
            }
        }
        None
    }

    /// For each layer, how many up to it set the list; none where no layer lies over another.
    fn setters(&self, library: &Library<'_>) -> Vec<u32> {
        let mut setters: Vec<u32> = vec![0; self.layers.len()];
        if self.layers.iter().all(|layer| layer.below.is_none()) {
            return setters;
        }
        let mut known: HashMap<Definition, bool> = HashMap::new();
        for (place, layer) in self.layers.iter().enumerate() {
            let sets = *known
                .entry(layer.definition)
                .or_insert_with(|| find(library, layer.definition, UNIQUE_LIST).value.is_some());
            setters[place] = layer.below.map_or(0, |below| setters[below as usize]) + u32::from(sets);
        }
        setters
    }

    /// The items that the layers of `service` give to the list; none where more than `left` would be looked at.
    fn items<'t>(
        &self,
        service: &ProjectService,
        library: &Library<'t>,
        left: &mut usize,
    ) -> Option<Vec<Item<'t>>> {
        let parts = self.parts(service, UNIQUE_LIST, library);
        let mut items = Vec::new();
        // Versions of Docker Compose differ on `!override` where services are extended.
        for part in parts.values.iter().filter(|_| !parts.has_tags) {
            let (_, definition) = parts.chain[part.place];
            let aliases = library.file_of(definition).aliases();
            let children = part.value.is_sequence().then(|| part.value.children()).into_iter().flatten();
            for item in children.filter_map(|item| aliases.resolve(item).scalar()) {
                *left = left.checked_sub(1)?;
                let key = library.service(definition).key.span();
                let span = if part.merged { key } else { part.key.span() };
                items.push(Item { text: item, definition, span });
            }
        }
        Some(items)
    }
}

/// An item that a layer gives to the list.
struct Item<'t> {
    text: Cow<'t, str>,
    definition: Definition,
    /// What brings it into the layer.
    span: Span,
}

/// The message for the first of `items` that another layer gives as well.
fn repeated(
    service: &ProjectService,
    items: &[Item<'_>],
    library: &Library<'_>,
) -> Option<(FileId, Diagnostic)> {
    let mut seen: HashMap<&str, Definition> = HashMap::new();
    items.iter().find_map(|item| {
        let earlier = *seen.entry(&item.text).or_insert(item.definition);
        (earlier != item.definition)
            .then(|| (item.definition.file, message(service, &item.text, item.span, earlier, library)))
    })
}

fn message(
    service: &ProjectService,
    item: &str,
    span: Span,
    earlier: Definition,
    library: &Library<'_>,
) -> Diagnostic {
    let name = &library.service(service.named).name;
    let path = library.shown(earlier.file).display();
    let title = format!("service `{name}` gets the same item of `{UNIQUE_LIST}` from two layers");
    let reason = format!("`{item}` already comes from `{path}`, and Docker Compose rejects the project");
    let help = "remove the item here, or the merge that brings it; the earlier layer has it";
    Diagnostic::error(title).at(span, reason).help(help)
}
