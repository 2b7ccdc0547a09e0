//! Shows, writes and counts what came of units of work, one after another.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::args::DiffFormat;
use super::interrupt;
use super::mode::{Mode, Shape};
use super::project::{Written, state_of, write};
use super::summary::{Summary, count};
use crate::harden::{Change, Outcome, UnitOutcome};
use crate::output::diff::{Stat, blob_id, display_path, stat, write_git_header, write_unified_diff};
use crate::output::disk::shown_path;
use crate::output::explanation::write_explanation;
use crate::output::snippet::{Colour, Messages, clean_path, render_for_path};
use crate::output::write::{FileState, Writer};
use crate::text::{Diagnostic, FileDiagnostic, Severity, Source};

/// What is shown, written and counted.
pub(super) struct Presenter<'r> {
    mode: Mode,
    colour: Colour,
    /// Paths are shown as seen from here.
    directory: &'r Path,
    writer: Writer,
    /// The repository that paths are shown from, where a diff of git was shown.
    shown_from: Option<PathBuf>,
    pub(super) summary: Summary,
}

impl<'r> Presenter<'r> {
    pub(super) fn new(mode: Mode, colour: Colour, directory: &'r Path) -> Self {
        let writer = Writer::new(mode == Mode::Write { durable: true });
        Self { mode, colour, directory, writer, shown_from: None, summary: Summary::default() }
    }

    /// Reports what came of a unit of work, the one in `repository` or in none.
    pub(super) fn unit(
        &mut self,
        repository: Option<&Path>,
        came: &UnitOutcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        // What is said about a file comes after what was shown of the ones before it.
        if !came.messages.is_empty() {
            out.flush()?;
        }
        for FileDiagnostic { path, diagnostic } in &came.messages {
            say(&render_for_path(diagnostic, shown_path(path, self.directory), self.colour));
            self.summary.failed += usize::from(diagnostic.severity == Severity::Error);
        }
        for explanation in &came.explanations {
            write_explanation(out, explanation)?;
        }
        for outcome in &came.outcomes {
            self.outcome(repository, outcome, states, out)?;
            if interrupt::is_interrupted() {
                break;
            }
        }
        Ok(())
    }

    fn outcome(
        &mut self,
        repository: Option<&Path>,
        outcome: &Outcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let messages: Vec<_> = outcome.refusals.iter().chain(&outcome.notes).collect();
        if !messages.is_empty() || matches!(self.mode, Mode::Check { .. }) {
            out.flush()?;
        }
        for messages in messages.chunk_by(|one, other| one.path == other.path) {
            self.tell(messages, outcome);
        }
        self.summary.refused += outcome.refusals.len();
        self.summary.bare += outcome.bare;
        if matches!(self.mode, Mode::Write { .. }) {
            self.write(outcome, states);
        } else {
            for change in &outcome.changes {
                self.change(change, repository, outcome, states, out)?;
            }
        }
        self.summary.clean += outcome.clean().count();
        Ok(())
    }

    /// Writes the files of `outcome`, and says which cannot be written.
    fn write(&mut self, outcome: &Outcome, states: &HashMap<PathBuf, FileState>) {
        let _writing = interrupt::writing();
        let written = write(&mut self.writer, outcome, states);
        self.tell_kept();
        match written {
            Written::All(unsynced) => {
                outcome.changes.iter().for_each(|change| self.count(change, outcome));
                for (change, error) in unsynced {
                    self.cannot_write(shown(change, outcome), &Diagnostic::error(error.to_string()));
                }
            }
            Written::None(unwritable) => {
                for (change, error) in unwritable {
                    self.cannot_write(shown(change, outcome), &Diagnostic::error(error.to_string()));
                }
            }
            Written::PutBack { failed: (change, error), left } => {
                let message = Diagnostic::error(error.to_string());
                let message = match outcome.changes.len() {
                    1 => message,
                    _ if left.is_empty() => message.help("the other files of its project are as they were"),
                    _ => message.help("its project is partly written; see below"),
                };
                self.cannot_write(shown(change, outcome), &message);
                for (change, reason) in left {
                    let title = "this file has its new text, although another file of its project could not be written";
                    let message = Diagnostic::error(format!("{title}: {reason}"));
                    self.cannot_write(shown(change, outcome), &message.help("restore its old text by hand"));
                }
            }
        }
    }

