//! Writes the files of a project: all of them, or none.

use std::path::PathBuf;

use foldhash::HashMap;

use crate::harden::{Change, Outcome};
use crate::output::write::{FileState, WriteError, Writer, check_replaceable, read};

/// How writing the files of a project ended.
pub(super) enum Written<'o> {
    /// Each holds its new text, but for these it is not sure that a power failure leaves it.
    All(Vec<(&'o Change, WriteError)>),
    /// These cannot be written, and none was.
    None(Vec<(&'o Change, WriteError)>),
    /// Writing one failed, and those that were written before hold what they held, but for some.
    PutBack {
        /// The one that failed.
        failed: (&'o Change, WriteError),
        /// Those that could not be put back, each with the reason.
        left: Vec<(&'o Change, String)>,
    },
}

/// The state that a file was in when it was read.
pub(super) fn state_of<'s>(change: &Change, states: &'s HashMap<PathBuf, FileState>) -> &'s FileState {
    states.get(&change.path).expect("every file that changes was read, and its state with it")
}

/// Writes the changes of `outcome`, whose files were in `states` when they were read.
pub(super) fn write<'o>(
    writer: &mut Writer,
    outcome: &'o Outcome,
    states: &HashMap<PathBuf, FileState>,
) -> Written<'o> {
    let mut unwritable = Vec::new();
    for change in &outcome.changes {
        if let Err(error) = check_replaceable(&change.path, state_of(change, states)) {
            unwritable.push((change, error));
        }
    }
    if !unwritable.is_empty() {
        return Written::None(unwritable);
    }
    let mut unsynced = Vec::new();
    for (number, change) in outcome.changes.iter().enumerate() {
        match writer.replace(&change.path, state_of(change, states), change.after.as_bytes()) {
            Ok(()) => {}
            Err(error @ WriteError::NotSynced(_)) => unsynced.push((change, error)),
            Err(error) => {
                let left = put_back(writer, outcome, &outcome.changes[..number]);
                return Written::PutBack { failed: (change, error), left };
            }
        }
    }
    Written::All(unsynced)
}

/// Puts the old texts of `changes` in the place of the new ones, and returns the changes that stay, with the reasons.
fn put_back<'o>(writer: &mut Writer, outcome: &Outcome, changes: &'o [Change]) -> Vec<(&'o Change, String)> {
    let mut left = Vec::new();
    for change in changes.iter().rev() {
        if let Err(reason) = put_one_back(writer, outcome, change) {
            left.push((change, reason));
        }
    }
    left
}

fn put_one_back(writer: &mut Writer, outcome: &Outcome, change: &Change) -> Result<(), String> {
    let (bytes, state) = read(&change.path).map_err(|error| error.to_string())?;
    let source = outcome.source(&change.path).filter(|_| bytes == change.after.as_bytes());
    let source = source.ok_or("file changed since it was written")?;
    match writer.replace(&change.path, &state, source.text().as_bytes()) {
        // The old text is there all the same.
        Err(WriteError::NotSynced(_)) => Ok(()),
        ended => ended.map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write as _;
    use std::path::Path;

    use super::*;
    use crate::text::{EditSet, Source};

    fn put(path: &Path, text: &str) {
        File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn puts_back_what_was_written_and_not_what_changed_since() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b"].map(|name| folder.path().join(name));
        let mut outcome = Outcome::default();
        for path in &paths {
            put(path, "new");
            let source = Source::from_bytes(path, b"old".to_vec()).unwrap();
            outcome.sources.insert(path.clone(), source);
            let change = Change { path: path.clone(), edits: EditSet::default(), after: "new".to_owned() };
            outcome.changes.push(change);
        }
        put(&paths[1], "somebody's");
        let left = put_back(&mut Writer::default(), &outcome, &outcome.changes);
        assert!(matches!(&left[..], [(change, _)] if change.path == paths[1]));
        let texts = paths.map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(texts, ["old", "somebody's"]);
    }
}
