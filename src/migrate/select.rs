//! Which of the repositories found are worked on: a canary subset, or those that failed before.

use super::path::hash;
use super::{Candidate, Report, Status};

/// Leaves `count` of `candidates`, in their order: the same ones in every run, spread over them all.
pub fn sample(candidates: &mut Vec<Candidate<'_>>, count: usize) {
    let number = |candidate: &Candidate<'_>| hash(candidate.name.as_os_str().as_encoded_bytes());
    let mut numbers: Vec<(u64, usize)> =
        candidates.iter().enumerate().map(|(at, candidate)| (number(candidate), at)).collect();
    numbers.sort_unstable();
    let mut chosen = vec![false; candidates.len()];
    for (_, at) in numbers.into_iter().take(count) {
        chosen[at] = true;
    }
    let mut chosen = chosen.into_iter();
    candidates.retain(|_| chosen.next().unwrap_or(false));
}

/// Leaves those of `candidates` that the report says failed.
pub fn only_failed(candidates: &mut Vec<Candidate<'_>>, report: &Report) {
    let failed = |candidate: &Candidate<'_>| report.last(&candidate.path).map(|record| record.status);
    candidates.retain(|candidate| failed(candidate) == Some(Status::Failed));
}
