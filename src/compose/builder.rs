//! A project in the making: opens the files that it needs, and adds layer after layer.
//!
//! Which layers those are is decided elsewhere.

use std::path::Path;

use foldhash::HashSet;

use super::chain::{Joined, Layer, LayerId};
use super::{Definition, FileId, Files, Library, Project};
use crate::text::{Diagnostic, FileDiagnostic};

/// How many layers the services of a project may have where chains have to be repeated.
pub const MAX_LAYERS: usize = 10_000_000;

/// A project as far as it is loaded, and where its files come from.
pub(super) struct ProjectBuilder<'a, 'l> {
    pub(super) library: &'a mut Library<'l>,
    pub(super) files: &'a mut dyn Files,
    pub(super) project: Project,
    /// Its files, whatever they are opened for.
    opened: HashSet<FileId>,
    /// How many layers were looked at to repeat some, and how many services were included.
    pub(super) copied: usize,
}

impl<'a, 'l> ProjectBuilder<'a, 'l> {
    pub(super) fn new(library: &'a mut Library<'l>, files: &'a mut dyn Files) -> Self {
        Self { library, files, project: Project::default(), opened: HashSet::default(), copied: 0 }
    }

    /// Opens a file that the project needs.
    pub(super) fn open(&mut self, path: &Path) -> Result<FileId, FileDiagnostic> {
        let file = self.library.open(path, self.files);
        if let Err(diagnostic) = self.library.file(file) {
            // What cannot be read is known only by its path as written.
            let is_read = self.library.source(file).is_some();
            let path = if is_read { self.library.path(file) } else { path };
            return Err(FileDiagnostic::new(path, diagnostic.clone()));
        }
        if self.opened.insert(file) {
            self.project.all_files.push(file);
        }
        Ok(file)
    }

    /// Adds a layer of its own over `below`.
    pub(super) fn push(&mut self, definition: Definition, below: Option<LayerId>) -> LayerId {
        self.library.count_layers(1);
        self.push_layer(Layer { definition, below, joined: None })
    }

    fn push_layer(&mut self, layer: Layer) -> LayerId {
        self.project.layers.push(layer);
        number(self.project.layers.len() - 1)
    }

    /// Adds the layers up to `top` once more, over `below`.
    pub(super) fn copy(
        &mut self,
        top: LayerId,
        below: LayerId,
        user: Definition,
    ) -> Result<LayerId, FileDiagnostic> {
        let mut chain: Vec<(LayerId, Definition)> = self.project.chain(top).collect();
        chain.reverse();
        let earlier: HashSet<Definition> =
            self.project.chain(below).map(|(_, definition)| definition).collect();
        self.copied += chain.len() + earlier.len();
        if self.copied > MAX_LAYERS {
            let span = self.library.service(user).key.span();
            let title =
                format!("the services of this project have more than {MAX_LAYERS} layers (MAX_LAYERS)");
            return Err(
                self.error(user.file, Diagnostic::error(title).at(span, "").help("extend fewer services"))
            );
        }
        let (first, mut top) = (number(self.project.layers.len()), below);
        for (alone, definition) in &chain {
            if earlier.contains(definition) {
                self.project.repeated.push(*definition);
            }
            // Each layer comes after those below it, so that the chain is in the order of their numbers.
            let shielded = self.project.layers[*alone as usize].joined.map_or(below, |joined| {
                let place = chain.partition_point(|(id, _)| *id < joined.shielded);
                first + number(place)
            });
            let joined = Some(Joined { alone: *alone, over: below, shielded });
            top = self.push_layer(Layer { definition: *definition, below: Some(top), joined });
        }
        Ok(top)
    }

    pub(super) fn error(&self, file: FileId, diagnostic: Diagnostic) -> FileDiagnostic {
        FileDiagnostic::new(self.library.path(file), diagnostic)
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a project has fewer than 2^32 layers")
}
