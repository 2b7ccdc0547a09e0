//! `extends`: from a service to the layers of the one that it extends.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::builder::ProjectBuilder;
use super::chain::LayerId;
use super::path::{resolve, without_variable};
use super::{Definition, FileId};
use crate::text::{Diagnostic, FileDiagnostic, Span};

/// A service that others extend.
///
/// In its own document only that document defines it. From another file it is what all documents of its file
/// make of it. What it extends itself depends on the directory that paths start from: that of the project, or that of the
/// path by which the file is named, which may be a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Extended {
    Definition(Definition, DirectoryId),
    Service(FileId, DirectoryId, String),
}

/// The place of a directory that paths start from, among those of an [`Extender`].
type DirectoryId = u32;

/// What is known of extended services.
#[derive(Default)]
pub(super) struct Extender {
    layers: HashMap<Extended, Option<LayerId>>,
    directories: Vec<PathBuf>,
    directory_ids: HashMap<PathBuf, DirectoryId>,
}

impl Extended {
    /// Where what it extends itself is looked for.
    fn place(&self) -> Place {
        match self {
            Self::Definition(_, directory) => Place { inside: None, directory: *directory },
            Self::Service(file, directory, _) => Place { inside: Some(*file), directory: *directory },
        }
    }
}

/// Where a service is from which another one is extended.
#[derive(Clone, Copy)]
struct Place {
    /// Its file where it is extended from another one itself.
    inside: Option<FileId>,
    /// What its paths start from.
    directory: DirectoryId,
}

/// A service on the way from a service to the root of its chain.
struct Step {
    extended: Extended,
    definitions: Vec<Definition>,
}

impl Extender {
    fn directory(&mut self, directory: &Path) -> DirectoryId {
        if let Some(id) = self.directory_ids.get(directory) {
            return *id;
        }
        let id = DirectoryId::try_from(self.directories.len()).expect("fewer than 2^32 files are read");
        self.directories.push(directory.to_owned());
        self.directory_ids.insert(directory.to_owned(), id);
        id
    }

    /// Returns the layers of what `definition` extends, in a project whose paths start from `directory`.
    pub(super) fn extended(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        directory: &Path,
    ) -> Result<Option<LayerId>, FileDiagnostic> {
        let mut steps = Vec::new();
        let walked = self.walk(builder, definition, directory, &mut steps);
        if walked.is_err() {
            builder.library.count_layers(steps.len());
        }
        let mut below = walked?;
        for step in steps.into_iter().rev() {
            for definition in step.definitions {
                below = Some(builder.push(definition, below));
            }
            self.layers.insert(step.extended, below);
        }
        Ok(below)
    }

    /// Adds to `steps` the services from what `definition` extends down to the root of its chain, or to one that is known:
    /// returns the layers of that.
    fn walk(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        directory: &Path,
        steps: &mut Vec<Step>,
    ) -> Result<Option<LayerId>, FileDiagnostic> {
        let start = Place { inside: None, directory: self.directory(directory) };
        let mut on_the_way = HashSet::from_iter([Extended::Definition(definition, start.directory)]);
        let mut next = self.target(builder, definition, start)?;
        while let Some(extended) = next {
            if let Some(known) = self.layers.get(&extended) {
                return Ok(*known);
            }
            if !on_the_way.insert(extended.clone()) {
                return Err(rejected(builder, definition, "this service extends itself"));
            }
            let definitions = definitions_of(builder, &extended);
            let extending = extending(builder, &definitions)?;
            next = match extending {
                Some(child) => self.target(builder, child, extended.place())?,
                None => None,
            };
            steps.push(Step { extended, definitions });
        }
        Ok(None)
    }

    /// What `definition`, which is at `place`, extends.
    fn target(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        place: Place,
    ) -> Result<Option<Extended>, FileDiagnostic> {
        let Some(extends) = builder.library.service(definition).extends.clone() else { return Ok(None) };
        // The name of a service cannot contain a dollar sign.
        if extends.service.contains('$') {
            let diagnostic =
                Diagnostic::error("`extends` names its service with a variable").at(extends.span, "");
            return Err(builder.error(definition.file, diagnostic.help(without_variable("service"))));
        }
        let found = match (&extends.file, place.inside) {
            (Some(written), _) => {
                let (file, directory) = self.open(builder, definition, written, place.directory)?;
                in_file(builder, definition, extends.service, file, directory)?
            }
            (None, Some(file)) => in_file(builder, definition, extends.service, file, place.directory)?,
            (None, None) => in_document(builder, definition, &extends.service, place.directory)?,
        };
        Ok(Some(found))
    }

