//! Globs that narrow down what is looked at.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
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
/// Globs are those of `.gitignore`, seen from one directory: one that matches a directory covers all that is below it.
/// What is elsewhere is seen by a path that begins with `..`. What is named itself counts whatever they say.
#[derive(Clone, Debug)]
pub struct Filter {
    directory: PathBuf,
    include: Gitignore,
    exclude: Gitignore,
}

/// Why something does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// A glob excludes it, or a directory that it is in.
    Excluded,
    /// No glob includes it, nor a directory that it is in.
    NotIncluded,
}

impl Default for Filter {
    fn default() -> Self {
        Self { directory: PathBuf::new(), include: Gitignore::empty(), exclude: Gitignore::empty() }
    }
}

impl Filter {
    /// Returns the filter of globs as seen from `directory`. What is included and excluded is excluded.
    ///
    /// # Errors
    /// [`GlobError`] for the first glob that is not well formed.
    pub fn new(directory: &Path, include: &[String], exclude: &[String]) -> Result<Self, GlobError> {
        let (include, exclude) = (matcher(include)?, matcher(exclude)?);
        Ok(Self { directory: directory.to_owned(), include, exclude })
    }

    /// Whether, and why, the globs leave out the file at `path`, or all of what is below the directory there.
    ///
    /// What is excluded is so below `start` alone, which was asked for itself.
    pub(super) fn leaves_out(&self, path: &Path, is_directory: bool, start: &Path) -> Option<LeftOut> {
        if self.include.is_empty() && self.exclude.is_empty() {
            return None;
        }
        let seen = seen(path, &self.directory);
        let is_below = |path: &&Path| matches!(path.components().next_back(), Some(Component::Normal(_)));
        let with_parents = || (0..).zip(seen.ancestors().take_while(is_below));
        let depth = path.strip_prefix(start).map_or(usize::MAX, |below| below.components().count());
        let mut excludable = with_parents().take(depth);
        let is_directory = |above: usize| above > 0 || is_directory;
        if excludable.any(|(above, path)| self.exclude.matched(path, is_directory(above)).is_ignore()) {
            return Some(LeftOut::Excluded);
        }
        // Something below a directory may be included.
        if is_directory(0) {
            return None;
        }
        let matched = with_parents().map(|(above, path)| self.include.matched(path, is_directory(above)));
        let is_included = match matched.into_iter().find(|matched| !matched.is_none()) {
            Some(nearest) => nearest.is_ignore(),
            None => self.include.num_ignores() == 0,
        };
        (!is_included).then_some(LeftOut::NotIncluded)
    }
}

/// Returns what matches any of `globs`; of two that match, the later counts.
fn matcher(globs: &[String]) -> Result<Gitignore, GlobError> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    for glob in globs {
        let error = |reason: String| GlobError { glob: glob.clone(), reason };
        let named = glob.strip_prefix('!').unwrap_or(glob).trim_end();
        if named.trim_matches('/').is_empty() {
            return Err(error("it names nothing".to_owned()));
        }
        // A glob is never a comment.
        let line = if glob.starts_with('#') { format!("\\{glob}") } else { glob.clone() };
        builder.add_line(None, &line).map_err(|wrong| error(reason(&wrong).to_string()))?;
    }
    builder.build().map_err(|wrong| GlobError { glob: globs.join(" "), reason: reason(&wrong).to_string() })
}

