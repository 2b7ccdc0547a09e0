//! The command `compose-harden`.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use compose_harden::cli::{Args, End, run};
use compose_harden::output::snippet::clean_message;

/// Scalars of the second reader are many small strings, and trees are few large vectors: both cost less with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    let args = Args::parse();
    match run(&args, &mut BufWriter::new(io::stdout().lock())) {
        Ok(end) => end.into(),
        // Whoever reads the diff has seen enough, as `head` does.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be said where standard error is closed as well.
            let _ = writeln!(io::stderr(), "error: {}", clean_message(&format!("{error:#}")));
            End::Failed.into()
        }
    }
}

/// Keeps the system from giving the allocator pages of 2 MiB, most of which would stay empty: many small files would take
/// three times the memory, and no less time.
#[cfg(target_os = "linux")]
fn use_small_pages() {
    // A system without this setting has no such pages, and what they cost is memory alone.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn use_small_pages() {}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