    /// Opens the file that `definition` names by `written`, and returns it with the directory that its paths start from.
    fn open(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        written: &str,
        directory: DirectoryId,
    ) -> Result<(FileId, DirectoryId), FileDiagnostic> {
        let path = resolve(written, &self.directories[directory as usize]).map_err(|unknown| {
            let span = span_of(builder, definition);
            builder.error(definition.file, unknown.diagnostic("extends", span))
        })?;
        let id = builder.library.open(&path, builder.files);
        if builder.library.source(id).is_none() {
            return Err(unreadable(builder, definition, written));
        }
        Ok((builder.open(&path)?, self.directory(path.parent().unwrap_or(&path))))
    }
}

/// The service called `name` in the document of `definition`, which extends it.
fn in_document(
    builder: &ProjectBuilder<'_, '_>,
    definition: Definition,
    name: &str,
    directory: DirectoryId,
) -> Result<Extended, FileDiagnostic> {
    let found = builder.library.in_document(definition, name);
    match found.filter(|found| !builder.library.service(*found).is_removed()) {
        Some(found) => Ok(Extended::Definition(found, directory)),
        None => Err(rejected(builder, definition, &format!("there is no service `{name}` in this document"))),
    }
}

/// The service called `name` in `file`, which `definition` extends.
fn in_file(
    builder: &ProjectBuilder<'_, '_>,
    definition: Definition,
    name: String,
    file: FileId,
    directory: DirectoryId,
) -> Result<Extended, FileDiagnostic> {
    if builder.library.in_file(file, &name).is_empty() {
        let path = builder.library.shown(file).display();
        return Err(rejected(builder, definition, &format!("there is no service `{name}` in `{path}`")));
    }
    Ok(Extended::Service(file, directory, name))
}

/// The definitions that make up `extended`, the earliest first.
fn definitions_of(builder: &ProjectBuilder<'_, '_>, extended: &Extended) -> Vec<Definition> {
    match extended {
        Extended::Definition(definition, _) => vec![*definition],
        Extended::Service(file, _, name) => builder.library.in_file(*file, name).to_vec(),
    }
}

/// The latest of `definitions` that extends a service.
///
/// # Errors
/// A fault of one of them by itself.
fn extending(
    builder: &ProjectBuilder<'_, '_>,
    definitions: &[Definition],
) -> Result<Option<Definition>, FileDiagnostic> {
    let mut latest = None;
    for definition in definitions {
        let service = builder.library.service(*definition);
        service.check().map_err(|error| builder.error(definition.file, error.diagnostic()))?;
        if service.extends.is_some() {
            latest = Some(*definition);
        }
    }
    Ok(latest)
}

/// The bytes by which `definition` extends a service.
fn span_of(builder: &ProjectBuilder<'_, '_>, definition: Definition) -> Span {
    let service = builder.library.service(definition);
    service.extends.as_ref().map_or(service.key.span(), |extends| extends.span)
}

fn rejected(builder: &ProjectBuilder<'_, '_>, definition: Definition, reason: &str) -> FileDiagnostic {
    let span = span_of(builder, definition);
    let diagnostic = Diagnostic::error("Docker Compose rejects this file").at(span, reason);
    builder.error(definition.file, diagnostic.help("name a service that exists and does not extend this one"))
}

fn unreadable(builder: &ProjectBuilder<'_, '_>, definition: Definition, file: &str) -> FileDiagnostic {
    let (name, span) = (&builder.library.service(definition).name, span_of(builder, definition));
    let title = format!("service `{name}` extends a service of `{file}`, which cannot be read");
    builder.error(
        definition.file,
        Diagnostic::error(title).at(span, "").help("correct the path, or add the file"),
    )
}
