//! Gathers what the user asked for by the repositories that it is in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::Request;
use super::directory::Directory;
use super::filter::LeftOut;
use super::names::BASE_NAMES;
use super::path::{absolute, check_file, parent, real, repository_of};
use super::unit::{Unit, variable};
use super::walk::{Start, walk};
use super::walked::{Repository, Walk};
use crate::text::FileDiagnostic;

/// What is known so far.
pub(super) struct Surveyor<'r> {
    request: &'r Request,
    /// By the top of their repository.
    units: HashMap<Option<PathBuf>, Unit<'r>>,
    /// Repositories that are not searched yet.
    later: BTreeMap<PathBuf, Vec<Repository>>,
    /// The tops of the repositories in the directories that were walked, without symbolic links.
    inner: Vec<PathBuf>,
    set_aside: Vec<PathBuf>,
    /// Directories without a file that a glob includes, and the tops of their repositories.
    unmatched: Vec<(PathBuf, Option<PathBuf>)>,
    /// Whether there is something to look at.
    found: bool,
}

/// The result of a survey.
pub(super) struct Surveyed<'r> {
    /// In order of path.
    pub(super) units: Vec<Unit<'r>>,
    /// Repositories that are not searched yet, in order of path: none of the units is in one.
    pub(super) later: Vec<Repository>,
    pub(super) set_aside: Vec<PathBuf>,
}

/// The messages of walks, apart from what they found.
#[derive(Default)]
struct Signs {
    /// Whether there are files with the name of a Compose file, or something to say.
    found: bool,
    left_out: Vec<LeftOut>,
}

