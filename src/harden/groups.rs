//! Several groups of files: those that share files by `extends` or `include` become one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use foldhash::{HashMap, HashSet};

use super::{Hardener, Outcome};
use crate::compose::{Files, Group};

/// Hardens `groups` by `hardener`, and returns the outcomes in the order of the groups.
///
/// Groups that extend or include the same file, or one a file of the other, are hardened together, as one, because what
/// is decided in one counts in the other. Messages of the groups are ignored.
pub(super) fn harden_groups(groups: &[Group], files: &mut dyn Files, hardener: &Hardener) -> Vec<Outcome> {
    let mut owners: HashMap<PathBuf, usize> = HashMap::default();
    for (number, group) in groups.iter().enumerate() {
        owners.extend(group.paths().map(|path| (files.identity(path), number)));
    }
    let mut outcomes: Vec<Option<Outcome>> =
        groups.iter().map(|group| Some(hardener.group(group, files))).collect();
    let mut sets = Sets::new(groups.len());
    loop {
        let mut joined = Vec::new();
        for (number, outcome) in outcomes.iter().enumerate() {
            for path in outcome.iter().flat_map(|outcome| outcome.sources.keys()) {
                let owner = *owners.entry(path.clone()).or_insert(number);
                if sets.join(owner, number) {
                    joined.push(number);
                }
            }
        }
        if joined.is_empty() {
            return outcomes.into_iter().flatten().collect();
        }
        let grown: HashSet<usize> = joined.into_iter().map(|number| sets.first(number)).collect();
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, first) in (0..groups.len()).map(|number| (number, sets.first(number))) {
            if grown.contains(&first) {
                members.entry(first).or_default().push(number);
            }
        }
        for (first, members) in members {
            let mut joined = Group::default();
            for member in members {
                joined.lists.extend_from_slice(&groups[member].lists);
                joined.variants.extend_from_slice(&groups[member].variants);
                outcomes[member] = None;
            }
            outcomes[first] = Some(hardener.group_anew(&joined, files));
        }
    }
}

/// Disjoint sets of numbers, each known by its first.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&mut self, mut number: usize) -> usize {
        while self.0[number] != number {
            self.0[number] = self.0[self.0[number]];
            number = self.0[number];
        }
        number
    }

    /// Makes one of the sets of two numbers; whether they were two.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.first(one), self.first(other));
        let first = one.min(other);
        self.0[one] = first;
        self.0[other] = first;
        one != other
    }
}
