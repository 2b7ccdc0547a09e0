//! The values of keys, numbered, and what Docker Compose makes of two of them between layers.
//!
//! Equal texts and equal lists have equal numbers, so that values compare at no cost.

use std::hash::Hash;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::super::budget::{Budget, Exhausted, WorkLimit};

/// How many items of lists, and keys of services, are put together.
const MAX_LAYERED_PER_NODE: WorkLimit = WorkLimit {
    name: "MAX_LAYERED_PER_NODE",
    unit: "items and keys of layers",
    per_node: 64,
    least: 8_000_000,
};

/// What Docker Compose does with a key that two layers set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The later text replaces the earlier one.
    Last,
    /// The later list is put after the earlier one.
    Append,
    /// The same, but an item that is already there is left out.
    AppendOnce,
    /// It is not known; what counts is which definitions set the key.
    Unknown,
}

impl Rule {
    pub(super) fn of(key: &str) -> Self {
        match key {
            "user" | "runtime" => Self::Last,
            "security_opt" => Self::Append,
            "cap_drop" => Self::AppendOnce,
            _ => Self::Unknown,
        }
    }
}

/// What a key is set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, or null.
    #[default]
    Unset,
    Text(TextId),
    /// The list of texts with this number.
    List(u32),
    /// Something, by the definitions that are the list with this number.
    SetBy(u32),
}

/// The place of a text among all texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TextId(u32);

/// The place of a definition of a service among all definitions.
pub(super) type DefinitionId = u32;

/// Lists, each once.
struct Lists<T> {
    lists: Vec<Rc<[T]>>,
    numbers: HashMap<Rc<[T]>, u32>,
}

impl<T: Eq + Hash> Lists<T> {
    fn new() -> Self {
        Self { lists: Vec::new(), numbers: HashMap::new() }
    }

    fn number(&mut self, items: Vec<T>) -> u32 {
        let items: Rc<[T]> = items.into();
        self.numbers.get(&items).copied().unwrap_or_else(|| {
            let place = number(self.lists.len());
            self.lists.push(Rc::clone(&items));
            self.numbers.insert(items, place);
            place
        })
    }

    fn get(&self, number: u32) -> &[T] {
        &self.lists[number as usize]
    }
}

/// All texts and lists of a run of the proof.
pub(super) struct Values<'t> {
    numbers: HashMap<&'t str, TextId>,
    texts: Vec<&'t str>,
    lists: Lists<TextId>,
    definitions: Lists<DefinitionId>,
    budget: Budget,
}

impl<'t> Values<'t> {
    /// For texts with so many nodes.
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            numbers: HashMap::new(),
            texts: Vec::new(),
            lists: Lists::new(),
            definitions: Lists::new(),
            budget: Budget::new(&MAX_LAYERED_PER_NODE, nodes),
        }
    }

    /// Counts work that is to be bounded.
    pub(super) fn spend(&mut self, count: usize) -> Result<(), Exhausted> {
        self.budget.spend(count)
    }

    pub(super) fn text(&mut self, text: &'t str) -> TextId {
        *self.numbers.entry(text).or_insert_with(|| {
            self.texts.push(text);
            TextId(number(self.texts.len() - 1))
        })
    }

    /// The text with this number.
    pub(super) fn words(&self, text: TextId) -> &'t str {
        self.texts[text.0 as usize]
    }

    /// The list of these items, as a key with this rule reads it.
    pub(super) fn list(&mut self, rule: Rule, mut items: Vec<TextId>) -> Result<Value, Exhausted> {
        self.spend(items.len() + 1)?;
        if rule == Rule::AppendOnce {
            let mut seen = HashSet::with_capacity(items.len());
            items.retain(|item| seen.insert(*item));
        }
        Ok(Value::List(self.lists.number(items)))
    }

    /// What a key is that these definitions set, and no rule is known for.
    pub(super) fn set_by(&mut self, definitions: Vec<DefinitionId>) -> Result<Value, Exhausted> {
        self.spend(definitions.len() + 1)?;
        Ok(Value::SetBy(self.definitions.number(definitions)))
    }

    /// How many definitions set a key that no rule is known for.
    pub(super) fn setters(&self, value: Value) -> usize {
        if let Value::SetBy(list) = value { self.definitions.get(list).len() } else { 0 }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self, value: Value) -> &[TextId] {
        if let Value::List(list) = value { self.lists.get(list) } else { &[] }
    }

    /// Whether a value is a list without items.
    pub(super) fn is_empty_list(&self, value: Value) -> bool {
        matches!(value, Value::List(_)) && self.items(value).is_empty()
    }

    /// What two layers make of a key.
    pub(super) fn merge(&mut self, rule: Rule, lower: Value, upper: Value) -> Result<Value, Exhausted> {
        match (lower, upper) {
            (value, Value::Unset) | (Value::Unset, value) => Ok(value),
            (Value::List(_), Value::List(_)) => {
                let items = [self.items(lower), self.items(upper)].concat();
                self.list(rule, items)
            }
            (Value::SetBy(lower), Value::SetBy(upper)) => {
                let definitions = [lower, upper].map(|list| self.definitions.get(list));
                let definitions = definitions.concat();
                self.set_by(definitions)
            }
            _ => Ok(upper),
        }
    }

    /// The first text that occurs twice in a list.
    pub(super) fn twice(&mut self, value: Value) -> Result<Option<&'t str>, Exhausted> {
        self.spend(self.items(value).len())?;
        let mut seen = HashSet::new();
        let item = self.items(value).iter().find(|item| !seen.insert(**item));
        Ok(item.map(|item| self.words(*item)))
    }

    /// How many pairs of different items a list has that are one item for some values of variables.
    pub(super) fn possible_repeats(&mut self, value: Value) -> Result<usize, Exhausted> {
        let items = self.items(value);
        let texts: Vec<&str> = items.iter().map(|item| self.words(*item)).collect();
        let variable = texts.iter().filter(|text| text.contains('$')).count();
        self.spend(variable.saturating_mul(texts.len()))?;
        let pairs =
            texts.iter().enumerate().filter(|(_, text)| text.contains('$')).flat_map(|(place, text)| {
                let others = texts.iter().enumerate();
                // A pair of two with variables is met from both sides.
                others
                    .filter(move |(other, it)| (*other < place || !it.contains('$')) && may_be_one(text, it))
            });
        Ok(pairs.count())
    }
}

