//! A value for each definition of a library, at the cost of indexing a list.

use std::hash::Hash;

use foldhash::HashMap;

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

/// Values by definition, most of which are the same as others: each different one is kept once.
#[derive(Clone, Debug)]
pub(super) struct SharedTable<T> {
    numbers: Table<u32>,
    values: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T: Clone + Default + Eq + Hash> SharedTable<T> {
    /// Returns a table with the default value for each definition of `library`.
    pub(super) fn new(library: &Library<'_>) -> Self {
        let (numbers, values) = (Table::new(library), vec![T::default()]);
        Self { numbers, values, known: std::iter::once((T::default(), 0)).collect() }
    }

    pub(super) fn get(&self, definition: Definition) -> &T {
        &self.values[*self.numbers.get(definition) as usize]
    }

    pub(super) fn set(&mut self, definition: Definition, value: T) {
        let next = u32::try_from(self.values.len()).expect("there are fewer values than bytes of a source");
        let number = *self.known.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            next
        });
        self.numbers.set(definition, number);
    }
}
