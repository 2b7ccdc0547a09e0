//! Prints the events of a YAML file, in the notation of the yaml-test-suite.
//!
//!     cargo run --release --example yaml_events -- FILE
//!
//! Exits 1, with a message, where the file is not YAML 1.2.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use compose_harden::{text::Source, yaml};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let path: PathBuf = std::env::args_os().nth(1).context("usage: yaml_events FILE")?.into();
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let source = Source::from_bytes(&path, bytes).with_context(|| path.display().to_string())?;
    let tree = yaml::parse(source.text());
    let relaxed = tree.relaxations().iter().map(|relaxation| (relaxation.offset, relaxation.kind));
    let errors = tree.errors().iter().map(|error| (error.span.start(), error.kind));
    let first = errors.chain(relaxed).min_by_key(|(offset, _)| *offset);
    let mut events = String::new();
    yaml::write_events(&tree, &mut events)?;
    std::io::stdout().lock().write_all(events.as_bytes())?;
    if let Some((offset, kind)) = first {
        let place = source.position(offset);
        bail!("{}:{}:{}: {kind}", path.display(), place.line, place.column);
    }
    Ok(())
}
