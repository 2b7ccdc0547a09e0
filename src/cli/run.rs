//! Runs a command: files in, diffs and messages out, an exit code at the end.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::ColorChoice;
use anyhow::Context as _;
use foldhash::HashMap;

use super::args::{Args, Command};
use super::interrupt;
use super::summary::Summary;
use crate::compose::{Filter, Request, Unit, units};
use crate::harden::{Change, Outcome, UnitOutcome, harden_unit, in_order};
use crate::output::diff::{display_path, unified_diff};
use crate::output::disk::{Disk, shown_path};
use crate::output::explanation::write_explanation;
use crate::output::snippet::{Colour, Messages, render_for_path};
use crate::output::write::{FileState, WriteError, check_replaceable, replace};
use crate::policy::Policy;
use crate::text::{Diagnostic, FileDiagnostic, Severity};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All is done.
    Done,
    /// A service is not hardened, or something would change.
    Unhardened,
    /// A file is wrong.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Unhardened => 1,
            Status::Failed => 2,
            Status::Interrupted => interrupt::EXIT_CODE,
        })
    }
}

/// What to do with a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Show { exit_code: bool },
    Write,
    Check { explain: bool },
}

/// Runs the command that `args` name: diffs go to `out`, messages to standard error.
///
/// # Errors
/// Those of `out`, globs that are not well formed, and a current directory that is not known.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<Status> {
    let (selection, mode) = match &args.command {
        Command::Check(check) => (&check.selection, Mode::Check { explain: check.explain }),
        Command::Fix(fix) if fix.write => (&fix.selection, Mode::Write),
        Command::Fix(fix) => (&fix.selection, Mode::Show { exit_code: fix.exit_code }),
    };
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
    let policy = Policy::default();
    let explained = mode == (Mode::Check { explain: true });
    let directory = &request.current_directory;
    let mut report = Report { mode, colour, directory, summary: Summary::default() };
    interrupt::listen();
    let units = units(&request);
    if mode == Mode::Write {
        interrupt::start_writing();
    }
    let work = |unit: &Unit<'_>| {
        let mut disk = Disk::new(unit, directory);
        let outcome = harden_unit(unit, &mut disk, &policy, explained);
        (outcome, disk.into_states())
    };
    let end = in_order(&units, work, |(outcome, states)| match report.unit(&outcome, &states, out) {
        Ok(()) if interrupt::is_interrupted() => ControlFlow::Break(Ok(Status::Interrupted)),
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(Err(error)),
    });
    if let ControlFlow::Break(end) = end {
        return end;
    }
    out.flush()?;
    say(&format!("{}\n", report.summary.line(mode)));
    Ok(report.summary.status(mode))
}

/// What is shown, written and counted.
struct Report<'r> {
    mode: Mode,
    colour: Colour,
    /// Paths are shown as seen from here.
    directory: &'r Path,
    summary: Summary,
}

impl Report<'_> {
    fn unit(
        &mut self,
        unit: &UnitOutcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        // What is said about a file comes behind what was shown of the ones before it.
        out.flush()?;
        for (path, message) in &unit.messages {
            say(&render_for_path(message, shown_path(path, self.directory), self.colour));
            self.summary.failed += usize::from(message.severity == Severity::Error);
        }
        for explanation in &unit.explanations {
            write_explanation(out, explanation)?;
        }
        for outcome in &unit.outcomes {
            self.outcome(outcome, states, out)?;
            if interrupt::is_interrupted() {
                break;
            }
        }
        Ok(())
    }

    fn outcome(
        &mut self,
        outcome: &Outcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        out.flush()?;
        for message in outcome.refusals.iter().chain(&outcome.notes) {
            self.tell(message, outcome);
        }
        self.summary.refused += outcome.refusals.len();
        self.summary.bare += outcome.bare;
        if self.mode != Mode::Write || self.can_write(outcome, states)? {
            for change in &outcome.changes {
                self.change(change, outcome, states, out)?;
            }
        }
        self.summary.clean += outcome.clean().count();
        Ok(())
    }

    /// Whether all files of `outcome` can be written; says which cannot. A project is not written in part.
    fn can_write(&mut self, outcome: &Outcome, states: &HashMap<PathBuf, FileState>) -> anyhow::Result<bool> {
        let before = self.summary.failed;
        for change in &outcome.changes {
            if let Err(error) = check_replaceable(&change.path, state_of(change, states)?) {
                self.cannot_write(change, &error);
            }
        }
        Ok(self.summary.failed == before)
    }

    fn cannot_write(&mut self, change: &Change, error: &WriteError) {
        let path = shown_path(&change.path, self.directory);
        say(&render_for_path(&Diagnostic::error(error.to_string()), path, self.colour));
        self.summary.failed += 1;
    }

    fn tell(&self, message: &FileDiagnostic, outcome: &Outcome) {
        let FileDiagnostic { path, diagnostic } = message;
        say(&match outcome.source(path) {
            Some(source) => Messages::new(source, self.colour).render(diagnostic),
            None => render_for_path(diagnostic, shown_path(path, self.directory), self.colour),
        });
    }

    fn change(
        &mut self,
        change: &Change,
        outcome: &Outcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let Some(source) = outcome.source(&change.path) else { return Ok(()) };
        let services = outcome.hardened(&change.path);
        match self.mode {
            Mode::Check { .. } => {
                let messages = Messages::new(source, self.colour);
                for service in services.clone() {
                    let diagnostic = Diagnostic::error(format!(
                        "service `{}` is not hardened",
                        source.slice(service.span)
                    ))
                    .at(service.span, "")
                    .help("run `compose-harden fix` to see the change");
                    say(&messages.render(&diagnostic));
                }
            }
            Mode::Show { .. } => {
                let shown = display_path(&change.path, self.directory);
                out.write_all(&unified_diff(&shown, source.text(), &change.edits))?;
            }
            Mode::Write => {
                let state = states.get(&change.path).context("a file that changes was read")?;
                if let Err(error) = replace(&change.path, state, change.after.as_bytes()) {
                    let diagnostic = Diagnostic::error(error.to_string());
                    say(&render_for_path(&diagnostic, shown_path(&change.path, self.directory), self.colour));
                    self.summary.failed += 1;
                    return Ok(());
                }
            }
        }
        self.summary.changed += 1;
        self.summary.hardened += services.count();
        Ok(())
    }
}

/// The state that a file was in when it was read.
fn state_of<'s>(change: &Change, states: &'s HashMap<PathBuf, FileState>) -> anyhow::Result<&'s FileState> {
    states.get(&change.path).context("a file that changes was read")
}

/// Says something to people, who may have stopped listening: the work goes on.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
