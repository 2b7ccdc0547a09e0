//! What the configuration says that counts before git writes: whether the user signs, and which hooks have names.
//!
//! A repository has a configuration of its own, which is trusted as little as its files.

use super::Reason;
use super::git::Git;
use super::git_error::GitError;

/// The keys that are looked at.
const KEYS: &str = r"^(commit\.gpgsign|user\.signingkey|gpg\..*|hook\..*)$";

/// What the configuration says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// Whether the user's own configuration has commits signed.
    pub(super) signs: bool,
    /// Settings that switch off each hook that the configuration names.
    pub(super) without_hooks: Vec<String>,
}

impl Settings {
    /// Asks `git` for them.
    ///
    /// # Errors
    /// [`Reason::Starts`] where git would start a program that the repository chooses, or sign with its key.
    pub(super) fn read(git: Git<'_>) -> Result<Self, Reason> {
        let listing = git.ask("config", ["--show-scope", "--null", "--get-regexp", KEYS])?;
        let listing =
            String::from_utf8(listing.unwrap_or_default()).map_err(|_| GitError::Answer("config"))?;
        Self::parse(&listing).map_err(|key| Reason::Starts(key.to_owned()))
    }

    /// Takes `SCOPE<NUL>KEY<LF>VALUE<NUL>` apart, where a key without a value has no line feed; the error is a key.
    fn parse(listing: &str) -> Result<Self, &str> {
        let mut settings = Self::default();
        let mut chosen = None;
        let mut parts = listing.split('\0');
        while let (Some(scope), Some(entry)) = (parts.next(), parts.next()) {
            let is_users = matches!(scope, "system" | "global" | "command");
            let (key, value) =
                entry.split_once('\n').map_or((entry, None), |(key, value)| (key, Some(value)));
            match (key.strip_prefix("hook."), key == "commit.gpgsign") {
                (Some(hook), _) => settings.without_hooks.extend(switch_off(hook).map_err(|()| key)?),
                (None, true) if is_users => settings.signs = value.is_none_or(is_true),
                (None, false) if !is_users => chosen = chosen.or(Some(key)),
                (None, _) => {}
            }
        }
        chosen.filter(|_| settings.signs).map_or(Ok(settings), Err)
    }
}

/// Returns the setting that switches off the hook of `NAME.KEY`; nothing where no hook is named.
fn switch_off(key: &str) -> Result<Option<String>, ()> {
    match key.rsplit_once('.') {
        // Git takes the first equals sign for the end of the key.
        Some((name, _)) if name.contains('=') => Err(()),
        Some((name, _)) => Ok(Some(format!("hook.{name}.enabled=false"))),
        None => Ok(None),
    }
}

/// Whether `value` is one that git takes for true.
fn is_true(value: &str) -> bool {
    ["true", "yes", "on"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
        || value.parse::<i64>().is_ok_and(|number| number != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listens_to_the_user_and_not_to_the_repository_about_signing() {
        let signs = |listing| Settings::parse(listing).map(|settings| settings.signs);
        assert_eq!(signs(""), Ok(false));
        assert_eq!(signs("local\0commit.gpgsign\ntrue\0local\0gpg.program\n/x\0"), Ok(false));
        assert_eq!(signs("global\0commit.gpgsign\nYes\0local\0commit.gpgsign\nfalse\0"), Ok(true));
        assert_eq!(signs("global\0commit.gpgsign\0"), Ok(true));
        assert_eq!(signs("system\0commit.gpgsign\n1\0global\0commit.gpgsign\noff\0"), Ok(false));
        assert_eq!(signs("global\0gpg.program\n/x\0command\0commit.gpgsign\non\0"), Ok(true));
        let chosen = "global\0commit.gpgsign\non\0worktree\0gpg.ssh.program\n/x\0";
        assert_eq!(signs(chosen), Err("gpg.ssh.program"));
        assert_eq!(signs("local\0user.signingkey\nx\0global\0commit.gpgsign\non\0"), Err("user.signingkey"));
    }

    #[test]
    fn switches_off_every_hook_that_has_a_name() {
        let hooks = |listing| Settings::parse(listing).map(|settings| settings.without_hooks);
        let listing = "local\0hook.a b.c.command\n/x\0global\0hook.d.event\nx\0local\0hook.jobs\n2\0";
        assert_eq!(
            hooks(listing),
            Ok(vec!["hook.a b.c.enabled=false".to_owned(), "hook.d.enabled=false".to_owned()])
        );
        assert_eq!(hooks("local\0hook.a=b.command\n/x\0"), Err("hook.a=b.command"));
    }
}
