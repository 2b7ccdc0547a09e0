//! The command `compose-harden`.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use compose_harden::cli::{Args, Status, run};

/// Scalars of the second reader are many small strings, and trees are few large vectors: both cost less with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args, &mut BufWriter::new(io::stdout().lock())) {
        Ok(status) => status.into(),
        // Whoever reads the diff has seen enough, as `head` does.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be said where standard error is closed as well.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            Status::Failed.into()
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
