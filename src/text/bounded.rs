//! What is remembered for later, up to a bound: memory stays flat however much there is to remember.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

/// Values by their keys, none of which goes again; several threads may share it.
#[derive(Debug)]
pub struct BoundedMap<K, V> {
    most: usize,
    kept: Mutex<Kept<K, V>>,
}

#[derive(Debug)]
struct Kept<K, V> {
    values: HashMap<K, V>,
    cost: usize,
}

impl<K: Eq + Hash, V: Clone> BoundedMap<K, V> {
    /// Returns an empty map for values that cost no more than `most`, all together.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, kept: Mutex::new(Kept { values: HashMap::default(), cost: 0 }) }
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<V> {
        self.kept().values.get(key).cloned()
    }

    /// Keeps `value`, unless there is no room for its `cost` or another thread was first to keep one for `key`.
    pub fn insert(&self, key: K, value: V, cost: usize) {
        let mut kept = self.kept();
        if !kept.values.contains_key(&key) && cost <= self.most - kept.cost {
            kept.cost += cost;
            kept.values.insert(key, value);
        }
    }

    /// How many values there are, and what they cost together.
    #[cfg(test)]
    pub(crate) fn usage(&self) -> (usize, usize) {
        let kept = self.kept();
        (kept.values.len(), kept.cost)
    }

    // Each change is whole before anything can panic.
    fn kept(&self) -> MutexGuard<'_, Kept<K, V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_again_costs_nothing() {
        let map = BoundedMap::new(6);
        map.insert("a", 1, 3);
        map.insert("a", 2, 3);
        assert_eq!((map.get(&"a"), map.usage()), (Some(1), (1, 3)));
        map.insert("b", 3, 3);
        assert_eq!(map.get(&"b"), Some(3));
    }

    #[test]
    fn keeps_what_there_is_room_for() {
        let map = BoundedMap::new(6);
        for (key, cost) in [("a", 4), ("b", 3), ("c", usize::MAX), ("d", 2)] {
            map.insert(key, (), cost);
        }
        assert_eq!(["a", "b", "c", "d"].map(|key| map.get(&key).is_some()), [true, false, false, true]);
        assert_eq!(map.usage(), (2, 6));
    }
}
