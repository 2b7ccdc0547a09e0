//! The services of a file by their names, for those that extend them.

use std::cell::OnceCell;

use foldhash::HashMap;

use super::{ComposeFile, Definition, FileId};

/// The definitions of each name, in order.
type ByName = HashMap<String, Vec<Definition>>;

/// The names of a file's services, each table made when it is first needed: a file may be part of many projects.
#[derive(Default)]
pub(super) struct ServiceNames {
    all: OnceCell<ByName>,
    left: OnceCell<ByName>,
}

impl ServiceNames {
    /// The definition of `name` in one document of `file`, also if `!reset` removes the service.
    pub(super) fn in_document(
        &self,
        (id, file): (FileId, &ComposeFile<'_>),
        document: u32,
        name: &str,
    ) -> Option<Definition> {
        let all = self.all.get_or_init(|| {
            let mut all = ByName::default();
            for (definition, service) in file.definitions(id) {
                all.entry(service.name.clone().into_owned()).or_default().push(definition);
            }
            all
        });
        let found = all.get(name)?;
        let place = found.partition_point(|definition| definition.document < document);
        found.get(place).copied().filter(|definition| definition.document == document)
    }

    /// What all documents of `file` make of `name`: its definitions without those that a later one removes or replaces.
    pub(super) fn in_file(&self, (id, file): (FileId, &ComposeFile<'_>), name: &str) -> &[Definition] {
        let left = self.left.get_or_init(|| {
            let first = file.documents().iter().rposition(|document| document.replaces_services);
            let mut left = ByName::default();
            for (definition, service) in file.definitions(id) {
                if (definition.document as usize) < first.unwrap_or(0) {
                    continue;
                }
                let found = left.entry(service.name.clone().into_owned()).or_default();
                if service.is_removed() || service.replaces() {
                    found.clear();
                }
                if !service.is_removed() {
                    found.push(definition);
                }
            }
            left
        });
        left.get(name).map_or(&[], Vec::as_slice)
    }
}