/// The way from `directory` to `path`, both of them absolute.
fn seen(path: &Path, directory: &Path) -> PathBuf {
    let common =
        path.components().zip(directory.components()).take_while(|(one, other)| one == other).count();
    let up = directory.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
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
    use crate::compose::normalise;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        Filter::new(Path::new("/a"), &owned(include), &owned(exclude)).unwrap()
    }

    /// Which of these files below `start` count, each named as seen from `/a`.
    fn kept<'p>(filter: &Filter, start: &str, paths: &[&'p str]) -> Vec<&'p str> {
        let [start, from] = [Path::new(start), Path::new("/a")];
        let counts = |path: &&&str| filter.leaves_out(&normalise(&from.join(path)), false, start).is_none();
        paths.iter().filter(counts).copied().collect()
    }

    #[test]
    fn a_glob_covers_what_is_below_a_directory_that_it_matches() {
        let paths = ["c.yml", "sub/c.yml", "sub/d/c.yml", "x/sub/c.yml", "x/d/c.yml"];
        for (glob, below) in [
            ("sub", &["sub/c.yml", "sub/d/c.yml", "x/sub/c.yml"][..]),
            ("sub/", &["sub/c.yml", "sub/d/c.yml", "x/sub/c.yml"]),
            ("/sub", &["sub/c.yml", "sub/d/c.yml"]),
            ("/sub/", &["sub/c.yml", "sub/d/c.yml"]),
            ("/sub/**", &["sub/c.yml", "sub/d/c.yml"]),
            ("sub/d", &["sub/d/c.yml"]),
            ("**/d", &["sub/d/c.yml", "x/d/c.yml"]),
            ("c.yml/", &[]),
            ("/c.yml", &["c.yml"]),
            ("*.yml", &paths),
        ] {
            assert_eq!(kept(&filter(&[glob], &[]), "/a", &paths), below, "{glob}");
            let others: Vec<_> = paths.into_iter().filter(|path| !below.contains(path)).collect();
            assert_eq!(kept(&filter(&[], &[glob]), "/a", &paths), others, "{glob}");
        }
    }

    #[test]
    fn keeps_what_is_included_and_not_excluded() {
        let filter = filter(&["/b/", "prod*.yml"], &["old"]);
        let paths = ["b/c/prod.yml", "b/c/dev.yml", "c/prod.yml", "c/dev.yml", "b/old/prod.yml", "b/old"];
        assert_eq!(kept(&filter, "/a", &paths), ["b/c/prod.yml", "b/c/dev.yml", "c/prod.yml"]);
        let why =
            |path: &str, is_directory| filter.leaves_out(Path::new(path), is_directory, Path::new("/a"));
        assert_eq!(why("/a/x/old", true), Some(LeftOut::Excluded));
        assert_eq!(why("/a/x", true), None);
        assert_eq!(why("/a/x", false), Some(LeftOut::NotIncluded));
    }

    #[test]
    fn a_later_glob_takes_back_what_an_earlier_one_matches() {
        let paths = ["b/c.yml", "b/d.yml", "b/e/d.yml", "f/d.yml"];
        assert_eq!(kept(&filter(&["b", "!/b/d.yml"], &[]), "/a", &paths), ["b/c.yml", "b/e/d.yml"]);
        assert_eq!(kept(&filter(&["!d.yml"], &[]), "/a", &paths), ["b/c.yml"]);
        assert_eq!(kept(&filter(&[], &["d.yml", "!/f/d.yml"]), "/a", &paths), ["b/c.yml", "f/d.yml"]);
        // As in `.gitignore`, nothing comes back from a directory that is excluded.
        assert_eq!(kept(&filter(&[], &["/b", "!/b/c.yml"]), "/a", &paths), ["f/d.yml"]);
    }

    #[test]
    fn what_is_elsewhere_matches_by_its_names() {
        let paths = ["../x/old/c.yml", "../x/c.yml", "../y/c.yml"];
        assert_eq!(kept(&filter(&[], &["old"]), "/x", &paths), ["../x/c.yml", "../y/c.yml"]);
        assert_eq!(kept(&filter(&["old"], &[]), "/", &paths), ["../x/old/c.yml"]);
        assert_eq!(kept(&filter(&["/x"], &[]), "/", &paths), [""; 0]);
        assert_eq!(kept(&filter(&["../x"], &[]), "/", &paths), ["../x/old/c.yml", "../x/c.yml"]);
        assert_eq!(kept(&filter(&[], &["a"]), "/", &paths), paths);
    }

    #[test]
    fn what_was_asked_for_is_not_excluded_by_its_own_name() {
        let paths = ["b/old/c.yml", "b/old/old/c.yml", "b/old/d/c.yml"];
        assert_eq!(kept(&filter(&[], &["old"]), "/a/b/old", &paths), ["b/old/c.yml", "b/old/d/c.yml"]);
        assert_eq!(kept(&filter(&["old"], &[]), "/a/b/old", &paths), paths);
    }

    #[test]
    fn keeps_everything_without_globs() {
        assert_eq!(Filter::default().leaves_out(Path::new("/a/b.yml"), false, Path::new("/a")), None);
    }

    #[test]
    fn names_the_glob_that_is_not_well_formed() {
        let error = Filter::new(Path::new("/a"), &["ok".to_owned()], &["a{b".to_owned()]).unwrap_err();
        assert_eq!(error.glob, "a{b");
        assert!(error.to_string().starts_with("cannot use the glob `a{b`: "), "{error}");
        for glob in ["", " ", "!", "/", "!/", "//"] {
            for globs in [[&[glob.to_owned()][..], &[]], [&[], &[glob.to_owned()]]] {
                let error = Filter::new(Path::new("/a"), globs[0], globs[1]).unwrap_err();
                assert_eq!(error.to_string(), format!("cannot use the glob `{glob}`: it names nothing"));
            }
        }
        assert_eq!(kept(&filter(&[], &["#recycle"]), "/a", &["#recycle/c.yml", "c.yml"]), ["c.yml"]);
    }
}
