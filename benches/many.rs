//! Many repositories: whole processes beside a floor that only walks the same tree and reads the same files.
//!
//!     cargo bench --bench many                 # over a tree that it makes
//!     TREE=DIR cargo bench --bench many        # over any other tree of repositories
//!
//! Runs take turns, and what counts are ratios of medians: processor time, user and system, and the peak of memory.

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use ignore::{WalkBuilder, WalkState};
use wait4::Wait4 as _;

/// The program's own, for both sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 11;
const REPOSITORIES: usize = 2000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--floor") {
        let root = arguments.next().expect("a directory follows --floor");
        println!("{}", floor(Path::new(&root)));
        return;
    }
    let made = tempfile::tempdir().expect("a temporary directory");
    let given = std::env::var_os("TREE").map(PathBuf::from);
    let is_given = given.is_some();
    let root = given.unwrap_or_else(|| make_tree(made.path()));
    let this = std::env::current_exe().expect("the path of this program");
    let program = Path::new(env!("CARGO_BIN_EXE_compose-harden"));
    let mut sides: Vec<(&str, &Path, &[&str])> =
        vec![("floor", &this, &["--floor"]), ("fix", program, &["fix"])];
    // Those that it makes have no commit, and nothing to migrate.
    if is_given {
        sides.push(("migrate --dry-run", program, &["migrate", "--dry-run"]));
    }
    let mut samples: Vec<Vec<(u128, u64)>> = vec![Vec::new(); sides.len()];
    for _ in 0..RUNS {
        for ((_, program, arguments), samples) in sides.iter().zip(&mut samples) {
            samples.push(run(program, arguments, &root));
        }
    }
    let median = |values: &mut Vec<u128>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let mut floor_time = None;
    for ((name, ..), samples) in sides.iter().zip(samples) {
        let time = median(&mut samples.iter().map(|(time, _)| *time).collect());
        let memory = median(&mut samples.iter().map(|(_, memory)| u128::from(*memory)).collect());
        let floor_time = *floor_time.get_or_insert(time);
        let hundredths = time * 100 / floor_time.max(1);
        println!(
            "{name:18} {:6} ms of processor time  {}.{:02} times the floor  {:6} KiB at most",
            time / 1000,
            hundredths / 100,
            hundredths % 100,
            memory / 1024
        );
    }
}

/// Runs a program over `root`; returns its processor time in microseconds, and its peak of memory in bytes.
fn run(program: &Path, arguments: &[&str], root: &Path) -> (u128, u64) {
    let mut command = Command::new(program);
    command.args(arguments).arg(root).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let used = child.wait4().expect("the program ends").rusage;
    ((used.utime + used.stime).as_micros(), used.maxrss)
}

/// Walks `root` with the filters of the program, and reads every Compose file; returns how many bytes that were.
fn floor(root: &Path) -> u64 {
    let bytes = AtomicU64::new(0);
    let mut builder = WalkBuilder::new(root);
    builder.git_global(false).ignore(false).filter_entry(|entry| {
        entry.depth() == 0 || !["node_modules", "vendor"].iter().any(|name| entry.file_name() == *name)
    });
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && let Some(name) = entry.file_name().to_str()
                && name.contains("compose")
                && [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending))
                && entry.file_type().is_some_and(|kind| kind.is_file())
            {
                let read = fs::read(entry.path()).map_or(0, |text| text.len() as u64);
                bytes.fetch_add(read, Ordering::Relaxed);
            }
            WalkState::Continue
        })
    });
    bytes.into_inner()
}

/// Makes repositories of about 20 files each below `root`, one or two of them Compose files, no two alike.
fn make_tree(root: &Path) -> PathBuf {
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
    root.to_owned()
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
