//! Globs that narrow down what is looked at.

use std::path::Path;

use ignore::overrides::{Override, OverrideBuilder};
use thiserror::Error;

/// A glob that is not well formed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot use the glob `{glob}`: {reason}")]
pub struct GlobError {
    /// The glob.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Which of the files that are found count: those that some glob includes, if any does, and none excludes.
///
/// Globs are those of `.gitignore`, seen from one directory. What is named itself counts whatever they say.
#[derive(Clone, Debug)]
pub struct Filter(Override);

impl Default for Filter {
    fn default() -> Self {
        Self(Override::empty())
    }
}

impl Filter {
    /// Returns the filter of globs as seen from `directory`. Of two that match, the later wins; those that exclude are
    /// later.
    ///
    /// # Errors
    /// [`GlobError`] for the first glob that is not well formed.
    pub fn new(directory: &Path, include: &[String], exclude: &[String]) -> Result<Self, GlobError> {
        let mut builder = OverrideBuilder::new(directory);
        let mut add = |glob: &String, written: &str| {
            let error =
                |error: ignore::Error| GlobError { glob: glob.clone(), reason: reason(&error).to_string() };
            builder.add(written).map(|_| ()).map_err(error)
        };
        for glob in include {
            add(glob, glob)?;
        }
        for glob in exclude {
            add(glob, &format!("!{glob}"))?;
        }
        let built = builder.build();
        built.map(Self).map_err(|error| GlobError { glob: String::new(), reason: error.to_string() })
    }

    /// Whether the globs leave out the file at `path`, or all of what is below the directory there.
    pub(super) fn leaves_out(&self, path: &Path, is_directory: bool) -> bool {
        self.0.matched(path, is_directory).is_ignore()
    }
}

/// The reason without the glob, which is shown beside it.
fn reason(error: &ignore::Error) -> &dyn std::fmt::Display {
    match error {
        ignore::Error::Glob { err, .. } => err,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        Filter::new(Path::new("/a"), &owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn keeps_what_is_included_and_not_excluded() {
        let filter = filter(&["/b/", "prod*.yml"], &["old"]);
        let leaves_out = |path: &str| filter.leaves_out(Path::new(path), false);
        assert!(!leaves_out("/a/b/c/prod.yml"));
        assert!(leaves_out("/a/b/c/dev.yml"));
        assert!(filter.leaves_out(Path::new("/a/x/old"), true));
        assert!(!filter.leaves_out(Path::new("/a/x"), true));
    }

    #[test]
    fn keeps_everything_without_globs() {
        assert!(!Filter::default().leaves_out(Path::new("/a/b.yml"), false));
    }

    #[test]
    fn names_the_glob_that_is_not_well_formed() {
        let error = Filter::new(Path::new("/a"), &["ok".to_owned()], &["a{b".to_owned()]).unwrap_err();
        assert_eq!(error.glob, "a{b");
        assert!(error.to_string().starts_with("cannot use the glob `a{b`: "), "{error}");
    }
}
