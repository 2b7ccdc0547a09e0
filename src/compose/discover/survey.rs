//! From what the user asked for to the units of work that hold it.

use std::path::{Path, PathBuf};

use super::Request;
use super::path::absolute;
use super::surveyor::{Repository, Surveyed, Surveyor};
use super::unit::Unit;

/// What was asked for, before any file is read.
#[derive(Debug)]
pub struct Survey<'r> {
    /// What there is to work on, in order of path.
    pub parts: Vec<Part<'r>>,
    /// Tops of submodules, and directories that may be repositories without a work tree: they are not looked into.
    pub set_aside: Vec<PathBuf>,
}

/// A part of what was asked for: a unit of work, or a repository that is not searched yet.
///
/// There may be many repositories, and each is searched when its turn comes: memory does not grow with them.
#[derive(Debug)]
pub struct Part<'r>(State<'r>);

#[derive(Debug)]
enum State<'r> {
    Searched(Box<Unit<'r>>),
    Found(&'r Request, Repository),
}

/// The units of a part.
#[derive(Debug)]
pub struct Searched<'r> {
    /// The units of work, in order of path: there may be repositories inside of one.
    pub units: Vec<Unit<'r>>,
    /// As in [`Survey::set_aside`].
    pub set_aside: Vec<PathBuf>,
}

/// Returns what `request` asks for, in parts.
///
/// A git repository is one unit, also inside of another; what is in no repository is one more.
#[must_use]
pub fn survey(request: &Request) -> Survey<'_> {
    let mut surveyor = Surveyor::new(request);
    let current = absolute(&request.current_directory, Path::new(""));
    if !request.files.is_empty() {
        surveyor.options(&current);
    } else if request.paths.is_empty() {
        surveyor.current(&current);
    } else {
        surveyor.arguments();
    }
    let Surveyed { units, later, set_aside } = surveyor.finish();
    let searched = units.into_iter().map(|unit| Part(State::Searched(Box::new(unit))));
    let mut parts: Vec<Part<'_>> = searched.collect();
    if !later.is_empty() {
        parts.extend(later.into_iter().map(|repository| Part(State::Found(request, repository))));
        parts.sort_by_cached_key(|part| part.first_path().map(Path::to_owned));
    }
    Survey { parts, set_aside }
}

impl<'r> Part<'r> {
    /// Looks for the files of a repository that is not searched yet.
    #[must_use]
    pub fn search(self) -> Searched<'r> {
        match self.0 {
            State::Searched(unit) => Searched { units: vec![*unit], set_aside: Vec::new() },
            State::Found(request, repository) => {
                let mut surveyor = Surveyor::new(request);
                surveyor.search(&repository);
                let Surveyed { units, set_aside, .. } = surveyor.finish();
                Searched { units, set_aside }
            }
        }
    }

    fn first_path(&self) -> Option<&Path> {
        match &self.0 {
            State::Searched(unit) => unit.first_path(),
            State::Found(_, repository) => Some(&repository.target),
        }
    }
}

impl<'r> Survey<'r> {
    /// Looks for the files of all repositories that are not searched yet.
    #[must_use]
    pub fn search(self) -> Searched<'r> {
        let mut all = Searched { units: Vec::new(), set_aside: self.set_aside };
        for part in self.parts {
            let Searched { units, set_aside } = part.search();
            all.units.extend(units);
            all.set_aside.extend(set_aside);
        }
        all
    }
}
