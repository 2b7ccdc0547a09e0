//! Paths that Compose files name: from the words to a path, or why they are not one.

use std::path::{Component, Path, PathBuf};

use crate::text::{Diagnostic, Span};

/// Why the words for a path lead to nothing that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotLocal {
    /// It is fetched from elsewhere.
    Remote,
    /// It has a variable, and is known only when the project is run.
    Variable,
}

impl NotLocal {
    /// The message about it where it is the value of `attribute`.
    pub(super) fn diagnostic(self, attribute: &str, span: Span) -> Diagnostic {
        let (title, help) = match self {
            Self::Remote => (
                format!("`{attribute}` names a file that is not on this machine"),
                "name a local file; a remote one cannot be read or hardened".to_owned(),
            ),
            Self::Variable => {
                (format!("`{attribute}` names its file with a variable"), without_variable("file"))
            }
        };
        Diagnostic::error(title).at(span, "").help(help)
    }
}

/// What to do where a variable names `what`.
pub(super) fn without_variable(what: &str) -> String {
    format!("name the {what} without a variable; which one it is must not depend on the environment")
}

/// Resolves `written` in a Compose file whose paths start from `directory`.
///
/// # Errors
/// What is not a path on this machine.
pub(super) fn resolve(written: &str, directory: &Path) -> Result<PathBuf, NotLocal> {
    let remote = ["https://", "http://", "git@", "git://", "ssh://", "github.com/", "oci://"];
    if remote.iter().any(|start| written.starts_with(start)) {
        return Err(NotLocal::Remote);
    }
    if written.contains('$') {
        return Err(NotLocal::Variable);
    }
    Ok(normalise(&directory.join(written)))
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
        assert_eq!(resolve("../a.yml", directory), Ok("/a.yml".into()));
        assert_eq!(resolve("/b.yml", directory), Ok("/b.yml".into()));
        assert_eq!(resolve("https://example.com/a.git", directory), Err(NotLocal::Remote));
        assert_eq!(resolve("${DIR}/a.yml", directory), Err(NotLocal::Variable));
    }
}
