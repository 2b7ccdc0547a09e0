//! Paths that Compose files name: from the words to a path, or why they are none.

use std::path::{Component, Path, PathBuf};

/// What a path in a Compose file stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathTarget {
    /// A file or directory here.
    Path(PathBuf),
    /// Something that is fetched from elsewhere.
    Remote,
    /// A path with a variable, known only when the project is run.
    Variable,
}

impl PathTarget {
    /// What is to be said about a reference that is no path.
    pub(super) fn title(&self, attribute: &str) -> String {
        match self {
            Self::Variable => format!("`{attribute}` names its file with a variable"),
            _ => format!("`{attribute}` names a file that is not on this machine"),
        }
    }

    /// What to do about a reference that is no path.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Variable => {
                "name the file without a variable; which one it is must not depend on the environment"
            }
            _ => "name a local file; what lies elsewhere cannot be looked at or hardened",
        }
    }
}

/// Resolves `written` in a Compose file whose paths start from `directory`.
pub(super) fn resolve(written: &str, directory: &Path) -> PathTarget {
    let remote = ["https://", "http://", "git@", "git://", "ssh://", "github.com/", "oci://"];
    if remote.iter().any(|start| written.starts_with(start)) {
        return PathTarget::Remote;
    }
    if written.contains('$') {
        return PathTarget::Variable;
    }
    PathTarget::Path(normalise(&directory.join(written)))
}

/// Returns `path` without `.` and `..`, by its words alone: symbolic links are not followed.
#[must_use]
pub fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some_and(|name| name != "..") => {
                normal.pop();
            }
            Component::ParentDir if normal.has_root() => {}
            component => normal.push(component),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_dots_out_of_paths_by_their_words() {
        for (path, expected) in
            [("/a/./b/../c", "/a/c"), ("../a/..", ".."), ("a/../../b", "../b"), ("/..", "/"), (".", "")]
        {
            assert_eq!(normalise(Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn tells_paths_from_what_is_elsewhere_or_not_known() {
        let directory = Path::new("/p");
        assert_eq!(resolve("../a.yml", directory), PathTarget::Path("/a.yml".into()));
        assert_eq!(resolve("/b.yml", directory), PathTarget::Path("/b.yml".into()));
        assert_eq!(resolve("https://example.com/a.git", directory), PathTarget::Remote);
        assert_eq!(resolve("${DIR}/a.yml", directory), PathTarget::Variable);
    }
}
