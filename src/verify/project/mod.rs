//! The proof about several files: what Docker Compose makes of them together.
//!
//! Files and promises enter, a verdict leaves. Each file is proved by itself first; after that the sides
//! differ only in what services gain, and one structure of files and layers is right for both.

mod compare;
mod extends;
mod files;
mod layer;
mod load;
mod model;
mod state;
mod value;

use crate::plan::ProjectPromise;

use super::proof::check_tapes;
use super::tapes::{TapePair, Tapes};
use super::verdict::{Doubt, Verdict};
use extends::Extensions;
use files::UnitFiles;
use load::Loader;
use model::Models;
use value::Values;

pub use files::FileReading;

/// Says whether all files differ by exactly what they promise, and so do all projects that are made of them.
///
/// `files` are all files that the projects need, also by `extends` and `include`. The time it takes is linear
/// in the size of the texts and of the projects. What was read of earlier texts may be in `tapes`.
#[must_use]
pub fn prove_projects(files: &[FileReading<'_>], projects: &[ProjectPromise], tapes: &Tapes) -> Verdict {
    match check(files, projects, tapes) {
        Ok(()) => Verdict::Proved,
        Err(doubt) => Verdict::Doubted(doubt),
    }
}

fn check(files: &[FileReading<'_>], projects: &[ProjectPromise], tapes: &Tapes) -> Result<(), Doubt> {
    let pairs = files.iter().map(|file| prove(file, tapes)).collect::<Result<Vec<_>, _>>()?;
    let files = UnitFiles::new(files, &pairs);
    let mut left = projects.iter().filter(|project| !files.is_plain(project)).peekable();
    if left.peek().is_none() {
        return Ok(());
    }
    let mut values = Values::new(pairs.iter().map(|pair| pair.before.nodes.len()).sum());
    let models = Models::new(&files, &mut values)?;
    let mut loader = Loader::new(&files, &models, Extensions::new(&files, &models), values);
    for project in left {
        compare::check(&mut loader, project)?;
    }
    Ok(())
}

/// Reads a file and checks its own promise.
fn prove(file: &FileReading<'_>, tapes: &Tapes) -> Result<TapePair, Doubt> {
    let pair = tapes.pair(&file.before, &file.after);
    pair.and_then(|pair| check_tapes(&pair.before, pair.after(), file.promise).map(|()| pair))
        .map_err(|doubt| Doubt::File { path: file.path.to_owned(), doubt: Box::new(doubt) })
}

#[cfg(test)]
mod tests;
