//! The values that a variable may have, each with the branches in which it has it.

use super::branches::Conditions;

/// How many values of one variable are told apart; later ones are left out.
const MAX_VALUES: usize = 16;

/// Something that is so in some of the runs.
#[derive(Clone, Debug)]
pub(super) struct Choice<T> {
    pub(super) conditions: Conditions,
    pub(super) value: T,
}

impl<T: Clone> Choice<&T> {
    /// Returns it with a value of its own.
    pub(super) fn cloned(self) -> Choice<T> {
        Choice { conditions: self.conditions, value: self.value.clone() }
    }
}

/// In the order in which they are set.
#[derive(Debug)]
pub(super) struct Values<T>(Vec<Choice<T>>);

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Values<T> {
    /// Sets one of `choices`, whose conditions are narrower, in each run under `conditions`.
    pub(super) fn set(&mut self, conditions: &Conditions, choices: impl IntoIterator<Item = Choice<T>>) {
        self.0.retain(|known| !conditions.hold_under(&known.conditions));
        self.0.extend(choices);
        self.0.truncate(MAX_VALUES);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the values that there may be under `conditions`, each with these, its own, and
    /// that no later one replaces it.
    pub(super) fn under(&self, conditions: &Conditions) -> impl Iterator<Item = Choice<&T>> {
        self.0.iter().enumerate().filter_map(|(at, choice)| {
            let mut conditions = conditions.with(&choice.conditions)?;
            for later in &self.0[at + 1..] {
                if later.conditions.hold_under(&conditions) {
                    return None;
                }
                conditions = conditions.without(&later.conditions);
            }
            Some(Choice { conditions, value: &choice.value })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::branches::Branches;
    use super::*;

    fn set(values: &mut Values<&'static str>, conditions: &Conditions, value: &'static str) {
        values.set(conditions, [Choice { conditions: conditions.clone(), value }]);
    }

    fn under(values: &Values<&'static str>, conditions: &Conditions) -> Vec<&'static str> {
        values.under(conditions).map(|choice| *choice.value).collect()
    }

    #[test]
    fn a_later_value_replaces_those_of_the_same_runs() {
        let mut branches = Branches::default();
        let always = Conditions::default();
        let first = branches.fresh();
        let (one, other, second) = (first.alone(), first.after(1).alone(), branches.fresh().alone());
        let mut values = Values::default();
        set(&mut values, &always, "x");
        set(&mut values, &always, "a");
        set(&mut values, &one, "b");
        set(&mut values, &other, "c");
        assert_eq!(under(&values, &always), ["a", "b", "c"]);
        assert_eq!(under(&values, &one), ["b"]);
        assert_eq!(under(&values, &second), ["a", "b", "c"]);
        set(&mut values, &always, "d");
        assert_eq!(under(&values, &one), ["d"]);
    }

    #[test]
    fn there_are_so_many_and_no_more() {
        let mut branches = Branches::default();
        let mut values = Values::default();
        for _ in 0..100 {
            set(&mut values, &branches.fresh().alone(), "a");
        }
        assert_eq!(values.len(), MAX_VALUES);
    }
}
