//! Runs the program over one path, with a small stack, and holds it to its limits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// What is to come of a path.
pub(crate) enum Expect {
    /// It is hardened.
    Hardened,
    /// It is refused, in words that hold these.
    Refused(&'static str),
    /// It is refused for a limit of this name.
    Limit(&'static str),
    /// It is hardened or refused.
    Anything,
}

/// Memory that a run may take whatever its input, and how many times its input more.
const BASE_BYTES: u64 = 50 << 20;
const BYTES_PER_BYTE: u64 = 20;

/// Runs `fix` over `path`, and checks what came of it.
///
/// # Panics
/// Where the program crashes, takes too much, or says something else than expected.
pub(crate) fn check(name: &str, path: &Path, expect: &Expect, timed: bool) {
    check_each(name, path, &[path.to_owned()], expect, timed);
}

/// Runs `fix` over `paths`, which are all that is in `path`, from the directory above, and checks what came of it.
///
/// # Panics
/// As [`check`].
pub(crate) fn check_each(name: &str, path: &Path, paths: &[PathBuf], expect: &Expect, timed: bool) {
    let size = size(path);
    let messages = path.with_file_name("messages");
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -s 1024; exec \"$@\"", "bash", env!("CARGO_BIN_EXE_compose-harden"), "fix"]);
    command.args(paths).current_dir(path.parent().unwrap()).env("NO_COLOR", "1").stdout(Stdio::null());
    command.stderr(fs::File::create(&messages).unwrap());
    let started = Instant::now();
    let ended = command.spawn().unwrap().wait4().unwrap();
    // How long it takes to end, which on a busy machine is longer than on another: there it needs no more time than its
    // threads have of the processor.
    let time = started.elapsed().min(ended.rusage.utime + ended.rusage.stime);
    let memory = ended.rusage.maxrss;
    let said = fs::read(&messages).unwrap();
    fs::remove_file(&messages).unwrap();
    let said = str::from_utf8(&said).unwrap_or_else(|error| panic!("{name}: {error}"));
    let start: String = said.chars().take(400).collect();
    println!(
        "{name}: {size} bytes, {} ms, {} MiB: {:?}",
        time.as_millis(),
        memory >> 20,
        ended.status.code()
    );

    match expect {
        Expect::Hardened => assert_eq!(ended.status.code(), Some(0), "{name}: {start}"),
        Expect::Anything => {
            assert!(matches!(ended.status.code(), Some(0 | 2)), "{name}: {:?} {start}", ended.status);
        }
        Expect::Refused(words) | Expect::Limit(words) => {
            assert_eq!(ended.status.code(), Some(2), "{name}: {start}");
            assert!(said.contains(words), "{name}: {start}");
        }
    }
    if ended.status.code() == Some(2) {
        let file = path.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(file) && !said.contains("this is a bug"), "{name}: {start}");
    }
    assert!(said.len() < 100_000 + 2_000 * files(path), "{name}: {} bytes of messages", said.len());
    assert!(memory <= BASE_BYTES + BYTES_PER_BYTE * size, "{name}: {memory} bytes for {size}");
    // A second for the start, and one for each 10 MB.
    let allowed = Duration::from_secs(1) + Duration::from_millis(size / 10_000);
    assert!(!timed || time <= allowed, "{name}: {time:?} for {size} bytes");
}

/// How many files are in the directory at `path`; none where it is no directory.
fn files(path: &Path) -> usize {
    fs::read_dir(path).map_or(0, Iterator::count)
}

/// How many bytes the file at `path` has, or what is in the directory there and is no link.
fn size(path: &Path) -> u64 {
    let Ok(metadata) = fs::metadata(path) else { return 0 };
    let entries = if metadata.is_dir() { fs::read_dir(path).ok() } else { None };
    let inside = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    metadata.len() + inside.filter(|path| !path.is_symlink()).map(|path| size(&path)).sum::<u64>()
}
