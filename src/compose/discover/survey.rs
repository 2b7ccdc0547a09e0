//! From what the user asked for to the units of work that hold it.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::Request;
use super::filter::LeftOut;
use super::names::BASE_NAMES;
use super::path::{absolute, check_file, is_repository, parent, real};
use super::unit::{Unit, variable};
use super::walk::{Walk, walk};

/// What was asked for, before any file is read.
#[derive(Debug)]
pub struct Survey<'r> {
    /// The units of work, in order of path.
    pub units: Vec<Unit<'r>>,
    /// Tops of submodules, and directories that may be repositories without a work tree: they are not looked into.
    pub set_aside: Vec<PathBuf>,
}

/// Returns the units that `request` asks for, and what it leaves aside.
///
/// A git repository is one unit, also inside of another; what is in no repository is one more.
#[must_use]
pub fn survey(request: &Request) -> Survey<'_> {
    let mut survey = Surveyor {
        request,
        units: HashMap::default(),
        inner: Vec::new(),
        set_aside: Vec::new(),
        unmatched: Vec::new(),
        found: false,
    };
    let current = absolute(&request.current_directory, Path::new(""));
    if !request.files.is_empty() {
        survey.options(&current);
    } else if request.paths.is_empty() {
        survey.current(&current);
    } else {
        survey.arguments();
    }
    survey.finish()
}

struct Surveyor<'r> {
    request: &'r Request,
    /// By the top of their repository.
    units: HashMap<Option<PathBuf>, Unit<'r>>,
    /// The tops of the repositories in the directories that were walked, without symbolic links.
    inner: Vec<PathBuf>,
    set_aside: Vec<PathBuf>,
    /// Directories without a file that a glob includes, and the tops of their repositories.
    unmatched: Vec<(PathBuf, Option<PathBuf>)>,
    /// Whether there is something to look at.
    found: bool,
}

impl<'r> Surveyor<'r> {
    /// Takes the files of `-f`: one project, whichever repositories they are in.
    fn options(&mut self, current: &Path) {
        let named = self.request.files.iter().map(|written| absolute(current, written));
        let unit = self.unit(None);
        for file in named {
            unit.name(real(&file), file);
        }
    }

    fn arguments(&mut self) {
        let mut roots = Vec::new();
        let mut named = HashSet::default();
        for path in &self.request.paths {
            let path = absolute(&self.request.current_directory, path);
            let target = real(&path);
            if path.is_dir() {
                roots.push(path);
            } else if let Err(message) = check_file(&path) {
                self.unit(repository_of(parent(&target))).messages.push((path, message));
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
    fn current(&mut self, current: &Path) {
        self.root(current);
        let has_base = |directory: &&Path| BASE_NAMES.iter().any(|name| directory.join(name).is_file());
        let found = current.ancestors().find(has_base).filter(|found| *found != current);
        if let Some(above) = found
            && matches!(variable(self.request, current), Ok(None))
        {
            let unit = self.unit(repository_of(&real(current)));
            unit.above = Some(above.to_owned());
            unit.reach.above = Some(real(above));
            unit.bare.clear();
        }
    }

    /// Takes a directory that was asked for, with everything below it.
    fn root(&mut self, root: &Path) {
        let real_root = real(root);
        let own = repository_of(&real_root);
        // Below the root no link is followed.
        let real = |path: &Path| match path.strip_prefix(root) {
            Ok(below) if !below.as_os_str().is_empty() => real_root.join(below),
            _ => real_root.clone(),
        };
        let Walk {
            compose_files,
            yaml_files,
            env_directories,
            repositories,
            submodules,
            heads,
            left_out,
            messages,
        } = walk(root, &self.request.filter);
        self.set_aside.extend(submodules.into_iter().chain(heads));
        let inner = repositories.into_iter().filter(|top| Some(real(top)) != own);
        let inner: Vec<PathBuf> = inner.collect();
        let tops: HashSet<&Path> = inner.iter().map(PathBuf::as_path).collect();
        let owner = |path: &Path| {
            // What is found is below the root, and is longer.
            let is_below = |above: &&Path| above.as_os_str().len() > root.as_os_str().len();
            let mut above = path.ancestors().take_while(is_below);
            above.find(|above| tops.contains(above)).map(real).or_else(|| own.clone())
        };
        let found = !compose_files.is_empty() || !messages.is_empty();
        // What is extended or included may have any name.
        self.found |= found || !yaml_files.is_empty();
        for path in compose_files {
            let unit = self.unit(owner(&path));
            unit.directories.entry(parent(&path).to_owned()).or_default().compose_files.push(path);
        }
        for path in yaml_files {
            let unit = self.unit(owner(&path));
            unit.directories.entry(parent(&path).to_owned()).or_default().yaml_files.push(path);
        }
        for directory in env_directories {
            self.unit(owner(&directory)).directories.entry(directory).or_default();
        }
        for (path, message) in messages {
            self.unit(owner(&path)).messages.push((path, message));
        }
        for top in &inner {
            let target = real(top);
            self.inner.push(target.clone());
            self.unit(Some(target.clone())).ask(target, top.clone());
        }
        let unit = self.unit(own.clone());
        unit.directories.entry(root.to_owned()).or_default();
        // What is excluded is as it was wished.
        if !found && left_out.is_empty() {
            unit.bare.push(root.to_owned());
        }
        unit.ask(real_root, root.to_owned());
        if left_out.contains(&LeftOut::NotIncluded) {
            self.unmatched.push((root.to_owned(), own));
        }
    }

    fn unit(&mut self, repository: Option<PathBuf>) -> &mut Unit<'r> {
        let request = self.request;
        // Put in order once, at the end: to compare paths at each step costs more.
        self.units.entry(repository).or_insert_with_key(|top| Unit::new(request, top.clone()))
    }

    fn finish(mut self) -> Survey<'r> {
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
            for content in unit.directories.values_mut() {
                // Directories inside each other may both have been walked.
                for files in [&mut content.compose_files, &mut content.yaml_files] {
                    files.sort();
                    files.dedup();
                }
            }
        }
        let mut units: Vec<Unit<'r>> = self.units.into_values().collect();
        units.sort_by_cached_key(|unit| {
            let roots = unit.repository.iter().chain(&unit.roots).chain(&unit.named);
            roots.chain(unit.messages.iter().map(|(path, _)| path)).min().cloned()
        });
        Survey { units, set_aside: self.set_aside }
    }
}

/// Returns the top of the repository that `directory` is in.
fn repository_of(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|above| is_repository(above)).map(Path::to_owned)
}
