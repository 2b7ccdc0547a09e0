//! What stands for a text where only equality counts.

use std::hash::{BuildHasher as _, Hash, RandomState};

use foldhash::quality;

/// What stands for a text: its length and two hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    bytes: usize,
    hashes: [u64; 2],
}

impl Fingerprint {
    /// The length of the text in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        self.bytes
    }
}

/// Makes fingerprints, by keys of its own that are drawn anew, so that nobody can prepare two texts with the same one.
#[derive(Debug, Default)]
pub struct Fingerprints {
    keyed: RandomState,
    other: quality::RandomState,
}

impl Fingerprints {
    /// Returns the fingerprint of `text` together with the value `with`.
    #[must_use]
    pub fn of(&self, text: &str, with: impl Hash) -> Fingerprint {
        let whole = (text, with);
        let hashes = [self.keyed.hash_one(&whole), self.other.hash_one(&whole)];
        Fingerprint { bytes: text.len(), hashes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_for_the_text_and_what_is_with_it() {
        let fingerprints = Fingerprints::default();
        assert_eq!(fingerprints.of("a", 1), fingerprints.of(&"ab"[..1], 1));
        assert_eq!(fingerprints.of("é", 1).bytes(), 2);
        assert_ne!(fingerprints.of("a", 1), fingerprints.of("b", 1));
        assert_ne!(fingerprints.of("a", 1), fingerprints.of("a", 2));
    }
}
