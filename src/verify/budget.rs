//! How much work of one kind the proof may do, in proportion to the texts, before it gives up and names the limit.

use thiserror::Error;

/// A limit of one kind of work.
#[derive(Debug)]
pub(super) struct WorkLimit {
    /// The name of its constant.
    pub(super) name: &'static str,
    /// What is counted.
    pub(super) unit: &'static str,
    /// How much may be done for each node of the texts.
    pub(super) per_node: u64,
    /// How much may be done for any texts, however small.
    pub(super) least: u64,
}

/// What is left to do under a limit.
#[derive(Debug)]
pub(super) struct Budget {
    limit: &'static WorkLimit,
    whole: u64,
    left: u64,
}

/// A limit that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{limit} {unit} ({name})")]
pub struct Exhausted {
    /// The name of the limit.
    pub name: &'static str,
    /// What it counts.
    pub unit: &'static str,
    /// The limit, for these texts.
    pub limit: u64,
}

impl Budget {
    /// For texts with so many nodes.
    pub(super) fn new(limit: &'static WorkLimit, nodes: usize) -> Self {
        let whole = limit.least.max(limit.per_node * nodes as u64);
        Self { limit, whole, left: whole }
    }

    /// Counts work that is to be done; once there is too much, nothing is left.
    #[inline]
    pub(super) fn spend(&mut self, count: usize) -> Result<(), Exhausted> {
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.exhaust()),
        }
    }

    #[cold]
    fn exhaust(&mut self) -> Exhausted {
        self.left = 0;
        Exhausted { name: self.limit.name, unit: self.limit.unit, limit: self.whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_STEPS_PER_NODE: WorkLimit =
        WorkLimit { name: "MAX_STEPS_PER_NODE", unit: "steps", per_node: 3, least: 30 };

    #[test]
    fn grows_with_the_text_from_the_least_on() {
        for (nodes, limit) in [(0, 30), (10, 30), (11, 33)] {
            let mut budget = Budget::new(&MAX_STEPS_PER_NODE, nodes);
            let exhausted = Exhausted { name: "MAX_STEPS_PER_NODE", unit: "steps", limit };
            assert_eq!(budget.spend(30), Ok(()));
            assert_eq!(budget.spend(usize::try_from(limit).unwrap() - 29), Err(exhausted));
        }
    }

    #[test]
    fn ends_behind_the_last_piece_of_work_and_stays_so() {
        let mut budget = Budget::new(&MAX_STEPS_PER_NODE, 0);
        assert_eq!([10, 20].map(|count| budget.spend(count)), [Ok(()); 2]);
        let words = budget.spend(1).unwrap_err().to_string();
        assert_eq!(words, "30 steps (MAX_STEPS_PER_NODE)");
        let mut budget = Budget::new(&MAX_STEPS_PER_NODE, 0);
        assert!([31, 1].iter().all(|count| budget.spend(*count).is_err()));
    }
}
