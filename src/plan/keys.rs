//! The keys that blocks set, as bits.

use super::RefusalReason;

/// The most keys that the blocks of a unit of work can have in total.
pub const MAX_BLOCK_KEYS: usize = 64;

/// A set of keys.
pub(super) type KeySet = u64;

/// The keys that blocks set, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    names: Vec<String>,
    /// The keys whose value is a list that Docker Compose appends to between layers.
    pub(super) lists: KeySet,
    /// The keys whose value is neither such a list nor a string that a later layer is known to replace.
    pub(super) others: KeySet,
    /// `security_opt`, whose items must differ.
    pub(super) unique: KeySet,
}

/// The strings that hardening knows how Docker Compose merges.
const STRINGS: [&str; 2] = ["user", "runtime"];

/// The list whose items Docker Compose requires to differ.
pub(super) const UNIQUE: &str = "security_opt";

/// The lists that hardening knows how Docker Compose merges.
const LISTS: [&str; 2] = [UNIQUE, "cap_drop"];

impl Keys {
    /// Adds `name`, and returns its bit.
    pub(super) fn add(&mut self, name: &str, is_scalar: bool) -> Result<KeySet, RefusalReason> {
        let bit = match self.find(name) {
            Some(bit) => bit,
            None if self.names.len() == MAX_BLOCK_KEYS => {
                return Err(RefusalReason::LargeBlock(MAX_BLOCK_KEYS));
            }
            None => {
                self.names.push(name.to_owned());
                1 << (self.names.len() - 1)
            }
        };
        if LISTS.contains(&name) {
            self.lists |= bit;
        } else if !(is_scalar && STRINGS.contains(&name)) {
            self.others |= bit;
        }
        if name == UNIQUE {
            self.unique |= bit;
        }
        Ok(bit)
    }

    /// The bit of a key.
    pub(super) fn find(&self, name: &str) -> Option<KeySet> {
        self.names.iter().position(|known| known == name).map(|place| 1 << place)
    }

    /// The names of the keys in `set`, in order.
    pub(super) fn names(&self, set: KeySet) -> impl Iterator<Item = &str> {
        let named = self.names.iter().enumerate().filter(move |(place, _)| set & (1 << place) != 0);
        named.map(|(_, name)| name.as_str())
    }
}
