//! Says what each service ends up with, and where each value comes from.

use std::path::PathBuf;

use typed_arena::Arena;

use super::load;
use crate::compose::{Certainty, ComposeFile, Effective, FileList, Files, Library, Provenance, candidates};
use crate::plan::Loaded;
use crate::policy::Policy;

/// A project in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The files that are merged, as they are shown to people.
    pub files: Vec<PathBuf>,
    /// How certain it is that they are loaded together.
    pub certainty: Certainty,
    /// Its services, in the order in which they first come.
    pub services: Vec<ExplainedService>,
}

/// What a service ends up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedService {
    /// Its name.
    pub name: String,
    /// The keys of the policy, each with its value or the parts of its list in order.
    pub values: Vec<(String, Vec<Explained>)>,
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The value as written, on one line.
    pub text: String,
    /// The file, as it is shown to people.
    pub path: PathBuf,
    /// The line of its key, counted from 1.
    pub line: usize,
    /// How it gets into the service.
    pub provenance: Provenance,
    /// Whether the hardening block gives it.
    pub from_block: bool,
}

/// Explains the projects of files that may be loaded together. Those that do not load are left out.
#[must_use]
pub fn explain(
    lists: &[FileList],
    variants: &[PathBuf],
    files: &mut dyn Files,
    policy: &Policy,
) -> Vec<Explanation> {
    let sources = Arena::new();
    let trees = Arena::new();
    let mut library = Library::new(&sources, &trees);
    let mut explanations = Vec::new();
    for candidate in candidates(lists, variants, &mut library, files) {
        if !matches!(candidate.certainty, Certainty::Possible(_) | Certainty::SameIncludes(_))
            && let Ok(loaded) = load(candidate, &mut library, files)
        {
            explanations.push(explain_project(&loaded, &library, policy));
        }
    }
    explanations
}

fn explain_project(loaded: &Loaded, library: &Library<'_>, policy: &Policy) -> Explanation {
    let Loaded { certainty, project, .. } = loaded;
    let services = project.services.iter().filter(|service| service.top.is_some()).map(|service| {
        let values = policy.options.iter().map(|(key, _)| {
            let parts = project.effective(service, key, library);
            (key.clone(), parts.into_iter().map(|part| explain_value(part, library, policy)).collect())
        });
        let name = library.service(service.named).name.clone().into_owned();
        ExplainedService { name, values: values.collect() }
    });
    let files = project.files.iter().map(|id| library.shown(*id).to_owned()).collect();
    Explanation { files, certainty: certainty.clone(), services: services.collect() }
}

fn explain_value(part: Effective, library: &Library<'_>, policy: &Policy) -> Explained {
    let documents = library.file(part.file).map(ComposeFile::documents).unwrap_or_default();
    let mut blocks = documents.iter().filter_map(|document| document.entry(&policy.key));
    let from_block = blocks.any(|entry| {
        let span = entry.value.span();
        span.start() <= part.span.start() && part.span.end() <= span.end()
    });
    let line = library.source(part.file).map_or(1, |source| source.position(part.span.start()).line);
    let path = library.shown(part.file).to_owned();
    Explained { text: part.text, path, line, provenance: part.provenance, from_block }
}
