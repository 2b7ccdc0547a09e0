//! Whether two nodes are equal in depth: kind, style, tag, content, order.
//!
//! Aliases are followed on both sides, each pair of targets once. Pairs of service bodies are left out:
//! the service's own rule applies to them.

use foldhash::{HashSet, HashSetExt};

use super::budget::{Budget, Exhausted, WorkLimit};
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::{Kind, NodeId};
use super::tape::Tape;
use super::verdict::Doubt;

/// How many nodes are compared.
///
/// An honest change leaves each anchor one counterpart, and is compared once; only the keys of templates are
/// compared again for each service that merges them.
const MAX_COMPARED_PER_NODE: WorkLimit =
    WorkLimit { name: "MAX_COMPARED_PER_NODE", unit: "compared nodes", per_node: 64, least: 8_000_000 };

/// What keeps two nodes from being called equal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inequality {
    /// They differ.
    Differs(Mismatch),
    /// [`MAX_COMPARED_PER_NODE`] is reached.
    TooMuchWork(Exhausted),
}

impl From<Exhausted> for Inequality {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

impl From<Mismatch> for Inequality {
    fn from(mismatch: Mismatch) -> Self {
        Self::Differs(mismatch)
    }
}

impl Inequality {
    pub(super) fn at(self, place: impl FnOnce() -> DocumentPlace) -> Doubt {
        match self {
            Self::Differs(mismatch) => Doubt::Differs { place: place(), mismatch },
            Self::TooMuchWork(exhausted) => exhausted.into(),
        }
    }
}

/// Compares nodes of two tapes.
pub(super) struct Comparison<'t> {
    pub(super) left: &'t Tape,
    pub(super) right: &'t Tape,
    /// Pairs that are equal, or will be found different before the comparison ends.
    done: HashSet<(NodeId, NodeId)>,
    /// Nodes before, in order, each with the node after that it is left out with.
    partners: Vec<(NodeId, NodeId)>,
    /// A bit for each node before: whether it is left out with some node. Most mappings are not, and a search
    /// among the partners for each of them would miss the caches at every step.
    has_partner: Vec<u64>,
    /// Pairs that come out of order, or whose node before has a partner already, as where an alias is several
    /// services.
    more_partners: HashSet<(NodeId, NodeId)>,
    skip_bodies: bool,
    todo: Vec<(NodeId, NodeId)>,
    budget: Budget,
}

impl<'t> Comparison<'t> {
    pub(super) fn new(left: &'t Tape, right: &'t Tape) -> Self {
        Self {
            left,
            right,
            done: HashSet::new(),
            partners: Vec::new(),
            has_partner: Vec::new(),
            more_partners: HashSet::new(),
            skip_bodies: true,
            todo: Vec::new(),
            budget: Budget::new(&MAX_COMPARED_PER_NODE, left.nodes.len()),
        }
    }

    /// Leaves a pair of mappings, or an alias and a mapping that it became, to the service's rule.
    pub(super) fn leave_out(&mut self, left: NodeId, right: NodeId) {
        self.has_partner.resize(self.left.nodes.len().div_ceil(64), 0);
        self.has_partner[left as usize / 64] |= 1 << (left % 64);
        // Almost always they come in order.
        if self.partners.last().is_none_or(|(last, _)| *last < left) {
            self.partners.push((left, right));
        } else {
            self.more_partners.insert((left, right));
        }
    }

    /// Says whether pairs that are left out are skipped from now on, or compared like any other.
    pub(super) fn skip_bodies(&mut self, skip: bool) {
        if self.skip_bodies != skip {
            self.skip_bodies = skip;
            // Results found under the other setting are void, and a failed comparison may have left pairs to do.
            // A set that was large once would be slow to clear each time.
            self.done = HashSet::new();
            self.todo.clear();
        }
    }

    /// Compares two nodes that may be compared again; a second time costs next to nothing.
    pub(super) fn equal_once(&mut self, left: NodeId, right: NodeId) -> Result<(), Inequality> {
        if self.left.next(left) == left + 1 || self.done.insert((left, right)) {
            self.equal(left, right)
        } else {
            Ok(())
        }
    }

    /// Compares two nodes.
    ///
    /// After a difference nothing that this comparison says counts.
    pub(super) fn equal(&mut self, left: NodeId, right: NodeId) -> Result<(), Inequality> {
        if self.is_same_scalar(left, right) {
            return Ok(());
        }
        let mut next = Some((left, right));
        while let Some((left, right)) = next {
            self.budget.spend((self.left.next(left) - left) as usize)?;
            self.scan(left, right)?;
            next = self.todo.pop();
        }
        Ok(())
    }

    /// Whether two nodes are scalars that are equal at a glance, as most values are.
    fn is_same_scalar(&self, left: NodeId, right: NodeId) -> bool {
        let (here, there) = (self.left.node(left), self.right.node(right));
        here.kind == there.kind
            && here.kind.is_scalar()
            && !(here.tagged || there.tagged)
            && self.left.content.is_same(here, &self.right.content, there)
    }

