//! Runs that are killed, and what they leave.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use compose_harden::output::write::{TEMPORARY_PREFIX, WriteError, read, replace};
use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};

use super::{TEXT, fix, leftovers, message, put};

const FOLDERS: usize = 12;
const FILES: usize = 8;
const KILLS: u32 = 30;
const MOST_KILLS: u32 = 600;

/// Makes folders with Compose files, none of which shares a service with another, and returns their paths and texts.
fn tree(root: &Path) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in 0..FOLDERS {
        let folder = root.join(format!("folder-{folder}"));
        fs::create_dir(&folder).unwrap();
        paths.extend((0..FILES).map(|file| {
            (folder.join(format!("compose.{file}.yaml")), TEXT.replace("web", &format!("web-{file}")))
        }));
    }
    restore(&paths);
    paths
}

fn restore(files: &[(PathBuf, String)]) {
    for (path, text) in files {
        put(path, text);
    }
}

fn paths(files: &[(PathBuf, String)]) -> Vec<&Path> {
    files.iter().map(|(path, _)| path.as_path()).collect()
}

fn texts(files: &[(PathBuf, String)]) -> Vec<String> {
    files.iter().map(|(path, _)| fs::read_to_string(path).unwrap()).collect()
}

/// Files, their texts once they are hardened, and how long a run over all takes.
struct Whole {
    files: Vec<(PathBuf, String)>,
    new: Vec<String>,
    run: Duration,
}

impl Whole {
    fn new(root: &Path) -> Self {
        let files = tree(root);
        let start = Instant::now();
        assert!(fix(&paths(&files)).stderr(Stdio::null()).status().unwrap().success());
        let (run, new) = (start.elapsed(), texts(&files));
        assert!(files.iter().zip(&new).all(|((_, old), new)| old != new));
        Self { files, new, run }
    }
}

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_one_sweeps() {
    let folder = tempfile::tempdir().unwrap();
    let Whole { files, new, run: whole_run } = Whole::new(folder.path());
    let arguments = paths(&files);

    let (mut amid, mut left) = (0, 0);
    let mut state = 7_u32;
    let mut kills = 0;
    // On a busy machine runs begin so late that more have to be killed until one is amid the writing.
    while kills < KILLS || amid == 0 && kills < MOST_KILLS {
        kills += 1;
        restore(&files);
        let mut run = fix(&arguments).stderr(Stdio::null()).spawn().unwrap();
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        std::thread::sleep(whole_run.mul_f64(f64::from(state >> 16) / 65_536.0));
        run.kill().unwrap();
        run.wait().unwrap();
        let found = texts(&files);
        for (((_, old), new), found) in files.iter().zip(&new).zip(&found) {
            assert!(found == old || found == new, "a torn file: {found:?}");
        }
        let done = new.iter().zip(&found).filter(|(new, found)| new == found).count();
        amid += usize::from(0 < done && done < files.len());
        // The next run begins in what this one left.
        left += leftovers(folder.path()).len();
    }
    println!("{kills} runs killed, {amid} of them amid the writing, {left} temporary files seen");
    assert!(amid > 0, "no run was killed amid the writing");

    restore(&files);
    assert!(fix(&arguments).stderr(Stdio::null()).status().unwrap().success());
    assert_eq!(leftovers(folder.path()), Vec::<PathBuf>::new());
    assert_eq!(texts(&files), new);
}

#[test]
fn an_interrupted_run_leaves_whole_files_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let Whole { files, new, run: whole_run } = Whole::new(folder.path());
    let arguments = paths(&files);

    let (mut state, mut interrupted) = (11_u32, 0);
    for run in 0..MOST_KILLS {
        if run >= KILLS && interrupted > 0 {
            break;
        }
        restore(&files);
        let mut run = fix(&arguments).stderr(Stdio::null()).spawn().unwrap();
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        std::thread::sleep(whole_run.mul_f64(f64::from(state >> 16) / 65_536.0));
        kill_process(Pid::from_child(&run), Signal::INT).unwrap();
        let ended = run.wait().unwrap();
        // Before it listens, the system ends it.
        assert!(matches!(ended.code(), Some(0 | 130) | None), "{ended}");
        interrupted += u32::from(ended.code() == Some(130));
        for (((_, old), new), found) in files.iter().zip(&new).zip(&texts(&files)) {
            assert!(found == old || found == new, "a torn file: {found:?}");
        }
        assert_eq!(leftovers(folder.path()), Vec::<PathBuf>::new());
    }
    assert!(interrupted > 0, "no run was interrupted");
}

#[test]
fn keeps_what_another_process_wrote_and_says_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("compose.yaml"), TEXT);
    // As a run leaves it that is killed right after the trade of names, where an edit came before that.
    let left = format!("{TEMPORARY_PREFIX}dead12-0123456789abcdef-fedcba9876543210.tmp");
    put(&folder.path().join(&left), "an edit\n");
    let output = fix(&[folder.path()]).output().unwrap();
    let said = message(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains(&left) && said.contains("what another process wrote"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join(left)).unwrap(), "an edit\n");
}

/// Replaces a file that no other process means to hold: what another test starts has the locks of this process until its
/// program begins.
fn replace_when_free(path: &Path, text: &[u8]) {
    loop {
        let (_, state) = read(path).unwrap();
        match replace(path, &state, text) {
            Err(WriteError::Locked) => std::thread::yield_now(),
            result => return result.unwrap(),
        }
    }
}

#[test]
fn sweeps_what_nobody_holds_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name);
    let path = name("compose.yml");
    put(&path, "a: 1\n");
    let dead = name(&format!("{TEMPORARY_PREFIX}dead12.tmp"));
    let live = name(&format!("{TEMPORARY_PREFIX}live12.tmp"));
    let link = name(&format!("{TEMPORARY_PREFIX}link12.tmp"));
    let other = name(&format!("{TEMPORARY_PREFIX}notes.txt"));
    let target = name("target");
    for path in [&dead, &live, &other, &target] {
        put(path, "half of a te");
    }
    symlink(&target, &link).unwrap();
    let held = File::open(&live).unwrap();
    flock(&held, FlockOperation::LockExclusive).unwrap();

    replace_when_free(&path, b"b: 2\n");
    let stays = |path: &Path| fs::symlink_metadata(path).is_ok();
    assert!(!stays(&dead));
    assert!([&live, &link, &other, &target].into_iter().all(|path| stays(path)));

    drop(held);
    while stays(&live) {
        replace_when_free(&path, b"c: 3\n");
    }
    assert_eq!(fs::read(&path).unwrap(), b"c: 3\n");
}
