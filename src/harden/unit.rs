//! A unit of work: its groups of files, hardened one by one.

use std::path::PathBuf;

use super::{Explanation, Memory, Outcome, explain, harden_groups};
use crate::compose::{Files, Unit};
use crate::policy::Policy;
use crate::text::{Diagnostic, Severity};

/// What came of a unit of work.
#[derive(Debug, Default)]
pub struct UnitOutcome {
    /// What there is to say about what was found, each with the file or directory it is about. A group with an error
    /// among them is left alone.
    pub messages: Vec<(PathBuf, Diagnostic)>,
    /// The projects, explained, where that was asked for.
    pub explanations: Vec<Explanation>,
    /// What came of each group, in the order of their first files.
    pub outcomes: Vec<Outcome>,
}

/// Hardens the files of `unit`, which are read from `files`, by `policy`, with the `memory` of what was
/// hardened by it before; explains them as well where `explained`.
#[must_use]
pub fn harden_unit(
    unit: &Unit<'_>,
    files: &mut dyn Files,
    policy: &Policy,
    memory: &Memory,
    explained: bool,
) -> UnitOutcome {
    let mut found = UnitOutcome::default();
    let mut groups = unit.groups();
    groups.retain(|group| {
        found.messages.extend(group.messages.iter().cloned());
        group.messages.iter().all(|(_, message)| message.severity != Severity::Error)
    });
    if explained {
        for group in &groups {
            found.explanations.extend(explain(&group.lists, &group.variants, files, policy));
        }
    }
    found.outcomes = harden_groups(&groups, files, policy, memory);
    found.outcomes.sort_by(|one, other| one.sources.keys().next().cmp(&other.sources.keys().next()));
    found
}