    /// Compares two subtrees node by node; where kinds and counts agree, so does the shape.
    fn scan(&mut self, left: NodeId, right: NodeId) -> Result<(), Inequality> {
        let end = self.left.next(left);
        let (mut at, mut other) = (left, right);
        while at < end {
            let (here, there) = (self.left.node(at), self.right.node(other));
            if here.kind == Kind::Alias && there.kind == Kind::Mapping && self.is_left_out(at, other) {
                (at, other) = (at + 1, there.first);
                continue;
            }
            let mut equal = here.kind == there.kind
                && here.tagged == there.tagged
                && (!here.tagged || self.left.tag(at) == self.right.tag(other));
            if equal {
                match here.kind {
                    Kind::Alias => {
                        let pair = (here.first, there.first);
                        if self.done.insert(pair) {
                            self.todo.push(pair);
                        }
                    }
                    Kind::Mapping if self.is_left_out(at, other) => {
                        (at, other) = (here.first, there.first);
                        continue;
                    }
                    Kind::Mapping | Kind::Sequence => equal = here.second == there.second,
                    _ => equal = self.left.content.is_same(here, &self.right.content, there),
                }
            }
            if !equal {
                return Err(self.changed(at, other).into());
            }
            at += 1;
            other += 1;
        }
        Ok(())
    }

    /// The mismatch of two nodes that differ.
    pub(super) fn changed(&self, left: NodeId, right: NodeId) -> Mismatch {
        Mismatch::Changed { before: self.left.line(left), after: self.right.line(right) }
    }

    fn is_left_out(&self, left: NodeId, right: NodeId) -> bool {
        let word = self.has_partner.get(left as usize / 64);
        if !self.skip_bodies || word.is_none_or(|word| word & (1 << (left % 64)) == 0) {
            return false;
        }
        let found = self.partners.binary_search_by_key(&left, |(node, _)| *node);
        found.is_ok_and(|place| self.partners[place].1 == right)
            || self.more_partners.contains(&(left, right))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::reader::read_both;
    use super::super::shadow::Reading;
    use super::*;

    fn tapes(left: &str, right: &str) -> (Tape, Tape) {
        let [left, right] = [left, right].map(|text| Reading { text, separations: &[] });
        read_both(&left, &right).unwrap()
    }

    fn compare(left: &str, right: &str) -> Result<(), Inequality> {
        let (left, right) = tapes(left, right);
        Comparison::new(&left, &right).equal(0, 0)
    }

    #[test]
    fn sees_every_kind_of_difference() {
        for (left, right) in [
            ("a: 1", "a: 2"),
            ("a: 1", "a: \"1\""),
            ("a: '1'", "a: \"1\""),
            ("a: !reset x", "a: x"),
            ("a: !reset x", "a: !override x"),
            ("a: !reset {}", "a: {}"),
            ("a: []", "a: {}"),
            ("a: []", "a:"),
            ("a: [b, c]", "a: [c, b]"),
            ("a: [b, [c]]", "a: [b, c]"),
            ("a: [[b], c]", "a: [[b, c]]"),
            ("a: {b: c}", "a: {b: c, d: e}"),
            ("[&a x, &b y, *a]", "[&a x, &b y, *b]"),
            ("[&a {b: [1]}, *a]", "[&a {b: [1]}, {b: [1]}]"),
        ] {
            assert!(compare(left, right).is_err(), "{left} and {right}");
            assert_eq!(compare(left, left), Ok(()), "{left}");
        }
    }

    #[test]
    fn sees_that_a_value_by_itself_has_another_tag_or_style() {
        for (left, right) in [("!a x", "x"), ("x", "!a x"), ("!a x", "!b x"), ("x", "'x'"), ("\"x\"", "'x'")]
        {
            assert!(compare(left, right).is_err(), "{left} and {right}");
        }
    }

    #[test]
    fn sees_a_difference_where_a_value_is_met_for_the_first_time() {
        for (left, right) in [("[x]", "[y]"), ("x", "y")] {
            let (left, right) = tapes(left, right);
            assert!(Comparison::new(&left, &right).equal_once(0, 0).is_err());
        }
    }

    #[test]
    fn gives_up_behind_the_last_node_that_the_limit_allows() {
        let (left, right) = tapes("[x, [a, [b]]]", "[x, [a, [b]]]");
        let list = left.children(0).last().unwrap();
        for (nodes, enough) in [(3, false), (4, true), (7, true), (5, true)] {
            let mut comparison = Comparison::new(&left, &right);
            comparison.budget.spend(8_000_000 - nodes).unwrap();
            assert_eq!(comparison.equal(list, list).is_ok(), enough, "{nodes}");
            let again = comparison.equal(list, list);
            assert!(matches!(again, Err(Inequality::TooMuchWork(_))), "{nodes}: {again:?}");
        }
    }

    #[test]
    fn does_not_mind_layout_and_anchor_names() {
        assert_eq!(compare("a: {b: [&x c, *x]} # d", "a:\n  b:\n  - &y c\n\n  - *y\n"), Ok(()));
    }

    #[test]
    fn tells_the_lines_of_the_first_difference() {
        let difference = Mismatch::Changed { before: 2, after: 3 };
        assert_eq!(compare("a: 1\nb: 2\n", "a: 1\n\nb: 3\n"), Err(Inequality::Differs(difference)));
    }

    #[test]
    fn compares_an_alias_bomb_in_linear_time() {
        let mut text = "- &a0 [x, x]\n".to_owned();
        for level in 1..200 {
            let below = level - 1;
            writeln!(text, "- &a{level} [*a{below}, *a{below}, *a{below}]").unwrap();
        }
        assert_eq!(compare(&text, &text), Ok(()));
        assert!(compare(&text, &text.replace("[x, x]", "[x, y]")).is_err());
    }
}
