//! How many lines a change adds and removes.

use super::change::{LineChanges, count_lines};
use crate::text::EditSet;

/// Lines of a diff, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The lines with a `+`.
    pub added: usize,
    /// The lines with a `-`.
    pub removed: usize,
}

/// Returns how many lines the diff between `before` and `before` with `edits` made adds and removes.
///
/// # Panics
/// Where an edit lies outside `before` or cuts a character.
#[must_use]
pub fn stat(before: &str, edits: &EditSet) -> Stat {
    let mut stat = Stat::default();
    for change in LineChanges::new(before, edits.as_slice()) {
        stat.added += count_lines(&change.new);
        stat.removed += count_lines(&before[change.old]);
    }
    stat
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Edit;

    #[test]
    fn counts_lines_as_a_diff_shows_them() {
        let edits = EditSet::new(vec![Edit::insert(0, "x\n"), Edit::insert(3, "!")]).unwrap();
        assert_eq!(stat("a\nb\nc", &edits), Stat { added: 2, removed: 1 });
        assert_eq!(stat("a", &EditSet::default()), Stat::default());
    }
}
