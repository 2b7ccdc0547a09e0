//! What a run over many repositories came to: the line at its end, and its exit code.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::end::End;
use crate::migrate::{Record, Status};
use crate::output::snippet::clean_message;

/// The most reasons that are shown for one status.
const REASONS: usize = 4;

/// Counts of repositories.
#[derive(Default)]
pub(super) struct Tally {
    by_status: BTreeMap<Status, usize>,
    reasons: BTreeMap<(Status, String), usize>,
    /// Repositories with refused files, whatever became of the others.
    refused: usize,
    /// Repositories that the report says are done.
    before: usize,
}

impl Tally {
    pub(super) fn add(&mut self, record: &Record) {
        *self.by_status.entry(record.status).or_default() += 1;
        self.refused += usize::from(!record.refusals.is_empty());
        if let Some(reason) = &record.reason {
            *self.reasons.entry((record.status, reason.clone())).or_default() += 1;
        }
    }

    pub(super) fn add_before(&mut self) {
        self.before += 1;
    }

    /// Returns the summary of a run over `total` repositories.
    pub(super) fn line(&self, total: usize, dry_run: bool) -> String {
        let seen = self.before + self.by_status.values().sum::<usize>();
        let counts = [
            (self.count(Status::Changed), if dry_run { "would change" } else { "changed" }, String::new()),
            (self.count(Status::Clean), "clean", String::new()),
            (self.count(Status::Skipped), "skipped", self.why(Status::Skipped)),
            (self.count(Status::Failed), "failed", self.why(Status::Failed)),
            (self.refused, "with refused files", String::new()),
            (self.before, "done before", String::new()),
            (total - seen, "not reached", String::new()),
        ];
        let shown = counts.iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<String> = shown.map(|(count, what, why)| format!("{count} {what}{why}")).collect();
        let noun = if total == 1 { "repository" } else { "repositories" };
        if parts.is_empty() {
            format!("{total} {noun}")
        } else {
            format!("{total} {noun}: {}", parts.join(", "))
        }
    }

    pub(super) fn end(&self, tolerate_errors: bool) -> End {
        let wrong = self.count(Status::Failed) > 0 || self.refused > 0;
        if wrong && !tolerate_errors { End::Failed } else { End::Done }
    }

    fn count(&self, status: Status) -> usize {
        self.by_status.get(&status).copied().unwrap_or_default()
    }

    /// Returns the most frequent reasons, in parentheses.
    fn why(&self, status: Status) -> String {
        let mut reasons: Vec<_> = self.reasons.iter().filter(|((of, _), _)| *of == status).collect();
        reasons.sort_by_key(|(_, count)| Reverse(**count));
        let mut shown: Vec<String> = reasons
            .iter()
            .take(REASONS)
            .map(|((_, reason), count)| format!("{count} {}", clean_message(reason)))
            .collect();
        let others: usize = reasons.iter().skip(REASONS).map(|(_, count)| **count).sum();
        if others > 0 {
            shown.push(format!("{others} for other reasons"));
        }
        if shown.is_empty() { String::new() } else { format!(" ({})", shown.join("; ")) }
    }
}
