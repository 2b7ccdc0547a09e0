//! What a run is asked to make, with names that git takes.

use std::path::PathBuf;

use thiserror::Error;

/// What to make of a repository that changes.
#[derive(Clone, Debug)]
pub struct Options {
    /// What becomes of the changes.
    pub goal: Goal,
    /// The message of the commit.
    pub message: Message,
    /// Whether to harden what is committed where the work tree has other changes.
    pub allow_dirty: bool,
    /// Whether to write nothing.
    pub dry_run: bool,
    /// The most repositories to change.
    pub limit: Option<usize>,
}

/// What becomes of the changes of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A commit that a new branch of this name holds.
    Branch(BranchName),
    /// A file in this folder that `git am` takes.
    Patch(PathBuf),
}

/// The name of a branch that git takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchName(String);

/// The message of a commit that survives a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

/// Why an option cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OptionError {
    /// See `git help check-ref-format`.
    #[error("`{0}` is no name for a branch; see `git help check-ref-format`")]
    BranchName(String),
    /// There is nothing to say, or a NUL or a carriage return in it.
    #[error("the message of the commit must have a text, without NUL and carriage return")]
    EmptyMessage,
    /// A line that would end the message in a mail.
    #[error("the line `{0}` of the message would be taken for the start of the patch; word it differently")]
    MessageLine(String),
}

impl BranchName {
    /// Takes `name` where it is one for a branch.
    ///
    /// # Errors
    /// [`OptionError::BranchName`].
    pub fn new(name: &str) -> Result<Self, OptionError> {
        let forbidden = |letter: char| letter.is_ascii_control() || " ~^:?*[\\".contains(letter);
        let part_is_good = |part: &str| {
            let locks = part.as_bytes().ends_with(b".lock");
            !part.is_empty() && !part.starts_with('.') && !locks
        };
        let good = name.split('/').all(part_is_good)
            && !name.contains(forbidden)
            && !name.contains("..")
            && !name.contains("@{")
            && !name.starts_with('-')
            && !name.ends_with('.')
            && !matches!(name, "@" | "HEAD");
        if good { Ok(Self(name.to_owned())) } else { Err(OptionError::BranchName(name.to_owned())) }
    }

    /// The name, without `refs/heads/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Message {
    /// Takes `text`, without white space at its ends.
    ///
    /// # Errors
    /// [`OptionError::EmptyMessage`] and [`OptionError::MessageLine`].
    pub fn new(text: &str) -> Result<Self, OptionError> {
        let text = text.trim();
        if text.is_empty() || text.contains(['\0', '\r']) {
            return Err(OptionError::EmptyMessage);
        }
        let starts = ["---", "diff -", "Index: "];
        let line = text.split('\n').find(|line| starts.iter().any(|start| line.starts_with(start)));
        match line {
            Some(line) => Err(OptionError::MessageLine(line.to_owned())),
            None => Ok(Self(format!("{text}\n"))),
        }
    }

    /// The message, which ends in a line feed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first paragraph as one line, and what follows it.
    #[must_use]
    pub fn subject_and_body(&self) -> (String, &str) {
        let (subject, body) = self.0.split_once("\n\n").unwrap_or((&self.0, ""));
        (subject.trim_end().replace('\n', " "), body.trim_start_matches('\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_names_that_git_takes() {
        for name in ["compose-harden", "a/b", "é", "a.b", "a@b", "a-"] {
            assert!(BranchName::new(name).is_ok(), "{name}");
        }
        for name in [
            "", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a..b", "a b", "a~", "-a", "@", "a@{b", "a.",
            "HEAD",
        ] {
            assert!(BranchName::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn takes_no_message_that_a_mail_would_cut() {
        assert_eq!(Message::new(" \n"), Err(OptionError::EmptyMessage));
        assert!(Message::new("a\n\n--- b").is_err());
        let message = Message::new("a\nb\n\nc\n").unwrap();
        assert_eq!(message.subject_and_body(), ("a b".to_owned(), "c\n"));
    }
}
