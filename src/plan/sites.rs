//! Chooses where each service is hardened: in one layer, the earliest, whatever projects its file is part of.
//!
//! Twice would make Docker Compose reject the project, and a later layer would replace what earlier ones set.

use foldhash::{HashMap, HashSet};

use super::Decision;
use super::loaded::LoadedProject;
use super::table::Table;
use crate::compose::{Body, Certainty, Definition, FileId, Layer, LayerId, Library, Project};

/// Chooses the sites of `projects`, the more certain of which come first.
///
/// `sets` tells whether a definition sets a key that hardening sets; `shields`, whether one that is hardened stays as
/// it is where the one that it extends is hardened too.
pub(super) fn choose(
    library: &Library<'_>,
    projects: &[LoadedProject],
    mut sites: Table<Decision>,
    sets: impl Fn(Definition) -> bool,
    shields: impl Fn(Definition, Definition) -> bool,
) -> Table<Decision> {
    for loaded in projects {
        for definition in &loaded.project.repeated {
            if *sites.get(*definition) == Decision::Nothing {
                sites.set(*definition, Decision::Repeated);
            }
        }
        for top in &loaded.project.unsettled {
            for (_, definition) in loaded.project.chain(*top) {
                if *sites.get(definition) == Decision::Nothing {
                    sites.set(definition, Decision::Unsettled);
                }
            }
        }
        spare_chains_with(Decision::Hardened, &loaded.project, &mut sites, &shields);
    }
    let parts: Vec<bool> = projects.iter().map(|loaded| is_part(library, loaded)).collect();
    let names = FilesOfNames::of(library, projects, &parts);
    for (loaded, is_part) in projects.iter().zip(parts) {
        spare_chains_with(Decision::Harden, &loaded.project, &mut sites, |_, _| false);
        choose_in(loaded, library, &sets, is_part.then_some(&names), &mut sites);
    }
    sites
}

/// Chooses the sites of the services of one project. Where it is a part of something, those whose names are in `names` are
/// left to that.
fn choose_in(
    loaded: &LoadedProject,
    library: &Library<'_>,
    sets: &impl Fn(Definition) -> bool,
    names: Option<&FilesOfNames<'_>>,
    sites: &mut Table<Decision>,
) {
    let project = &loaded.project;
    let roots = roots(library, &project.layers);
    // What is known to be a project is one, whatever would complete it.
    let known = loaded.certainty.is_stated();
    let complete = if known { Vec::new() } else { completeness(library, project) };
    let tops = tops(library, project, &roots, sites);
    let mut walk = Walk::new(project);
    // The first service of a root decides, whatever is decided about that already.
    let mut whole: HashMap<Definition, bool> = HashMap::default();
    for top in tops {
        let root = roots[top as usize];
        let whole = known || *whole.entry(root).or_insert_with(|| complete[top as usize]);
        let is_open = match sites.get(root) {
            Decision::Nothing => has_body(library, root),
            // By itself it is not a service, and something makes one of it.
            Decision::Partial => whole,
            _ => false,
        };
        if is_open && whole && names.is_some_and(|names| names.has_another(library, project, root)) {
            walk.spare(top, sites);
            continue;
        }
        if is_open {
            sites.set(root, if whole { Decision::Harden } else { Decision::Partial });
        }
        if *sites.get(root) == Decision::Harden {
            walk.spare(top, sites);
        } else if whole && matches!(sites.get(root), Decision::Layer | Decision::Repeated) {
            choose_late(library, project, top, sets, sites);
            // By itself a layer above could be chosen too, and would be a duplicate.
            walk.spare(top, sites);
        }
    }
}

/// The latest layers of the services of `project`: what lies over other layers elsewhere comes after those, and earlier
/// files before later ones.
fn tops(
    library: &Library<'_>,
    project: &Project,
    roots: &[Definition],
    sites: &Table<Decision>,
) -> Vec<LayerId> {
    let mut tops: Vec<LayerId> = project.services.iter().filter_map(|service| service.top).collect();
    let is_layered = project.layers.iter().any(|layer| layer.below.is_some());
    let free = if is_layered { free(library, &project.layers, sites) } else { Vec::new() };
    let depths = if is_layered { depths(&project.layers) } else { HashMap::default() };
    // A file that is listed twice has its first place.
    let places = project.files.iter().enumerate().rev();
    let places: HashMap<FileId, usize> = places.map(|(place, file)| (*file, place)).collect();
    let place = |file: FileId| places.get(&file).copied().unwrap_or(project.files.len());
    tops.sort_by_key(|top| {
        let first = free.get(*top as usize).copied().flatten().unwrap_or(roots[*top as usize]);
        (depths.get(&first), place(first.file), first)
    });
    tops
}

/// For each service name, the files that define it; files that are only parts of a project are left out.
#[derive(Default)]
struct FilesOfNames<'l>(HashMap<&'l str, Vec<FileId>>);

impl<'l> FilesOfNames<'l> {
    /// Returns the files of `library`; `is_part` tells which of `projects` are parts.
    fn of(library: &'l Library<'_>, projects: &[LoadedProject], is_part: &[bool]) -> Self {
        let parts = projects.iter().zip(is_part).filter(|(_, is_part)| **is_part);
        let parts: HashSet<FileId> = parts.map(|(loaded, _)| loaded.project.files[0]).collect();
        let mut names: HashMap<&str, Vec<FileId>> = HashMap::default();
        if !parts.is_empty() {
            for file in library.ids().filter(|file| !parts.contains(file)) {
                for definition in library.definitions(file) {
                    let files = names.entry(&*library.service(definition).name).or_default();
                    if files.last() != Some(&file) {
                        files.push(file);
                    }
                }
            }
        }
        Self(names)
    }

