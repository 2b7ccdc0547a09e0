//! Many repositories: whole processes beside a floor that only walks the same tree and reads the same files, one that
//! has yaml-rust2 read each distinct text twice, as the proof does, and one that replaces the files.
//!
//!     cargo bench --bench many                 # over a tree that it makes
//!     TREE=DIR cargo bench --bench many        # over a copy of any other tree of repositories
//!
//! Runs take turns, and what counts are ratios of medians: processor time, user and system, and the peak of memory.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "what it prints is its result, and the trees that it writes are its own"
)]

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::hint::black_box;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ignore::{DirEntry, WalkBuilder, WalkState};
use tempfile::NamedTempFile;
use wait4::Wait4 as _;
use yaml_rust2::Event;
use yaml_rust2::parser::{EventReceiver, Parser};

/// The program's own, for all sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 11;
const REPOSITORIES: usize = 2000;

/// A program that is measured: its name here, its path, and its arguments.
struct Side<'s> {
    name: &'s str,
    program: &'s Path,
    arguments: Vec<&'s OsStr>,
}

fn side<'s>(name: &'s str, program: &'s Path, arguments: &[&'s str], paths: &'s [PathBuf]) -> Side<'s> {
    let arguments = arguments
        .iter()
        .map(|argument| OsStr::new(*argument))
        .chain(paths.iter().map(|path| path.as_os_str()));
    Side { name, program, arguments: arguments.collect() }
}

/// What one run took.
#[derive(Clone, Copy)]
struct Sample {
    /// Microseconds.
    time: u128,
    /// Bytes.
    memory: u64,
}

fn main() {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match &arguments[..] {
        [mode, root] if mode == "--floor" => println!("{}", floor(Path::new(root), &HashSet::new())),
        [mode, root] if mode == "--read-floor" => println!("{}", read_floor(Path::new(root))),
        [mode, list, root] if mode == "--write-floor" => {
            let list = fs::read(list).expect("a list of files follows --write-floor");
            let paths = list.split(|byte| *byte == 0).map(|path| Path::new(OsStr::from_bytes(path)));
            println!("{}", floor(Path::new(root), &paths.collect()));
        }
        [mode, program, rest @ ..] if mode == "--measure" => measure_one(program, rest),
        _ => measure(),
    }
}

fn measure() {
    let made = tempfile::tempdir().expect("a temporary directory");
    let given = std::env::var_os("TREE").map(PathBuf::from);
    let root = made.path().join("tree");
    match &given {
        Some(tree) => {
            let copied = Command::new("cp").arg("-a").args([tree, &root]).status();
            assert!(copied.is_ok_and(|status| status.success()), "cp copies the tree");
        }
        None => make_tree(&root),
    }
    let this = std::env::current_exe().expect("the path of this program");
    let program = Path::new(env!("CARGO_BIN_EXE_compose-harden"));
    let tops = fs::read_dir(&root).expect("the tree is there").flatten();
    let mut tenth: Vec<PathBuf> = tops.map(|entry| entry.path()).collect();
    tenth.sort();
    tenth.truncate(tenth.len().div_ceil(10));
    let all = [root.clone()];
    let mut sides = vec![
        side("floor", &this, &["--floor"], &all),
        side("floor, yaml-rust2", &this, &["--read-floor"], &all),
        side("fix", program, &["fix"], &all),
        side("fix, a tenth", program, &["fix"], &tenth),
    ];
    // Those that it makes have no commit, and nothing to migrate.
    if given.is_some() {
        sides.push(side("migrate --dry-run", program, &["migrate", "--dry-run"], &all));
    }
    compare(&sides, &|| {});

    let before = compose_files(&root);
    let writes = side("fix --write", program, &["fix", "--write"], &all);
    run(&writes);
    let changed: Vec<_> =
        before.iter().filter(|(path, bytes)| fs::read(path).expect("it was read before") != *bytes).collect();
    let list = made.path().join("list");
    let names: Vec<&[u8]> = changed.iter().map(|(path, _)| path.as_os_str().as_bytes()).collect();
    fs::write(&list, names.join(&0)).expect("a new file");
    let restore =
        || changed.iter().for_each(|(path, bytes)| fs::write(path, bytes).expect("it can be written"));
    restore();
    println!("{} files change:", changed.len());
    let arguments = [list, root];
    compare(&[side("bare writer", &this, &["--write-floor"], &arguments), writes], &restore);
}

/// Runs the sides by turns, `restore` after each run, and prints how they compare to the first.
fn compare(sides: &[Side<'_>], restore: &dyn Fn()) {
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); sides.len()];
    for _ in 0..RUNS {
        for (side, samples) in sides.iter().zip(&mut samples) {
            samples.push(run(side));
            restore();
        }
    }
    let median = |mut values: Vec<u128>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let mut floor = None;
    for (Side { name, .. }, samples) in sides.iter().zip(samples) {
        let time = median(samples.iter().map(|sample| sample.time).collect());
        let memory = median(samples.iter().map(|sample| u128::from(sample.memory)).collect());
        let hundredths = time * 100 / (*floor.get_or_insert(time)).max(1);
        println!(
            "{name:18} {:6} ms of processor time  {}.{:02} times the first  {:6} KiB at most",
            time / 1000,
            hundredths / 100,
            hundredths % 100,
            memory / 1024
        );
    }
}

