//! Shows, writes and counts what came of units of work, one after another.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use foldhash::HashMap;

use super::args::DiffFormat;
use super::interrupt;
use super::run::{Mode, Shape};
use super::summary::{Summary, count};
use crate::compose::Unit;
use crate::harden::{Change, Outcome, UnitOutcome};
use crate::output::diff::{Stat, blob_id, display_path, stat, write_git_header, write_unified_diff};
use crate::output::disk::shown_path;
use crate::output::explanation::write_explanation;
use crate::output::snippet::{Colour, Messages, render_for_path};
use crate::output::write::{FileState, WriteError, Writer, check_replaceable};
use crate::text::{Diagnostic, FileDiagnostic, Severity, Source};

/// What is shown, written and counted.
pub(super) struct Report<'r> {
    mode: Mode,
    colour: Colour,
    /// Paths are shown as seen from here.
    directory: &'r Path,
    writer: Writer,
    pub(super) summary: Summary,
}

impl<'r> Report<'r> {
    pub(super) fn new(mode: Mode, colour: Colour, directory: &'r Path) -> Self {
        let writer = Writer::new(mode == Mode::Write { durable: true });
        Self { mode, colour, directory, writer, summary: Summary::default() }
    }

    /// Reports what came of `unit`.
    pub(super) fn unit(
        &mut self,
        unit: &Unit<'_>,
        came: &UnitOutcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        // What is said about a file comes behind what was shown of the ones before it.
        out.flush()?;
        for (path, message) in &came.messages {
            say(&render_for_path(message, shown_path(path, self.directory), self.colour));
            self.summary.failed += usize::from(message.severity == Severity::Error);
        }
        for explanation in &came.explanations {
            write_explanation(out, explanation)?;
        }
        for outcome in &came.outcomes {
            self.outcome(unit, outcome, states, out)?;
            if interrupt::is_interrupted() {
                break;
            }
        }
        Ok(())
    }

    fn outcome(
        &mut self,
        unit: &Unit<'_>,
        outcome: &Outcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        out.flush()?;
        let messages: Vec<_> = outcome.refusals.iter().chain(&outcome.notes).collect();
        for messages in messages.chunk_by(|one, other| one.path == other.path) {
            self.tell(messages, outcome);
        }
        self.summary.refused += outcome.refusals.len();
        self.summary.bare += outcome.bare;
        if !matches!(self.mode, Mode::Write { .. }) || self.can_write(outcome, states)? {
            for change in &outcome.changes {
                self.change(change, unit, outcome, states, out)?;
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
                self.cannot_write(shown(change, outcome), &error);
            }
        }
        Ok(self.summary.failed == before)
    }

    fn cannot_write(&mut self, path: &Path, error: &WriteError) {
        say(&render_for_path(&Diagnostic::error(error.to_string()), path, self.colour));
        self.summary.failed += 1;
    }

    /// Says what runs that were killed left and may be needed.
    fn tell_kept(&mut self) {
        for path in self.writer.take_kept() {
            let title =
                "a run was killed while it replaced a file here, and this may be what another process wrote";
            let help = "compare it with the Compose files beside it, and remove it";
            let diagnostic = Diagnostic::warning(title).help(help);
            say(&render_for_path(&diagnostic, shown_path(&path, self.directory), self.colour));
        }
    }

    /// Says what there is to say about one file.
    fn tell(&self, messages: &[&FileDiagnostic], outcome: &Outcome) {
        let Some(first) = messages.first() else { return };
        let known = outcome.source(&first.path).map(|source| Messages::new(source, self.colour));
        for FileDiagnostic { path, diagnostic } in messages {
            say(&match &known {
                Some(known) => known.render(diagnostic),
                None => render_for_path(diagnostic, shown_path(path, self.directory), self.colour),
            });
        }
    }

    fn change(
        &mut self,
        change: &Change,
        unit: &Unit<'_>,
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
            Mode::Show { shape, .. } => {
                let path = match (shape, unit.repository()) {
                    (Shape::Diff(DiffFormat::Git), Some(top)) => display_path(&change.path, top),
                    _ => display_path(source.path(), self.directory),
                };
                if shape == Shape::Stat {
                    let Stat { added, removed } = stat(source.text(), &change.edits);
                    let services = count(services.clone().count(), "service");
                    writeln!(out, "{} | {services} | +{added} -{removed}", path.display())?;
                } else {
                    if shape == Shape::Diff(DiffFormat::Git) {
                        let ids = [source.text(), &change.after].map(blob_id);
                        let executable = state_of(change, states)?.is_executable();
                        let mode = if executable { "100755" } else { "100644" };
                        write_git_header(out, &path, (&ids[0], &ids[1]), mode)?;
                    }
                    write_unified_diff(out, &path, source.text(), &change.edits)?;
                }
            }
            Mode::Write { .. } => {
                let written =
                    self.writer.replace(&change.path, state_of(change, states)?, change.after.as_bytes());
                self.tell_kept();
                if let Err(error) = written {
                    self.cannot_write(source.path(), &error);
                    return Ok(());
                }
            }
        }
        self.summary.changed += 1;
        self.summary.hardened += services.count();
        Ok(())
    }
}

/// The path of a file that changes, as it is shown to people.
fn shown<'o>(change: &'o Change, outcome: &'o Outcome) -> &'o Path {
    outcome.source(&change.path).map_or(change.path.as_path(), Source::path)
}

/// The state that a file was in when it was read.
fn state_of<'s>(change: &Change, states: &'s HashMap<PathBuf, FileState>) -> anyhow::Result<&'s FileState> {
    states.get(&change.path).context("a file that changes was read")
}

/// Says something to people, who may have stopped listening: the work goes on.
pub(super) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
