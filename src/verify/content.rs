//! The content of scalars, which is shared by two texts that differ little.

use std::ops::Range;
use std::sync::Arc;

use super::node::Node;

/// The content of all scalars, joined.
///
/// What a text has in common with the one before it is kept once for both: most of it, in the same order.
#[derive(Debug, Default)]
pub(super) struct Content {
    shared: Arc<String>,
    /// Where the next content in common is expected.
    expected: usize,
    own: String,
}

impl Content {
    /// Returns an empty content that has as much as possible in common with `before`.
    pub(super) fn beside(before: &Self) -> Self {
        Self { shared: Arc::clone(&before.shared), expected: 0, own: String::new() }
    }

    /// Whether there is nothing to have in common with.
    pub(super) fn is_alone(&self) -> bool {
        self.shared.is_empty()
    }

    pub(super) fn reserve(&mut self, bytes: usize) {
        self.own.reserve(bytes);
    }

    /// How many bytes it has, those that it shares included.
    pub(super) fn size(&self) -> usize {
        self.shared.len() + self.own.len()
    }

    /// Gives back what was reserved for more.
    pub(super) fn shrink(&mut self) {
        self.own.shrink_to_fit();
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.shrink_to_fit();
        }
    }

    /// Adds the content of a scalar, and returns where it starts and ends.
    pub(super) fn push(&mut self, content: &str) -> (usize, usize) {
        if self.shared.as_bytes()[self.expected..].starts_with(content.as_bytes()) {
            let start = self.expected;
            self.expected += content.len();
            return (start, self.expected);
        }
        let start = self.shared.len() + self.own.len();
        self.own.push_str(content);
        (start, start + content.len())
    }

    /// Lets other contents share this one, which is complete and shares none itself.
    pub(super) fn share(&mut self) {
        if self.shared.is_empty() {
            self.shared = Arc::new(std::mem::take(&mut self.own));
            self.expected = self.shared.len();
        }
    }

    /// Whether some scalar may hold `text`; a part of two scalars counts as well.
    pub(super) fn may_contain(&self, text: &str) -> bool {
        let holds = |content: &str| memchr::memmem::find(content.as_bytes(), text.as_bytes()).is_some();
        holds(&self.shared) || holds(&self.own)
    }

    pub(super) fn get(&self, scalar: &Node) -> &str {
        let (content, range) = self.place(scalar);
        &content[range]
    }

    /// Like [`Self::get`], and quicker: no byte is looked at for the bounds of characters.
    pub(super) fn bytes(&self, scalar: &Node) -> &[u8] {
        let (content, range) = self.place(scalar);
        &content.as_bytes()[range]
    }

    fn place(&self, scalar: &Node) -> (&str, Range<usize>) {
        let (start, end, own) = (scalar.first as usize, scalar.second as usize, self.shared.len());
        if end <= own { (&self.shared, start..end) } else { (&self.own, start - own..end - own) }
    }

    /// Whether two scalars of this and another content are equal; at a glance where they share it.
    pub(super) fn is_same(&self, scalar: &Node, other: &Self, same: &Node) -> bool {
        let is_shared = Arc::ptr_eq(&self.shared, &other.shared)
            && (scalar.first, scalar.second) == (same.first, same.second)
            && scalar.second as usize <= self.shared.len();
        is_shared || self.bytes(scalar) == other.bytes(same)
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::Kind;
    use super::*;

    #[test]
    fn content_is_the_same_by_its_bytes_wherever_they_are_kept() {
        let mut before = Content::default();
        before.push("abc");
        before.share();
        let [mut one, mut other] = [Content::beside(&before), Content::beside(&before)];
        let mut same = |left: &str, right: &str| {
            let [left, right] = [one.push(left), other.push(right)].map(|(first, second)| {
                let [first, second] = [first, second].map(|place| u32::try_from(place).unwrap());
                Node { kind: Kind::Plain, tagged: false, line: 1, first, second }
            });
            one.is_same(&left, &other, &right)
        };
        assert!(!same("x", "y"));
        assert!(same("abc", "abc"));
        assert!(same("z", "z"));
        assert!(!same("a", "b"));
    }

    #[test]
    fn its_size_counts_what_it_shares() {
        let mut before = Content::default();
        before.push("abc");
        before.share();
        let mut beside = Content::beside(&before);
        beside.push("abc");
        beside.push("z");
        assert_eq!((before.size(), beside.size()), (3, 4));
    }
}