    fn count(&mut self, change: &Change, outcome: &Outcome) {
        self.summary.changed += 1;
        self.summary.hardened += outcome.hardened(&change.path).count();
    }

    fn cannot_write(&mut self, path: &Path, message: &Diagnostic) {
        say(&render_for_path(message, path, self.colour));
        self.summary.unwritten += 1;
    }

    /// Says what runs that were killed left and may be needed.
    fn tell_kept(&mut self) {
        for path in self.writer.take_kept() {
            let title =
                "a run was killed while it was replacing a file here; this may be what another process wrote";
            let help = "compare it with the Compose files beside it, then remove it";
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
        repository: Option<&Path>,
        outcome: &Outcome,
        states: &HashMap<PathBuf, FileState>,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let Some(source) = outcome.source(&change.path) else { return Ok(()) };
        match self.mode {
            Mode::Check { .. } => self.tell_unhardened(change, outcome, source),
            Mode::Show { shape: Shape::Stat, .. } => {
                let path = clean_path(source.path());
                let Stat { added, removed } = stat(source.text(), &change.edits);
                let services = count(outcome.hardened(&change.path).count(), "service");
                writeln!(out, "{path} | {services} | +{added} -{removed}")?;
            }
            Mode::Show { shape: Shape::Diff(DiffFormat::Git), .. } => {
                let path = display_path(&change.path, self.top(repository)?);
                let ids = [source.text(), &change.after].map(blob_id);
                let mode = if state_of(change, states).is_executable() { "100755" } else { "100644" };
                write_git_header(out, &path, (&ids[0], &ids[1]), mode)?;
                write_unified_diff(out, &path, source.text(), &change.edits)?;
            }
            Mode::Show { .. } => {
                // No patch can follow a link.
                let is_link = self.directory.join(source.path()).is_symlink();
                let path = if is_link { &change.path } else { source.path() };
                let path = display_path(path, self.directory);
                write_unified_diff(out, &path, source.text(), &change.edits)?;
            }
            Mode::Write { .. } => {}
        }
        self.count(change, outcome);
        Ok(())
    }

    fn tell_unhardened(&self, change: &Change, outcome: &Outcome, source: &Source) {
        let messages = Messages::new(source, self.colour);
        for service in outcome.hardened(&change.path) {
            let title = format!("service `{}` is not hardened", source.slice(service.span));
            let diagnostic = Diagnostic::error(title)
                .at(service.span, "")
                .help("run `compose-harden fix` to see the change");
            say(&messages.render(&diagnostic));
        }
    }

    /// Returns the directory that the paths of git's diff start from: one for the whole of a run.
    fn top(&mut self, repository: Option<&Path>) -> anyhow::Result<&Path> {
        let top = repository.unwrap_or(self.directory);
        let first = self.shown_from.get_or_insert_with(|| top.to_owned());
        anyhow::ensure!(
            first == top,
            "cannot show changes in two repositories with `--format git`, whose paths start from the top of one: `{}` \
             and `{}`; run it in each, or without `--format git`",
            clean_path(first),
            clean_path(top)
        );
        Ok(first)
    }
}

/// The path of a file that changes, as it is shown to people.
fn shown<'o>(change: &'o Change, outcome: &'o Outcome) -> &'o Path {
    outcome.source(&change.path).map_or(change.path.as_path(), Source::path)
}

/// Says something to people, who may have stopped listening: the work goes on.
pub(super) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
