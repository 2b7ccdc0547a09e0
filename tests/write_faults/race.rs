//! Several writers at one file, or in one folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use compose_harden::output::write::{WriteError, read, replace};
use rustix::fs::{FlockOperation, flock};

use super::{leftovers, put};

const EDITS: usize = 300;

/// How often each of two runs writes.
const RUNS: usize = 1000;

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

/// Says that the editor has ended, however that comes.
struct End<'e>(&'e AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Hardens the file at `path` again and again until `is_done`, each time as a run of its own that sweeps the folder;
/// returns how often that worked, and how often another process was in the way.
fn harden(path: &Path, is_done: impl Fn() -> bool) -> (usize, usize) {
    let (mut written, mut refused) = (0, 0);
    while !is_done() {
        let Ok((bytes, state)) = read(path) else { continue };
        match replace(path, &state, &[&bytes[..], b"# hardened\n"].concat()) {
            Ok(()) => written += 1,
            Err(WriteError::Changed | WriteError::Locked) => refused += 1,
            Err(WriteError::Displaced(kept)) => {
                // Two edits in a moment: the later one has its place, the earlier one is not thrown away.
                fs::remove_file(kept).unwrap();
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    (written, refused)
}

fn leaves_nothing(folder: &Path) {
    assert_eq!(leftovers(folder), Vec::<PathBuf>::new());
}

#[test]
fn an_edit_made_meanwhile_is_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (path, beside) = (folder.path().join("compose.yml"), folder.path().join("beside.yml"));
    put(&path, "a: 1\n");
    put(&beside, "b: 1\n");
    let ended = AtomicBool::new(false);
    let has_ended = || ended.load(Ordering::SeqCst);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _end = End(&ended);
            edit(&path);
        });
        // A second run in the folder, which sweeps it.
        scope.spawn(|| harden(&beside, has_ended));
        let (written, refused) = harden(&path, has_ended);
        println!("{EDITS} edits by another writer; {written} times written, {refused} times refused");
    });
    let text = fs::read_to_string(&path).unwrap();
    let last = format!("# edit {}\n", EDITS - 1);
    assert!(text.contains(&last));
    leaves_nothing(folder.path());
}

#[test]
fn runs_in_one_folder_do_not_take_each_other_for_an_edit() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.yml", "b.yml"].map(|name| folder.path().join(name));
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for path in &paths {
            put(path, "a: 1\n");
            let is_done = || done.fetch_add(1, Ordering::SeqCst) >= 2 * RUNS;
            scope.spawn(move || harden(path, is_done));
        }
    });
    leaves_nothing(folder.path());
}

#[test]
fn a_file_that_another_process_has_locked_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    put(&path, "a: 1\n");
    let held = File::open(&path).unwrap();
    flock(&held, FlockOperation::LockExclusive).unwrap();
    let (_, state) = read(&path).unwrap();
    let refused = replace(&path, &state, b"b: 2\n");
    assert!(matches!(refused, Err(WriteError::Locked)), "{refused:?}");
    assert_eq!(fs::read(&path).unwrap(), b"a: 1\n");
    leaves_nothing(folder.path());
}
