//! Says what each service ends up with, and where each value comes from.

use std::path::PathBuf;

use foldhash::{HashMap, HashMapExt as _};
use typed_arena::Arena;

use super::load::load;
use crate::compose::{Certainty, EffectiveValue, FileId, Files, Group, Library, Provenance, candidates};
use crate::plan::LoadedProject;
use crate::policy::Policy;
use crate::text::{LineIndex, Source, Span};

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

/// Explains the projects that the files of `group` may make up. Those that do not load are left out.
#[must_use]
pub fn explain(group: &Group, files: &mut dyn Files, policy: &Policy) -> Vec<Explanation> {
    let sources = Arena::new();
    let trees = Arena::new();
    let mut library = Library::new(&sources, &trees);
    let mut places = HashMap::new();
    let mut explanations = Vec::new();
    for candidate in candidates(group, &mut library, files) {
        if !candidate.certainty.is_guess()
            && let Ok(loaded) = load(candidate, &mut library, files)
        {
            explanations.push(explain_project(&loaded, &library, policy, &mut places));
        }
    }
    explanations
}

/// What is asked of a file for each of its values, looked for once.
struct Places<'l> {
    lines: LineIndex<'l>,
    /// The hardening blocks, in order of place.
    blocks: Vec<Span>,
}

impl<'l> Places<'l> {
    fn of(file: FileId, library: &Library<'l>, policy: &Policy) -> Self {
        let documents = library.file(file).into_iter().flat_map(|file| {
            file.documents().iter().map(|document| file.aliases().entry(document.root, &policy.key))
        });
        let blocks = documents.flatten();
        let text = library.source(file).map_or("", Source::text);
        Self { lines: LineIndex::new(text), blocks: blocks.map(|entry| entry.value.span()).collect() }
    }

    /// The line of the first byte of `span`, counted from 1.
    fn line(&self, span: Span) -> usize {
        self.lines.line_of(span.start() as usize) + 1
    }

    fn is_in_block(&self, span: Span) -> bool {
        let behind = self.blocks.partition_point(|block| block.start() <= span.start());
        self.blocks[..behind].last().is_some_and(|block| block.contains(span))
    }
}

fn explain_project<'l>(
    loaded: &LoadedProject,
    library: &Library<'l>,
    policy: &Policy,
    places: &mut HashMap<FileId, Places<'l>>,
) -> Explanation {
    let LoadedProject { certainty, project, .. } = loaded;
    let services = project.services.iter().filter(|service| service.top.is_some()).map(|service| {
        let values = policy.options.iter().map(|(key, _)| {
            let parts = project.effective(service, key, library).into_iter().map(|part| {
                let places =
                    places.entry(part.file).or_insert_with_key(|file| Places::of(*file, library, policy));
                explain_value(part, library, places)
            });
            (key.clone(), parts.collect())
        });
        let values = values.collect();
        let name = library.service(service.named).name.clone().into_owned();
        ExplainedService { name, values }
    });
    let services = services.collect();
    let files = project.files.iter().map(|id| library.shown(*id).to_owned()).collect();
    Explanation { files, certainty: certainty.clone(), services }
}

fn explain_value(part: EffectiveValue, library: &Library<'_>, places: &Places<'_>) -> Explained {
    Explained {
        line: places.line(part.span),
        from_block: places.is_in_block(part.span),
        path: library.shown(part.file).to_owned(),
        text: part.text,
        provenance: part.provenance,
    }
}
