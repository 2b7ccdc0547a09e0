//! What a run came to: the line at its end, and its exit code.

use super::end::End;
use super::mode::Mode;

/// Counts of what was done.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) hardened: usize,
    pub(super) changed: usize,
    pub(super) clean: usize,
    pub(super) refused: usize,
    /// Services that stay without hardening.
    pub(super) bare: usize,
    /// Files and paths that could not be read.
    pub(super) failed: usize,
    /// Files that could not be written.
    pub(super) unwritten: usize,
}

impl Summary {
    pub(super) fn line(&self, mode: Mode) -> String {
        let Self { hardened, changed, clean, refused, bare, failed, unwritten } = *self;
        let services = count(hardened, "service");
        let files = count(changed, "file");
        let mut parts = Vec::new();
        if changed > 0 {
            parts.push(match mode {
                Mode::Write { .. } => format!("{services} hardened in {files}"),
                Mode::Show { .. } => format!("{services} to harden in {files}; `--write` applies the change"),
                Mode::Check { .. } => format!("{services} not hardened in {files}"),
            });
        }
        if clean > 0 {
            parts.push(format!("{} with nothing to do", count(clean, "file")));
        }
        if bare > 0 {
            parts.push(format!("{} left without hardening", count(bare, "service")));
        }
        if refused > 0 {
            parts.push(format!("{refused} refused"));
        }
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        if unwritten > 0 {
            parts.push(format!("{unwritten} not written"));
        }
        if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
    }

    /// How the run ended. A tolerant one is not failed by files that are wrong or refused; by one that cannot be
    /// written it is, since its project waits for it.
    pub(super) fn end(&self, mode: Mode, tolerant: bool) -> End {
        let is_wrong = self.refused > 0 || self.failed > 0;
        let would_change = matches!(mode, Mode::Check { .. } | Mode::Show { exit_code: true, .. });
        if self.unwritten > 0 || (is_wrong && !tolerant) {
            End::Failed
        } else if (self.changed > 0 && would_change) || (self.bare > 0 && matches!(mode, Mode::Check { .. }))
        {
            End::Unhardened
        } else {
            End::Done
        }
    }
}

pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
