//! Two writers at one file.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use compose_harden::output::write::{TEMPORARY_PREFIX, WriteError, read, replace};

use super::put;

const EDITS: usize = 300;

/// Whether the file comes to hold `line`. A change may be out of sight for the moment in which it is put back.
fn comes_to_hold(path: &Path, line: &str) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if fs::read_to_string(path).is_ok_and(|text| text.contains(line)) {
            return true;
        }
        thread::yield_now();
    }
    false
}

/// Adds lines as an editor does, by a file and a rename, each to what the file holds then.
fn edit(path: &Path) {
    let draft = path.with_file_name("draft");
    let mut before = String::new();
    for number in 0..EDITS {
        assert!(comes_to_hold(path, &before), "the edit {before:?} is lost");
        before = format!("# edit {number}\n");
        put(&draft, &(fs::read_to_string(path).unwrap() + &before));
        fs::rename(&draft, path).unwrap();
    }
    assert!(comes_to_hold(path, &before), "the last edit is lost");
}

#[test]
fn an_edit_made_meanwhile_is_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, "a: 1\n");
    let edited = AtomicBool::new(false);
    let (mut written, mut refused) = (0, 0);
    thread::scope(|scope| {
        let editor = scope.spawn(|| {
            edit(&path);
            edited.store(true, Ordering::SeqCst);
        });
        while !editor.is_finished() {
            let Ok((bytes, state)) = read(&path) else { continue };
            match replace(&path, &state, &[&bytes[..], b"# hardened\n"].concat()) {
                Ok(()) => written += 1,
                Err(WriteError::Changed) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    });
    println!("{EDITS} edits by another writer; {written} times written, {refused} times refused");
    assert!(edited.load(Ordering::SeqCst));
    let text = fs::read_to_string(&path).unwrap();
    let last = format!("# edit {}\n", EDITS - 1);
    assert!(text.contains(&last));
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().starts_with(TEMPORARY_PREFIX)));
}
