//! What goes wrong with git, in its own words where it has some.

use std::io;

use thiserror::Error;

/// How long a command of git may take, in seconds, unless it may ask the user: one that waits for what never comes would
/// keep all other repositories waiting.
pub(super) const MAX_GIT_SECONDS: u64 = 600;

/// Why a command of git did not do what it should.
#[derive(Debug, Error)]
pub enum GitError {
    /// It could not be started.
    #[error("cannot start git: {0}; install it, or add it to `PATH`")]
    Start(#[from] io::Error),
    /// It failed.
    #[error("`git {command}` failed: {words}")]
    Failed {
        /// The command.
        command: String,
        /// What git said.
        words: String,
    },
    /// It took too long.
    #[error(
        "`git {0}` took longer than {MAX_GIT_SECONDS} seconds (MAX_GIT_SECONDS) and was stopped; run it by hand to see what it waits for"
    )]
    Late(String),
    /// It said something else than it is documented to say.
    #[error("`git {0}` gave an answer in an unknown form; check the version of git")]
    Answer(&'static str),
    /// It takes another repository for the one that it is started in.
    #[error("git does not accept this as a repository and would use `{0}` instead; repair or remove `.git`")]
    Elsewhere(String),
    /// An object of the commit is not in the clone.
    #[error("the clone lacks `{0}`, and nothing is fetched; check the file out first")]
    Lacks(String),
}

impl GitError {
    /// The line of git's words that tells what is wrong, without what is in quotes; that differs between
    /// repositories.
    pub(super) fn class(&self) -> String {
        let words = match self {
            Self::Failed { words, .. } => words,
            Self::Elsewhere(_) => return "not accepted by git as a repository".to_owned(),
            Self::Lacks(_) => return "incomplete clone".to_owned(),
            Self::Start(_) | Self::Late(_) | Self::Answer(_) => return self.to_string(),
        };
        let line = words.split('\n').find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
        let parts = line.unwrap_or(words).trim_end_matches('.').split('\'').enumerate();
        parts.map(|(at, part)| if at % 2 == 0 { part } else { "'…'" }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_names_out_of_the_class_of_an_error() {
        let words = "hint: x\nfatal: cannot lock ref 'refs/heads/a': Unable to create '/b/a.lock': exists";
        let error = GitError::Failed { command: "update-ref".to_owned(), words: words.to_owned() };
        assert_eq!(error.class(), "fatal: cannot lock ref '…': Unable to create '…': exists");
    }
}
