//! Runs a command: files in, diffs and messages out, an exit code at the end.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::ColorChoice;

use super::args::{Args, Command};
use super::discover::discover;
use crate::harden::{Change, Outcome, harden};
use crate::output::diff::{display_path, unified_diff};
use crate::output::snippet::{Colour, Messages, render_for_path};
use crate::output::write::{FileState, read, replace};
use crate::plan::{Decision, PlannedService};
use crate::policy::Policy;
use crate::text::{Diagnostic, Severity, Source};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All is done.
    Done,
    /// A service is not hardened, or something would change.
    Unhardened,
    /// A file is wrong.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Unhardened => 1,
            Status::Failed => 2,
        })
    }
}

/// What to do with a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Show { exit_code: bool },
    Write,
    Check,
}

/// What a run came to.
#[derive(Default)]
struct Summary {
    hardened: usize,
    changed: usize,
    clean: usize,
    refused: usize,
}

/// Runs the command that `args` name: diffs go to `out`, messages to standard error.
///
/// # Errors
/// Only those of `out` and standard error.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<Status> {
    let (paths, mode) = match &args.command {
        Command::Check { paths } => (paths, Mode::Check),
        Command::Fix(fix) if fix.write => (&fix.paths, Mode::Write),
        Command::Fix(fix) => (&fix.paths, Mode::Show { exit_code: fix.exit_code }),
    };
    let colour = match anstream::AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => Colour::Plain,
        _ => Colour::Ansi,
    };
    let mut run = Run { mode, colour, policy: Policy::default(), summary: Summary::default() };
    for path in paths {
        let found = discover(path);
        if let Some(message) = &found.message {
            say(&render_for_path(message, &found.path, colour))?;
            if message.severity == Severity::Error {
                run.summary.refused += 1;
                continue;
            }
        }
        run.file(&found.path, out)?;
    }
    out.flush()?;
    say(&format!("{}\n", run.summary_line()))?;
    Ok(run.status())
}

struct Run {
    mode: Mode,
    colour: Colour,
    policy: Policy,
    summary: Summary,
}

impl Run {
    fn file(&mut self, path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
        let (source, state) = match read_source(path) {
            Ok(read) => read,
            Err(diagnostic) => return self.refuse(&render_for_path(&diagnostic, path, self.colour)),
        };
        match harden(&source, &self.policy) {
            Outcome::Clean(_) => self.summary.clean += 1,
            Outcome::Refused(diagnostics) => {
                let messages = Messages::new(&source, self.colour);
                let rendered: String =
                    diagnostics.iter().map(|diagnostic| messages.render(diagnostic)).collect();
                self.refuse(&rendered)?;
            }
            Outcome::Changed(change) => self.change(path, &source, &state, &change, out)?,
        }
        Ok(())
    }

    fn change(
        &mut self,
        path: &Path,
        source: &Source,
        state: &FileState,
        change: &Change,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        match self.mode {
            Mode::Check => self.list_unhardened(source, &change.services)?,
            Mode::Show { .. } => {
                let shown = display_path(path, &std::env::current_dir()?);
                out.write_all(&unified_diff(&shown, source.text(), &change.edits))?;
            }
            Mode::Write => {
                if let Err(error) = replace(path, state, change.after.as_bytes()) {
                    let diagnostic = Diagnostic::error(error.to_string());
                    return self.refuse(&render_for_path(&diagnostic, path, self.colour));
                }
            }
        }
        self.summary.changed += 1;
        self.summary.hardened += change.services.iter().filter(|service| gains(service)).count();
        Ok(())
    }

    fn list_unhardened(&self, source: &Source, services: &[PlannedService]) -> anyhow::Result<()> {
        let messages = Messages::new(source, self.colour);
        for service in services.iter().filter(|service| gains(service)) {
            let diagnostic = Diagnostic::error(format!("service `{}` is not hardened", service.name))
                .at(service.span, "")
                .help("run `compose-harden fix` to see the change");
            say(&messages.render(&diagnostic))?;
        }
        Ok(())
    }

    fn refuse(&mut self, rendered: &str) -> anyhow::Result<()> {
        self.summary.refused += 1;
        say(rendered)
    }

    fn summary_line(&self) -> String {
        let Summary { hardened, changed, clean, refused } = self.summary;
        let services = count(hardened, "service");
        let files = count(changed, "file");
        let mut parts = Vec::new();
        if changed > 0 {
            parts.push(match self.mode {
                Mode::Write => format!("{services} hardened in {files}"),
                Mode::Show { .. } => format!("{services} to harden in {files}; `--write` applies the change"),
                Mode::Check => format!("{services} not hardened in {files}"),
            });
        }
        if clean > 0 {
            parts.push(format!("{} with nothing to do", count(clean, "file")));
        }
        if refused > 0 {
            parts.push(format!("{refused} refused"));
        }
        parts.join(", ")
    }

    fn status(&self) -> Status {
        let would_change = matches!(self.mode, Mode::Check | Mode::Show { exit_code: true });
        match self.summary {
            Summary { refused: 1.., .. } => Status::Failed,
            Summary { changed: 1.., .. } if would_change => Status::Unhardened,
            _ => Status::Done,
        }
    }
}

fn read_source(path: &Path) -> Result<(Source, FileState), Diagnostic> {
    let (bytes, state) = read(path).map_err(|error| Diagnostic::error(error.to_string()))?;
    let source = Source::from_bytes(path, bytes).map_err(|error| {
        Diagnostic::error(error.to_string()).help("save the file as UTF-8, or leave it out")
    })?;
    Ok((source, state))
}

fn say(text: &str) -> anyhow::Result<()> {
    io::stderr().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn gains(service: &PlannedService) -> bool {
    matches!(service.decision, Decision::Harden | Decision::Inherits)
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
