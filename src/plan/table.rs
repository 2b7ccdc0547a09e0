//! A value for each definition of a library, at the cost of a look into a list.

use crate::compose::{ComposeFile, Definition, Library};

/// Values by definition.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    /// For each document of each file, where its services begin.
    starts: Vec<Vec<usize>>,
    values: Vec<T>,
}

impl<T: Clone + Default> Table<T> {
    /// Returns a table with the default value for each definition of `library`.
    pub(super) fn new(library: &Library<'_>) -> Self {
        let mut count = 0;
        let starts = library.ids().map(|id| {
            let documents = library.file(id).map(ComposeFile::documents).unwrap_or_default();
            let start = |document: &crate::compose::ComposeDocument<'_>| {
                let start = count;
                count += document.services.len();
                start
            };
            documents.iter().map(start).collect()
        });
        let starts = starts.collect();
        Self { starts, values: vec![T::default(); count] }
    }

    fn place(&self, definition: Definition) -> usize {
        self.starts[definition.file.index()][definition.document as usize] + definition.service as usize
    }

    pub(super) fn get(&self, definition: Definition) -> &T {
        &self.values[self.place(definition)]
    }

    pub(super) fn set(&mut self, definition: Definition, value: T) {
        let place = self.place(definition);
        self.values[place] = value;
    }
}
