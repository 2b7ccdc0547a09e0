//! The diff that the edits make is the least one: another program that compares the texts finds no smaller.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use compose_harden::harden::harden_file;
use compose_harden::output::diff::stat;
use compose_harden::policy::Policy;
use compose_harden::text::Source;
use similar::{Algorithm, ChangeTag, TextDiff};

#[test]
fn no_line_is_in_the_diff_that_did_not_have_to_change() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut compared = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("compose.yaml");
        let Ok(bytes) = fs::read(&path) else { continue };
        let Ok(source) = Source::from_bytes(&path, bytes) else { continue };
        let before = source.text().to_owned();
        let Some(change) = harden_file(source, &Policy::default()).changes.pop() else { continue };
        // A line ends at a line feed only, as in diffs.
        let [old, new] = [&before, &change.after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
        let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&old, &new);
        let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
        let found = stat(&before, &change.edits);
        let least = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        assert_eq!((found.added, found.removed), least, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 20, "only {compared} changes were compared");
}
