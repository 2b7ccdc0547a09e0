//! A project: several files merged in order, and the layers that make up each of its services.
//!
//! A later layer is merged over the earlier ones. Knows nothing of how files are found and read.

use std::path::PathBuf;

use super::chain::{Layer, LayerId};
use super::{Definition, FileId};

/// A service of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectService {
    /// A definition that names it.
    pub named: Definition,
    /// Its latest layer; none where `!reset` removes it.
    pub top: Option<LayerId>,
}

/// What Docker Compose makes of several files.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The files that are merged, in order.
    pub files: Vec<FileId>,
    /// Their paths as they are written.
    pub paths: Vec<PathBuf>,
    /// What the paths in them start from.
    pub directory: PathBuf,
    /// All files that it is made of, those that are extended or included too, in order of their reading.
    pub all_files: Vec<FileId>,
    /// Its services, in the order in which they first come.
    pub services: Vec<ProjectService>,
    /// Its layers; each comes after the one that it is merged over.
    pub layers: Vec<Layer>,
    /// Files that are included, as often as they are.
    pub included: Vec<FileId>,
    /// Files that are included more than once.
    pub included_twice: Vec<FileId>,
    /// Definitions that lie over themselves, as where two files include the same one.
    pub repeated: Vec<Definition>,
    /// Layers of services named `x-…` that lie over those of earlier documents: some versions of Docker Compose take
    /// such a key for an extension and replace it, others merge the service.
    pub unsettled: Vec<LayerId>,
}

impl Project {
    /// The layers of a service from the latest to the earliest.
    pub fn chain(&self, top: LayerId) -> impl Iterator<Item = (LayerId, Definition)> {
        let mut next = Some(top);
        std::iter::from_fn(move || {
            let id = next?;
            let layer = self.layers[id as usize];
            next = layer.below;
            Some((id, layer.definition))
        })
    }
}
