//! Which of the repositories found are worked on: a canary subset, or those that failed before.

use super::path::hash;
use super::{Report, Status, Target};

/// Leaves `count` of `targets`, in their order: the same ones in every run, spread over them all.
pub fn sample(targets: &mut Vec<Target<'_>>, count: usize) {
    let number = |target: &Target<'_>| hash(target.name.as_os_str().as_encoded_bytes());
    let mut numbers: Vec<(u64, usize)> =
        targets.iter().enumerate().map(|(at, target)| (number(target), at)).collect();
    numbers.sort_unstable();
    let mut chosen = vec![false; targets.len()];
    for (_, at) in numbers.into_iter().take(count) {
        chosen[at] = true;
    }
    let mut chosen = chosen.into_iter();
    targets.retain(|_| chosen.next().unwrap_or(false));
}

/// Leaves those of `targets` that the report says failed.
pub fn only_failed(targets: &mut Vec<Target<'_>>, report: &Report) {
    let failed = |target: &Target<'_>| report.last(&target.path).map(|record| record.status);
    targets.retain(|target| failed(target) == Some(Status::Failed));
}
