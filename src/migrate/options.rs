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

/// The message of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

/// Why an option cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OptionError {
    /// See `git help check-ref-format`.
    #[error("`{0}` is not a valid branch name; see `git help check-ref-format`")]
    BranchName(String),
    /// There is nothing to say, or a NUL or a carriage return in it.
    #[error("the commit message must not be empty or contain NUL or carriage return")]
    MessageText,
    /// A line that would end the message in a mail.
    #[error("the line `{0}` of the message would be taken for the start of the patch; word it differently")]
    MessageEnd(String),
    /// A first line of which `git am` would leave out the beginning.
    #[error("`git am` would cut the beginning off the subject `{0}`; word it differently, or make branches")]
    MessageSubject(String),
    /// A line that `git am` would take for a header of the mail, as another author.
    #[error("`git am` would take the line `{0}` of the message for a header; word it differently")]
    MessageHeader(String),
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
    /// [`OptionError::MessageText`].
    pub fn new(text: &str) -> Result<Self, OptionError> {
        let text = text.trim();
        if text.is_empty() || text.contains(['\0', '\r']) {
            return Err(OptionError::MessageText);
        }
        Ok(Self(format!("{text}\n")))
    }

    /// Takes `text` as [`Message::new`] does, where `git am` makes it of a mail again.
    ///
    /// # Errors
    /// Those of [`Message::new`], and what a mail would lose.
    pub fn for_mail(text: &str) -> Result<Self, OptionError> {
        let message = Self::new(text)?;
        let ends = ["---", "diff -", "Index: "];
        let end = message.0.split('\n').find(|line| ends.iter().any(|end| line.starts_with(end)));
        if let Some(line) = end {
            return Err(OptionError::MessageEnd(line.to_owned()));
        }
        let (subject, body) = message.subject_and_body();
        if is_cut(&subject) {
            return Err(OptionError::MessageSubject(subject));
        }
        let first = body.split('\n').next().unwrap_or_default();
        if is_header(first) {
            return Err(OptionError::MessageHeader(first.to_owned()));
        }
        Ok(message)
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

/// Whether `git am` takes the beginning of `subject` for a mark of mails and lists: `[infra]`, `Re:`.
fn is_cut(subject: &str) -> bool {
    let is_reply = subject.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    is_reply || subject.starts_with([':', '['])
}

/// Whether `git am` takes `line` for a header where it is the first of the body.
fn is_header(line: &str) -> bool {
    let names = ["From:", "Subject:", "Date:", ">From", "[PATCH]"];
    names.iter().any(|name| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
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
    fn takes_no_message_that_a_mail_would_change() {
        assert_eq!(Message::new(" \n"), Err(OptionError::MessageText));
        assert_eq!(Message::new("a\rb"), Err(OptionError::MessageText));
        let wrong = [
            "a\n\n--- b",
            "a\n\ndiff -u",
            "[a] b",
            "[a",
            "re: a",
            "Re:a",
            ": a",
            "a\n\nFrom: b <b@c>",
            "a\n\n\nfrom:b",
            "a\n\nDate: x\n\nb",
            "a\n\nSUBJECT: x",
            "a\n\n>From x",
            "a\n\n[PATCH] x",
        ];
        for text in wrong {
            assert!(Message::for_mail(text).is_err(), "{text}");
            assert!(Message::new(text).is_ok(), "{text}");
        }
        for text in ["a [b] c", "result: a", "a: b\n\nc\nFrom: d", "a\n\nFromage: b\n", "é"] {
            assert!(Message::for_mail(text).is_ok(), "{text}");
        }
        let message = Message::for_mail("a\nb\n\nc\n").unwrap();
        assert_eq!(message.subject_and_body(), ("a b".to_owned(), "c\n"));
    }
}
