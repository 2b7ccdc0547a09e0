//! Runs a command: files in, diffs and messages out, an exit code at the end.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::ColorChoice;
use anyhow::Context as _;

use super::args::{Args, Command};
use super::disk::Disk;
use super::interrupt;
use super::summary::Summary;
use crate::compose::{Group, Request, discover};
use crate::harden::{Change, Outcome, explain, harden_groups};
use crate::output::diff::{display_path, unified_diff};
use crate::output::explanation::write_explanation;
use crate::output::snippet::{Colour, Messages, render_for_path};
use crate::output::write::replace;
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
/// Those of `out`, and a current directory that is not known.
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
        current_directory: current_directory.clone(),
        compose_file: std::env::var_os("COMPOSE_FILE"),
        path_separator: std::env::var_os("COMPOSE_PATH_SEPARATOR"),
    };
    let disk = Disk::new(&current_directory);
    let mut run = Run { mode, colour, policy: Policy::default(), disk, summary: Summary::default() };
    interrupt::listen();
    let mut groups = discover(&request);
    groups.retain(|group| run.is_known(group));
    if mode == (Mode::Check { explain: true }) {
        for group in &groups {
            run.explain(group, out)?;
        }
    }
    let outcomes = harden_groups(&groups, &mut run.disk, &run.policy);
    if mode == Mode::Write {
        interrupt::start_writing();
    }
    for outcome in outcomes {
        if interrupt::is_interrupted() {
            return Ok(Status::Interrupted);
        }
        run.report(&outcome, &current_directory, out)?;
    }
    out.flush()?;
    say(&format!("{}\n", run.summary.line(mode)));
    Ok(run.summary.status(mode))
}

struct Run {
    mode: Mode,
    colour: Colour,
    policy: Policy,
    disk: Disk,
    summary: Summary,
}

impl Run {
    /// Says what there is to say about a group, and whether it is known what Docker Compose would load.
    fn is_known(&mut self, group: &Group) -> bool {
        for (path, message) in &group.messages {
            say(&render_for_path(message, self.disk.shown(path), self.colour));
        }
        let errors = group.messages.iter().filter(|(_, message)| message.severity == Severity::Error).count();
        self.summary.failed += errors;
        errors == 0
    }

    fn explain(&mut self, group: &Group, out: &mut impl Write) -> io::Result<()> {
        for explanation in explain(&group.lists, &group.variants, &mut self.disk, &self.policy) {
            write_explanation(out, &explanation)?;
        }
        Ok(())
    }

    fn report(&mut self, outcome: &Outcome, directory: &Path, out: &mut impl Write) -> anyhow::Result<()> {
        // What is said about a file comes behind what was shown of the ones before it.
        out.flush()?;
        for refusal in &outcome.refusals {
            self.tell(refusal, outcome);
        }
        self.summary.refused += outcome.refusals.len();
        self.summary.bare += outcome.bare;
        for note in &outcome.notes {
            self.tell(note, outcome);
        }
        for change in &outcome.changes {
            self.change(change, outcome, directory, out)?;
        }
        self.summary.clean += outcome.clean().count();
        Ok(())
    }

    fn tell(&self, message: &FileDiagnostic, outcome: &Outcome) {
        let FileDiagnostic { path, diagnostic } = message;
        say(&match outcome.source(path) {
            Some(source) => Messages::new(source, self.colour).render(diagnostic),
            None => render_for_path(diagnostic, self.disk.shown(path), self.colour),
        });
    }

    fn change(
        &mut self,
        change: &Change,
        outcome: &Outcome,
        directory: &Path,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let Some(source) = outcome.source(&change.path) else { return Ok(()) };
        let services = outcome.hardened(&change.path);
        self.summary.changed += 1;
        self.summary.hardened += services.clone().count();
        match self.mode {
            Mode::Check { .. } => {
                let messages = Messages::new(source, self.colour);
                for service in services {
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
                let shown = display_path(&change.path, directory);
                out.write_all(&unified_diff(&shown, source.text(), &change.edits))?;
            }
            Mode::Write => {
                let state = self.disk.state(&change.path).context("a file that changes was read")?;
                if let Err(error) = replace(&change.path, state, change.after.as_bytes()) {
                    let diagnostic = Diagnostic::error(error.to_string());
                    say(&render_for_path(&diagnostic, self.disk.shown(&change.path), self.colour));
                    self.summary.hardened -= outcome.hardened(&change.path).count();
                    self.summary.changed -= 1;
                    self.summary.failed += 1;
                }
            }
        }
        Ok(())
    }
}

/// Says something to people, who may have stopped listening: the work goes on.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