impl<'r> Surveyor<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        Self {
            request,
            units: HashMap::default(),
            later: BTreeMap::new(),
            inner: Vec::new(),
            set_aside: Vec::new(),
            unmatched: Vec::new(),
            found: false,
        }
    }

    /// Takes the files of `-f`: one project, whichever repositories they are in.
    pub(super) fn options(&mut self, current: &Path) {
        let request = self.request;
        let named = request.files.iter().map(|written| absolute(current, written));
        let unit = self.unit(None);
        if let Some(directory) = &request.project_directory {
            unit.reach.name_project(&absolute(current, directory));
        }
        for file in named {
            unit.name(real(&file), file);
        }
    }

    pub(super) fn arguments(&mut self) {
        let mut roots = Vec::new();
        let mut named = HashSet::default();
        for path in &self.request.paths {
            let path = absolute(&self.request.current_directory, path);
            let target = real(&path);
            if path.is_dir() {
                roots.push(path);
            } else if let Err(message) = check_file(&path) {
                let message = FileDiagnostic::new(path, message);
                self.unit(repository_of(parent(&target))).messages.push(message);
            } else if named.insert(path.clone()) {
                self.unit(repository_of(parent(&target))).name(target, path);
            }
        }
        roots.sort();
        roots.dedup();
        for root in roots {
            self.root(&root);
        }
    }

    /// Takes the project that Docker Compose loads in the current directory, and those below it.
    pub(super) fn current(&mut self, current: &Path) {
        self.root(current);
        let has_base = |directory: &&Path| BASE_NAMES.iter().any(|name| directory.join(name).is_file());
        let found = current.ancestors().find(has_base).filter(|found| *found != current);
        if let Some(above) = found
            && matches!(variable(self.request, current, true), Ok(None))
        {
            let unit = self.unit(repository_of(&real(current)));
            unit.above = Some(above.to_owned());
            unit.reach.above = Some(real(above));
            unit.bare.clear();
        }
    }

    /// Takes a directory that was asked for, with everything below it.
    fn root(&mut self, root: &Path) {
        let target = real(root);
        let own = repository_of(&target);
        let mut signs = Signs::default();
        let start = Start { root, target: &target, asked: root, repository: own.as_deref() };
        let mut found: VecDeque<Repository> = self.walk(&start, &mut signs).into();
        // Whether a directory has nothing must be known; the first thing found settles that.
        while let Some(repository) = found.pop_front() {
            if signs.found {
                self.later.entry(repository.target.clone()).or_default().push(repository);
            } else {
                found.extend(self.repository(&repository, &mut signs));
            }
        }
        let unit = self.unit(own.clone());
        unit.directories.entry(root.to_owned()).or_default();
        // What is excluded is so by request.
        if !signs.found && signs.left_out.is_empty() {
            unit.bare.push(root.to_owned());
        }
        unit.ask(target, root.to_owned());
        if signs.left_out.contains(&LeftOut::NotIncluded) {
            self.unmatched.push((root.to_owned(), own));
        }
    }

    /// Takes a repository that was found in a directory that was asked for; those in it come later.
    pub(super) fn search(&mut self, repository: &Repository) {
        for inner in self.repository(repository, &mut Signs::default()) {
            self.later.entry(inner.target.clone()).or_default().push(inner);
        }
    }

    /// Takes a repository, and returns those in it.
    fn repository(&mut self, repository: &Repository, signs: &mut Signs) -> Vec<Repository> {
        let Repository { top, target, asked } = repository;
        let start = Start { root: top, target, asked, repository: Some(target) };
        let inner = self.walk(&start, signs);
        self.unit(Some(target.clone())).ask(target.clone(), top.clone());
        inner
    }

    /// Takes what a walk finds, and returns the repositories that it came to.
    fn walk(&mut self, start: &Start<'_>, signs: &mut Signs) -> Vec<Repository> {
        let Walk { directories, repositories, submodules, heads, left_out, messages, passes_over } =
            walk(start, &self.request.filter);
        self.set_aside.extend(submodules.into_iter().chain(heads));
        let has_compose_file = |(_, found): &(PathBuf, Directory)| !found.compose_files.is_empty();
        signs.found |= directories.iter().any(has_compose_file) || !messages.is_empty();
        signs.left_out.extend(left_out);
        // What is extended or included may have any name.
        self.found |= signs.found || directories.iter().any(|(_, found)| !found.yaml_files.is_empty());
        self.inner.extend(repositories.iter().map(|repository| repository.target.clone()));
        if !directories.is_empty() || !messages.is_empty() || passes_over {
            let unit = self.unit(start.repository.map(Path::to_owned));
            for (path, found) in directories {
                unit.directories.entry(path).or_default().merge(found);
            }
            unit.messages.extend(messages);
            unit.passes_over |= passes_over;
        }
        repositories
    }

    fn unit(&mut self, repository: Option<PathBuf>) -> &mut Unit<'r> {
        let request = self.request;
        // Put in order once, at the end: to compare paths at each step costs more.
        self.units.entry(repository).or_insert_with_key(|top| Unit::new(request, top.clone()))
    }

    pub(super) fn finish(mut self) -> Surveyed<'r> {
        let later = self.search_known();
        let has_named = self.units.values().any(|unit| !unit.named.is_empty());
        for (root, repository) in std::mem::take(&mut self.unmatched) {
            if !self.found && !has_named {
                self.unit(repository).unmatched.push(root);
            }
        }
        let mut tops = self.inner;
        tops.sort();
        tops.dedup();
        for (top, unit) in &mut self.units {
            unit.reach.others = match top {
                // In order of path, what is below a directory comes right behind it.
                Some(top) => {
                    let behind = &tops[tops.partition_point(|other| other <= top)..];
                    behind.iter().take_while(|other| other.starts_with(top)).cloned().collect()
                }
                None => tops.clone(),
            };
            unit.roots.sort();
            unit.roots.dedup();
        }
        let mut units: Vec<Unit<'r>> = self.units.into_values().collect();
        units.sort_by_cached_key(|unit| unit.first_path().map(Path::to_owned));
        Surveyed { units, later, set_aside: self.set_aside }
    }

    /// Searches the repositories of which something else was asked for as well, and returns the others.
    fn search_known(&mut self) -> Vec<Repository> {
        let known: BTreeSet<PathBuf> = self.units.keys().flatten().cloned().collect();
        let mut later = Vec::new();
        while let Some((target, repositories)) = self.later.pop_first() {
            let next = known.range(target.clone()..).next();
            match &repositories[..] {
                // In order of path, what is below a directory comes right behind it.
                [one] if next.is_none_or(|next| !next.starts_with(&target)) => later.push(one.clone()),
                all => all.iter().for_each(|one| self.search(one)),
            }
        }
        later
    }
}
