//! Runs a command: files in, diffs and messages out, an exit code at the end.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use anyhow::Context as _;

use super::args::{Args, Command};
use super::end::End;
use super::interrupt;
use super::listener::Listener;
use super::mode::{Mode, Shape};
use super::presenter::{Presenter, say};
use crate::discover::{Filter, Part, Request, Searched, Unit, survey};
use crate::harden::{Hardener, UnitOutcome, in_order};
use crate::output::disk::Disk;
use crate::output::snippet::Colour;
use crate::policy::Policy;

/// Repositories inside of each other have threads of their own as deep as this.
const MAX_SHARED_DEPTH: usize = 4;

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
    let current_directory = std::env::current_dir().context("cannot determine the current directory")?;
    let request = Request {
        paths: selection.paths.clone(),
        files: selection.files.clone(),
        project_directory: selection.project_directory.clone(),
        compose_file: std::env::var_os("COMPOSE_FILE"),
        path_separator: std::env::var_os("COMPOSE_PATH_SEPARATOR"),
        filter: Filter::new(&current_directory, &selection.include, &selection.exclude)?,
        sniff: selection.sniff,
        current_directory,
    };
    let hardener = Hardener::new(Policy::default());
    let explained = mode == (Mode::Check { explain: true });
    let directory = &request.current_directory;
    let mut presenter = Presenter::new(mode, colour, directory);
    // Where the exit code tells what was found, the work goes on though nobody reads what is printed any more.
    let counts = !matches!(mode, Mode::Show { exit_code: false, .. });
    let out = &mut Listener::new(out, counts);
    interrupt::listen();
    let parts = survey(&request).parts;
    let harden = |unit: Unit<'_>| {
        let mut disk = Disk::new(&unit, directory);
        let outcome = if explained {
            hardener.explained_unit(&unit, &mut disk)
        } else {
            hardener.unit(&unit, &mut disk)
        };
        let (repository, states) = (unit.repository().map(Path::to_owned), disk.into_states());
        (repository, outcome, states)
    };
    let mut take = |(repository, outcome, states): (Option<PathBuf>, UnitOutcome, _)| {
        let shown = presenter.unit(repository.as_deref(), &outcome, &states, out);
        match shown {
            Ok(()) if interrupt::is_interrupted() => ControlFlow::Break(Ok(End::Interrupted)),
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    };
    let end = each_unit(parts, 0, &harden, &mut take);
    if let ControlFlow::Break(end) = end {
        return end;
    }
    out.flush()?;
    say(&format!("{}\n", presenter.summary.line(mode)));
    Ok(presenter.summary.end(mode, tolerant))
}

/// Calls `work` on each unit of `parts` and of those inside of them, and `take` on what comes of it in order of path, until
/// it breaks.
fn each_unit<'r, C: Send, B>(
    parts: Vec<Part<'r>>,
    depth: usize,
    work: &(impl Fn(Unit<'r>) -> C + Sync),
    take: &mut impl FnMut(C) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let search = |part: Part<'r>| {
        let Searched { units, parts, .. } = part.search();
        (units.into_iter().map(work).collect::<Vec<_>>(), parts)
    };
    let take_all = |(came, inner): (Vec<C>, Vec<Part<'r>>)| {
        came.into_iter().try_for_each(&mut *take)?;
        each_unit(inner, depth + 1, work, take)
    };
    if depth < MAX_SHARED_DEPTH {
        in_order(parts, search, take_all)
    } else {
        parts.into_iter().map(search).try_for_each(take_all)
    }
}
