//! From what the user asked for to the units of work that hold it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use super::Request;
use super::path::absolute;
use super::surveyor::{Surveyed, Surveyor};
use super::unit::Unit;
use super::walked::Repository;

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

/// What a part holds.
#[derive(Debug)]
pub struct Searched<'r> {
    /// The units of work, in order of path.
    pub units: Vec<Unit<'r>>,
    /// The repositories inside it, in order of path: they come after the units.
    pub parts: Vec<Part<'r>>,
    /// As in [`Survey::set_aside`].
    pub set_aside: Vec<PathBuf>,
}

/// Returns what `request` asks for, in parts.
///
/// A git repository is one unit, also inside another; what is in no repository is one more.
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
        parts.extend(found(request, later));
        parts.sort_by_cached_key(|part| part.first_path().map(Path::to_owned));
    }
    Survey { parts, set_aside }
}

fn found(request: &Request, repositories: Vec<Repository>) -> impl Iterator<Item = Part<'_>> {
    repositories.into_iter().map(move |repository| Part(State::Found(request, repository)))
}

impl<'r> Part<'r> {
    /// Looks for the files of a repository that is not searched yet.
    #[must_use]
    pub fn search(self) -> Searched<'r> {
        match self.0 {
            State::Searched(unit) => {
                Searched { units: vec![*unit], parts: Vec::new(), set_aside: Vec::new() }
            }
            State::Found(request, repository) => {
                let mut surveyor = Surveyor::new(request);
                surveyor.search(&repository);
                let Surveyed { units, later, set_aside } = surveyor.finish();
                Searched { units, parts: found(request, later).collect(), set_aside }
            }
        }
    }

    fn first_path(&self) -> Option<&Path> {
        match &self.0 {
            State::Searched(unit) => unit.first_path(),
            State::Found(_, Repository { top, target, .. }) => Some(top.min(target)),
        }
    }
}

impl<'r> Survey<'r> {
    /// Looks for the files of all repositories, and returns the units of all parts, in order of path.
    #[must_use]
    pub fn units(self) -> Vec<Unit<'r>> {
        let mut units = Vec::new();
        let mut parts: VecDeque<Part<'r>> = self.parts.into();
        while let Some(part) = parts.pop_front() {
            let searched = part.search();
            units.extend(searched.units);
            searched.parts.into_iter().rev().for_each(|part| parts.push_front(part));
        }
        units
    }
}
