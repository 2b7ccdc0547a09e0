//! Runs a command: files in, diffs and messages out, an exit code at the end.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anstream::ColorChoice;
use anyhow::Context as _;

use super::args::{Args, Command};
use super::end::End;
use super::interrupt;
use super::listener::Listener;
use super::mode::{Mode, Shape};
use super::presenter::{Presenter, say};
use crate::compose::{Filter, Part, Request, Unit, survey};
use crate::harden::{Memory, harden_unit, in_order};
use crate::output::disk::Disk;
use crate::output::snippet::Colour;
use crate::policy::Policy;

/// Runs the command that `args` name: diffs go to `out`, messages to standard error.
///
/// # Errors
/// Those of `out`, globs that are not well formed, a current directory that is not known, and options of `migrate` that
/// cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<End> {
    let (selection, mode) = match &args.command {
        Command::Migrate(migrate) => return super::migrate::run(migrate, out),
        Command::Check(check) => (&check.selection, Mode::Check { explain: check.explain }),
        Command::Fix(fix) if fix.write => (&fix.selection, Mode::Write { durable: fix.durable }),
        Command::Fix(fix) => {
            let shape = if fix.stat { Shape::Stat } else { Shape::Diff(fix.format) };
            (&fix.selection, Mode::Show { shape, exit_code: fix.exit_code })
        }
    };
    let tolerant = matches!(&args.command, Command::Fix(fix) if fix.tolerate_errors);
    let colour = match anstream::AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => Colour::Plain,
        _ => Colour::Ansi,
    };
    let current_directory = std::env::current_dir().context("cannot tell the current directory")?;
    let request = Request {
        paths: selection.paths.clone(),
        files: selection.files.clone(),
        compose_file: std::env::var_os("COMPOSE_FILE"),
        path_separator: std::env::var_os("COMPOSE_PATH_SEPARATOR"),
        filter: Filter::new(&current_directory, &selection.include, &selection.exclude)?,
        sniff: selection.sniff,
        current_directory,
    };
    let (policy, memory) = (Policy::default(), Memory::default());
    let explained = mode == (Mode::Check { explain: true });
    let directory = &request.current_directory;
    let mut presenter = Presenter::new(mode, colour, directory);
    // Where the exit code tells what was found, the work goes on though nobody reads what is printed any more.
    let counts = !matches!(mode, Mode::Show { exit_code: false, .. });
    let out = &mut Listener::new(out, counts);
    interrupt::listen();
    let parts = survey(&request).parts;
    if matches!(mode, Mode::Write { .. }) {
        interrupt::start_writing();
    }
    let harden = |unit: Unit<'_>| {
        let mut disk = Disk::new(&unit, directory);
        let outcome = harden_unit(&unit, &mut disk, &policy, &memory, explained);
        let (repository, states) = (unit.repository().map(Path::to_owned), disk.into_states());
        (repository, outcome, states)
    };
    let work = |part: Part<'_>| part.search().units.into_iter().map(harden).collect::<Vec<_>>();
    let end = in_order(parts, work, |came| {
        came.into_iter().try_for_each(|(repository, outcome, states)| {
            match presenter.unit(repository.as_deref(), &outcome, &states, out) {
                Ok(()) if interrupt::is_interrupted() => ControlFlow::Break(Ok(End::Interrupted)),
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(Err(error)),
            }
        })
    });
    if let ControlFlow::Break(end) = end {
        return end;
    }
    out.flush()?;
    say(&format!("{}\n", presenter.summary.line(mode)));
    Ok(presenter.summary.end(mode, tolerant))
}
