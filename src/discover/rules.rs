//! The rules of `.gitignore` files: which are read, and what they hide.

use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::limited::{LimitedError, read_within};
use crate::text::{Diagnostic, FileDiagnostic, Links, OpenError};

/// The most bytes that the `.gitignore` of a directory and those above it have (64 KiB): a glob takes some thousand times
/// its size of memory.
const MAX_RULES_BYTES: u64 = 1 << 16;

/// The rules that count in a directory: its own, and those above it.
///
/// Knows no path with a symbolic link.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules(Option<Arc<Layer>>);

#[derive(Debug)]
struct Layer {
    own: Gitignore,
    above: Rules,
    /// How many bytes all of them have.
    bytes: u64,
}

impl Rules {
    /// Returns the rules that directories from `top` down to the one above `directory` have for it.
    ///
    /// # Errors
    /// Which `.gitignore` is not to be opened, and why.
    pub(super) fn above(directory: &Path, top: &Path) -> Result<Self, FileDiagnostic> {
        let on_the_way = directory.ancestors().skip(1).take_while(|above| above.starts_with(top));
        let on_the_way: Vec<&Path> = on_the_way.collect();
        on_the_way.into_iter().rev().try_fold(Self::default(), |rules, above| rules.with(above))
    }

    /// Returns these rules with those of `directory` below, where it has some.
    ///
    /// A directory called `.gitignore` cannot be read anyway, and neither can what is not there.
    ///
    /// # Errors
    /// Which `.gitignore` is not to be opened, and why.
    pub(super) fn with(&self, directory: &Path) -> Result<Self, FileDiagnostic> {
        let path = directory.join(".gitignore");
        let above = self.0.as_ref().map_or(0, |layer| layer.bytes);
        let title = match read_within(&path, Links::Refuse, MAX_RULES_BYTES.saturating_sub(above)) {
            Ok(text) => {
                let own = parse(directory, &text);
                let bytes = above + text.len() as u64;
                return Ok(Self(Some(Arc::new(Layer { own, above: self.clone(), bytes }))));
            }
            Err(LimitedError::Open(OpenError::NotRegular(kind))) if !kind.is_dir() => {
                "this is not a regular file, so its directory is not searched".to_owned()
            }
            Err(LimitedError::Open(_)) => return Ok(self.clone()),
            Err(LimitedError::TooLong) => format!(
                "together with those above it, this file is longer than the limit of {MAX_RULES_BYTES} bytes \
                 (MAX_RULES_BYTES), so its directory is not searched"
            ),
        };
        let help = "put a short regular file there, or name the Compose files instead of the directory";
        Err(FileDiagnostic::new(&path, Diagnostic::error(title).help(help)))
    }

    /// Whether they hide what is at `path`, below a directory that they do not hide.
    pub(super) fn hide(&self, path: &Path, is_directory: bool) -> bool {
        let mut next = self.0.as_deref();
        while let Some(layer) = next {
            let matched = layer.own.matched(path, is_directory);
            if !matched.is_none() {
                return matched.is_ignore();
            }
            next = layer.above.0.as_deref();
        }
        false
    }
}

/// Returns what `text`, the `.gitignore` of `directory`, says.
fn parse(directory: &Path, text: &[u8]) -> Gitignore {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut rules = GitignoreBuilder::new(directory);
    // A line that is wrong is passed over, as git does, and so is one that is not UTF-8.
    for line in text.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok()) {
        let _ = rules.add_line(None, line.strip_suffix('\r').unwrap_or(line));
    }
    rules.build().unwrap_or_else(|_| Gitignore::empty())
}
