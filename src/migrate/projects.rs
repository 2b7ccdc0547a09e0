//! The projects of one repository: from its work tree to what hardening makes of it.

use crate::compose::Files;
use crate::discover::Unit;
use crate::harden::{Hardener, Outcome, UnitOutcome};
use crate::text::Severity;

/// Hardens the projects of `unit`; reads from `files`, and writes nothing.
///
/// A group of files of which it is not known what Docker Compose would load is an outcome with refusals.
pub(super) fn harden_repository(unit: &Unit<'_>, files: &mut dyn Files, hardener: &Hardener) -> Vec<Outcome> {
    let UnitOutcome { messages, mut outcomes, .. } = hardener.unit(unit, files);
    let errors = messages.into_iter().filter(|message| message.diagnostic.severity == Severity::Error);
    let refusals: Vec<_> = errors.collect();
    if !refusals.is_empty() {
        outcomes.push(Outcome { refusals, ..Outcome::default() });
    }
    outcomes
}
