//! The names by which the files of a library, and the services that they define, are told apart.

/// A file's place in a [`Library`](super::Library).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) u32);

/// A service as one document of one file defines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Definition {
    /// The file.
    pub file: FileId,
    /// The place of the document in the file.
    pub document: u32,
    /// The place of the service among those of the document.
    pub service: u32,
}

impl FileId {
    /// The place as a number, counted from 0 in the order of reading.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