/// Runs a side by a process that is small: what its parent has in memory counts for the child as well.
fn run(side: &Side<'_>) -> Sample {
    let this = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(this);
    command.arg("--measure").arg(side.program).args(&side.arguments);
    let output = command.stderr(Stdio::inherit()).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().expect("it prints numbers"));
    let mut next = || numbers.next().expect("it prints two numbers");
    Sample { time: u128::from(next()), memory: next() }
}

/// Runs a program and prints what it took: processor time in microseconds, and the most memory in bytes.
fn measure_one(program: &OsStr, arguments: &[OsString]) {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let used = child.wait4().expect("the program ends").rusage;
    println!("{} {}", (used.utime + used.stime).as_micros(), used.maxrss);
}

/// The Compose files below `root` by name, with their bytes.
fn compose_files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in walker(root).build().flatten().filter(is_compose_file) {
        files.push((entry.path().to_owned(), fs::read(entry.path()).expect("it can be read")));
    }
    files
}

/// Walks with the filters of the program.
fn walker(root: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder.git_global(false).ignore(false).filter_entry(|entry| {
        entry.depth() == 0 || !["node_modules", "vendor"].iter().any(|name| entry.file_name() == *name)
    });
    builder
}

fn is_compose_file(entry: &DirEntry) -> bool {
    let is_named = |name: &str| {
        name.contains("compose") && [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending))
    };
    entry.file_name().to_str().is_some_and(is_named) && entry.file_type().is_some_and(|kind| kind.is_file())
}

/// Reads every Compose file below `root`, and replaces those in `written` by a copy; returns how many bytes it read.
fn floor(root: &Path, written: &HashSet<&Path>) -> u64 {
    let bytes = AtomicU64::new(0);
    walker(root).build_parallel().run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && is_compose_file(&entry)
            {
                let text = fs::read(entry.path()).unwrap_or_default();
                bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
                if written.contains(entry.path()) {
                    replace(entry.path(), &text).expect("the file can be replaced");
                }
            }
            WalkState::Continue
        })
    });
    bytes.into_inner()
}

/// Reads every Compose file below `root`, and has yaml-rust2 read each distinct text twice, for before and after; returns
/// how many events there are.
fn read_floor(root: &Path) -> u64 {
    let (known, events) = (Mutex::new(HashSet::new()), AtomicU64::new(0));
    walker(root).build_parallel().run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && is_compose_file(&entry)
                && let Ok(text) = fs::read_to_string(entry.path())
                && known.lock().expect("no thread panicked").insert(hash(&text))
            {
                for _ in 0..2 {
                    let mut count = Count(0);
                    // What it cannot read, it has read in part.
                    let _ = Parser::new(text.chars()).load(&mut count, true);
                    events.fetch_add(count.0, Ordering::Relaxed);
                }
            }
            WalkState::Continue
        })
    });
    events.into_inner()
}

struct Count(u64);

impl EventReceiver for Count {
    fn on_event(&mut self, event: Event) {
        self.0 += u64::from(black_box(event) != Event::Nothing);
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Replaces the file at `path` by one with its permissions and `bytes`.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(fs::metadata(path)?.permissions())?;
    file.persist(path)?;
    Ok(())
}

/// Makes repositories of about 20 files each below `root`, one or two of them Compose files, no two alike.
fn make_tree(root: &Path) {
    for number in 0..REPOSITORIES {
        let top = root.join(format!("team{:02}/repository{number:04}", number / 100));
        put(&top.join(".git/HEAD"), "ref: refs/heads/main\n");
        put(&top.join(".gitignore"), "node_modules/\ndist/\n");
        put(&top.join("README.md"), &"Some words about the project.\n".repeat(40));
        for file in 0..10 {
            put(&top.join(format!("src/part{}/file{file}.js", file % 4)), &"// code\n".repeat(100));
            put(&top.join(format!("node_modules/package{file}/index.js")), "// code\n");
        }
        put(&top.join("docker-compose.yml"), &compose_file(number, 12));
        if number % 3 == 0 {
            put(&top.join("deploy/compose.yaml"), &compose_file(number, 5));
        }
    }
}

fn compose_file(number: usize, services: usize) -> String {
    let mut text = format!("# Project {number}\nservices:\n");
    for service in 0..services {
        let lines = [
            format!(
                "  service-{service}:\n    image: registry.example.com/team/image-{number}:{service}.1\n"
            ),
            "    restart: unless-stopped\n    environment:\n      LOG_LEVEL: info # chatty\n".to_owned(),
            format!("    ports:\n      - \"{}:80\"\n    depends_on: [db]\n\n", 8000 + service),
        ];
        text.push_str(&lines.concat());
    }
    text
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a new directory");
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a new file");
}