/// Whether two texts that differ are one for some values of the variables in them.
fn may_be_one(one: &str, other: &str) -> bool {
    let ends = |text: &str| text.find('$').unwrap_or(text.len());
    let shared = ends(one).min(ends(other));
    one != other && one.as_bytes()[..shared] == other.as_bytes()[..shared]
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("texts within MAX_READ_BYTES and work within its limit have fewer values")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(rule: Rule, lower: Option<&[&'static str]>, upper: Option<&[&'static str]>) -> String {
        let mut values = Values::new(0);
        let [lower, upper] = [lower, upper].map(|items| match items {
            None => Value::Unset,
            Some(items) => {
                let items = items.iter().map(|item| values.text(item)).collect();
                values.list(rule, items).unwrap()
            }
        });
        let value = values.merge(rule, lower, upper).unwrap();
        values.items(value).iter().map(|item| values.words(*item)).collect()
    }

    #[test]
    fn lists_are_appended_and_one_kind_is_rid_of_repeated_items() {
        assert_eq!(merged(Rule::Append, Some(&["b", "a"]), Some(&["c", "a"])), "baca");
        assert_eq!(merged(Rule::AppendOnce, Some(&["b", "a", "b"]), Some(&["c", "a"])), "bac");
        assert_eq!(merged(Rule::Append, Some(&["a"]), None), "a");
        assert_eq!(merged(Rule::Append, None, Some(&["a"])), "a");
        assert_eq!(merged(Rule::Append, Some(&["a"]), Some(&[])), "a");
    }

    #[test]
    fn a_later_text_replaces_an_earlier_one() {
        let mut values = Values::new(0);
        let [a, b] = ["a", "b"].map(|text| Value::Text(values.text(text)));
        assert_eq!(values.merge(Rule::Last, a, b), Ok(b));
        assert_eq!(values.merge(Rule::Last, a, Value::Unset), Ok(a));
    }

    #[test]
    fn definitions_that_set_a_key_are_put_together() {
        let mut values = Values::new(0);
        let [first, second] = [0, 1].map(|definition| values.set_by(vec![definition]).unwrap());
        assert_ne!(first, second);
        let both = values.merge(Rule::Unknown, first, second).unwrap();
        assert_eq!([Value::Unset, first, both].map(|value| values.setters(value)), [0, 1, 2]);
        assert_eq!(values.merge(Rule::Unknown, first, Value::Unset), Ok(first));
    }

    #[test]
    fn equal_lists_have_equal_numbers() {
        let mut values = Values::new(0);
        let [a, b] = ["a", "b"].map(|text| values.text(text));
        let first = values.list(Rule::Append, vec![a, b]).unwrap();
        assert_eq!(values.list(Rule::Append, vec![a, b]), Ok(first));
        assert_ne!(values.list(Rule::Append, vec![b, a]), Ok(first));
    }

    #[test]
    fn finds_an_item_that_stands_twice() {
        let mut values = Values::new(0);
        let items = ["a", "b", "a"].map(|text| values.text(text)).to_vec();
        let list = values.list(Rule::Append, items).unwrap();
        assert_eq!(values.twice(list), Ok(Some("a")));
        assert_eq!(values.twice(Value::Unset), Ok(None));
    }

    #[test]
    fn counts_the_pairs_of_items_that_variables_may_make_one() {
        for (items, pairs) in [
            (&["a", "b"][..], 0),
            (&["a", "$A"], 1),
            (&["$A", "a"], 1),
            (&["ab", "a$A"], 1),
            (&["a$A", "b$B"], 0),
            (&["$A", "$A"], 0),
            (&["$A", "$B", "x"], 3),
        ] {
            let mut values = Values::new(0);
            let numbers = items.iter().map(|item| values.text(item)).collect();
            let list = values.list(Rule::Append, numbers).unwrap();
            assert_eq!(values.possible_repeats(list), Ok(pairs), "{items:?}");
        }
    }

    #[test]
    fn stops_where_the_work_is_out_of_proportion() {
        let mut values = Values::new(0);
        assert!(values.spend(8_000_000).is_ok());
        let exhausted = values.list(Rule::Append, vec![]).unwrap_err();
        assert_eq!(exhausted.to_string(), "8000000 items and keys of layers (MAX_LAYERED_PER_NODE)");
    }
}