    /// Whether a file that `project` does not hold has a service with the name of `definition`.
    fn has_another(&self, library: &Library<'_>, project: &Project, definition: Definition) -> bool {
        let files = self.0.get(&*library.service(definition).name).map(Vec::as_slice).unwrap_or_default();
        files.iter().any(|file| project.all_files.binary_search(file).is_err())
    }
}

/// Whether a file that is not known to belong to another one has a service that cannot stand alone: then it is a part of
/// something, and the rest of it may be as well.
fn is_part(library: &Library<'_>, loaded: &LoadedProject) -> bool {
    let project = &loaded.project;
    if loaded.certainty != Certainty::Alone {
        return false;
    }
    let (roots, complete) = (roots(library, &project.layers), completeness(library, project));
    let mut tops = project.services.iter().filter_map(|service| service.top);
    tops.any(|top| !complete[top as usize] && has_body(library, roots[top as usize]))
}

fn has_body(library: &Library<'_>, definition: Definition) -> bool {
    matches!(library.service(definition).body, Body::Mapping(_) | Body::Alias { .. })
}

/// How many layers are searched for a later one to harden.
const MAX_LATE_LAYERS: usize = 1000;

/// Chooses the earliest free layer of a service whose root cannot be chosen, where no layer below it sets what it would
/// replace.
fn choose_late(
    library: &Library<'_>,
    project: &Project,
    top: LayerId,
    sets: &impl Fn(Definition) -> bool,
    sites: &mut Table<Decision>,
) {
    let chain: Vec<Definition> =
        project.chain(top).map(|(_, definition)| definition).take(MAX_LATE_LAYERS + 1).collect();
    let covered = chain
        .iter()
        .any(|definition| matches!(sites.get(*definition), Decision::Harden | Decision::Hardened));
    if covered || chain.len() > MAX_LATE_LAYERS {
        return;
    }
    for definition in chain.into_iter().rev() {
        if *sites.get(definition) == Decision::Nothing && has_body(library, definition) {
            sites.set(definition, Decision::Harden);
            return;
        }
        if sets(definition) {
            return;
        }
    }
}

/// A walk through the chains of a project that goes over each layer once.
struct Walk<'p> {
    project: &'p Project,
    done: Vec<bool>,
}

impl<'p> Walk<'p> {
    fn new(project: &'p Project) -> Self {
        Self { project, done: vec![false; project.layers.len()] }
    }

    /// Takes every layer of the chain of `top` that nothing else is decided about.
    fn spare(&mut self, top: LayerId, sites: &mut Table<Decision>) {
        for (id, definition) in self.project.chain(top) {
            if std::mem::replace(&mut self.done[id as usize], true) {
                break;
            }
            if *sites.get(definition) == Decision::Nothing {
                sites.set(definition, Decision::Layer);
            }
        }
    }
}

/// The earliest definition up to each layer that is more than null.
fn roots(library: &Library<'_>, layers: &[Layer]) -> Vec<Definition> {
    let mut roots: Vec<Definition> = Vec::with_capacity(layers.len());
    for layer in layers {
        let below = layer.below.map(|below| roots[below as usize]);
        roots.push(below.filter(|root| has_body(library, *root)).unwrap_or(layer.definition));
    }
    roots
}

/// The earliest definition up to each layer that nothing is decided about, if any.
fn free(library: &Library<'_>, layers: &[Layer], sites: &Table<Decision>) -> Vec<Option<Definition>> {
    let mut free: Vec<Option<Definition>> = Vec::with_capacity(layers.len());
    for layer in layers {
        let below = layer.below.and_then(|below| free[below as usize]);
        let is_free =
            *sites.get(layer.definition) == Decision::Nothing && has_body(library, layer.definition);
        free.push(below.or(is_free.then_some(layer.definition)));
    }
    free
}

/// The most layers that each definition lies over, if it lies over any.
fn depths(layers: &[Layer]) -> HashMap<Definition, usize> {
    let mut of_layers: Vec<usize> = Vec::with_capacity(layers.len());
    let mut depths = HashMap::default();
    for layer in layers {
        let depth = layer.below.map_or(0, |below| of_layers[below as usize] + 1);
        of_layers.push(depth);
        if depth > 0 {
            let deepest = depths.entry(layer.definition).or_default();
            *deepest = depth.max(*deepest);
        }
    }
    depths
}

/// Takes every other layer of the chains that have a layer with `site`, unless it shields itself from the root that
/// it lies over.
fn spare_chains_with(
    site: Decision,
    project: &Project,
    sites: &mut Table<Decision>,
    shields: impl Fn(Definition, Definition) -> bool,
) {
    if project.layers.iter().all(|layer| layer.below.is_none()) {
        return;
    }
    let mut has = Vec::with_capacity(project.layers.len());
    for layer in &project.layers {
        let below = layer.below.is_some_and(|below| has[below as usize]);
        let is_shielded = || {
            let below = layer.below.map(|below| project.layers[below as usize]);
            below.is_some_and(|root| root.below.is_none() && shields(layer.definition, root.definition))
        };
        has.push(below || *sites.get(layer.definition) == site && !is_shielded());
    }
    let mut walk = Walk::new(project);
    for top in project.services.iter().filter_map(|service| service.top).filter(|top| has[*top as usize]) {
        walk.spare(top, sites);
    }
}

/// Whether the layers up to each have an image, a build or something else that makes a container.
fn completeness(library: &Library<'_>, project: &Project) -> Vec<bool> {
    let mut complete = Vec::with_capacity(project.layers.len());
    for layer in &project.layers {
        let below = layer.below.is_some_and(|below| complete[below as usize]);
        let file = library.file_of(layer.definition);
        complete.push(below || library.service(layer.definition).makes_container(file.aliases()));
    }
    complete
}
