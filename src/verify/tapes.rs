//! What the second reader has read in a run: a text that it knows need not be read again.

use std::sync::Arc;

use super::reader::{read, read_both};
use super::shadow::Reading;
use super::tape::Tape;
use super::unreadable::Side;
use super::verdict::Doubt;
use crate::text::{BoundedMap, Fingerprint, Fingerprints};

/// Upper bound, in bytes, on the total size of the tapes that are kept (2 MiB).
const MAX_KEPT_BYTES: usize = 1 << 21;

/// Longer texts are rarely met twice, and one alone would take the place of many.
const LONGEST_KEPT_TEXT_BYTES: usize = 1 << 18;

/// The tapes of the texts that were read in a run.
#[derive(Debug)]
pub struct Tapes {
    kept: BoundedMap<[Fingerprint; 2], TapePair>,
    fingerprints: Fingerprints,
}

impl Default for Tapes {
    fn default() -> Self {
        Self { kept: BoundedMap::new(MAX_KEPT_BYTES), fingerprints: Fingerprints::default() }
    }
}

/// A text on both sides.
#[derive(Clone, Debug)]
pub(super) struct TapePair {
    pub(super) before: Arc<Tape>,
    /// None where the texts are the same.
    changed: Option<Arc<Tape>>,
}

impl TapePair {
    /// Reads two texts, which have most of their content in common.
    fn read(before: &Reading, after: &Reading) -> Result<Self, Doubt> {
        if before == after {
            let before = read(before).map_err(|fault| fault.on(Side::Before))?;
            return Ok(Self { before: Arc::new(before), changed: None });
        }
        let (before, after) = read_both(before, after)?;
        Ok(Self { before: Arc::new(before), changed: Some(Arc::new(after)) })
    }

    /// Gives back what was reserved for more.
    fn shrink(&mut self) {
        let tapes = std::iter::once(&mut self.before).chain(&mut self.changed);
        tapes.filter_map(Arc::get_mut).for_each(Tape::shrink);
    }

    pub(super) fn after(&self) -> &Tape {
        self.changed.as_ref().unwrap_or(&self.before)
    }

    fn size(&self) -> usize {
        self.before.size() + self.changed.as_ref().map_or(0, |tape| tape.size())
    }
}

impl Tapes {
    /// Reads a text as it was and as it would be, or returns what was read earlier.
    pub(super) fn pair(&self, before: &Reading, after: &Reading) -> Result<TapePair, Doubt> {
        if before.text.len().max(after.text.len()) > LONGEST_KEPT_TEXT_BYTES {
            return TapePair::read(before, after);
        }
        let key = [before, after].map(|reading| self.fingerprints.of(reading.text, reading.separations));
        if let Some(known) = self.kept.get(&key) {
            return Ok(known);
        }
        let mut pair = TapePair::read(before, after)?;
        pair.shrink();
        self.kept.insert(key, pair.clone(), pair.size());
        Ok(pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::shadow::Separation;

    fn reading<'a>(text: &'a str, separations: &'a [Separation]) -> Reading<'a> {
        Reading { text, separations }
    }

    fn is_kept(tapes: &Tapes, before: &Reading, after: &Reading) -> bool {
        let [first, second] = [(); 2].map(|()| tapes.pair(before, after).unwrap());
        Arc::ptr_eq(&first.before, &second.before)
    }

    #[test]
    fn a_pair_is_read_once_and_another_by_itself() {
        let tapes = Tapes::default();
        let separations = [Separation { offset: 2, spaces: 1 }];
        let pairs = [
            [reading("a: b", &[]), reading("a: c", &[])],
            [reading("a: b", &[]), reading("a: b", &[])],
            [reading("a: c", &[]), reading("a: b", &[])],
            [reading("a: b", &separations), reading("a: b", &[])],
        ];
        for (known, [before, after]) in pairs.iter().enumerate() {
            assert_eq!(tapes.kept.usage().0, known);
            let pair = tapes.pair(before, after).unwrap();
            let texts = [&*pair.before, pair.after()].map(|tape| tape.text(2).unwrap());
            assert_eq!(texts, [&before.text[3..], &after.text[3..]]);
        }
        assert!(pairs.iter().all(|[before, after]| is_kept(&tapes, before, after)));
    }

    #[test]
    fn what_cannot_be_read_is_read_again() {
        let (tapes, broken) = (Tapes::default(), reading("[", &[]));
        assert!((0..2).all(|_| tapes.pair(&broken, &broken).is_err()));
    }

    #[test]
    fn no_more_is_kept_than_the_bound_says() {
        let [first, second] = [reading("a: b", &[]), reading("a: c", &[])];
        let room_for_one = TapePair::read(&first, &first).unwrap().size();
        let tapes = Tapes { kept: BoundedMap::new(room_for_one), ..Tapes::default() };
        assert!(is_kept(&tapes, &first, &first));
        assert!(!is_kept(&tapes, &second, &second) && is_kept(&tapes, &first, &first));
    }

    #[test]
    fn a_pair_counts_as_what_it_holds() {
        let (tapes, [first, second]) = (Tapes::default(), [reading("a: b", &[]), reading("a: c", &[])]);
        let pair = tapes.pair(&first, &first).unwrap();
        assert_eq!(pair.size(), pair.before.size());
        let changed = tapes.pair(&first, &second).unwrap();
        assert_eq!(changed.size(), changed.before.size() + changed.after().size());
        assert_eq!(tapes.kept.usage().1, pair.size() + changed.size());
        let lists = ["a", "b"].map(|item| format!("[{}]", format!("{item}, ").repeat(250)));
        assert!(lists.each_ref().map(|list| reading(list, &[])).iter().all(|it| is_kept(&tapes, it, it)));
    }

    #[test]
    fn long_texts_are_not_kept() {
        let texts = [0, 1].map(|more| format!("a: {}", "b".repeat(LONGEST_KEPT_TEXT_BYTES - 3 + more)));
        let kept = texts.each_ref().map(|text| {
            let (short, long) = (reading("a: b", &[]), reading(text, &[]));
            is_kept(&Tapes::default(), &short, &long)
        });
        assert_eq!(kept, [true, false]);
    }
}
