//! Whether lists have items that the hardening has, in one layer or in those over it.

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};

use super::loaded::LoadedProject;
use super::planner::Planner;
use crate::compose::{Aliases, Definition, FileId, Project};
use crate::yaml::Node;

/// What the items of a list are about: options, whatever their values, and capabilities.
pub(super) struct ItemNames<'l> {
    /// Without repeats, in order.
    names: Box<[Cow<'l, str>]>,
    /// Whether a variable may stand for any other.
    has_variable: bool,
}

impl<'l> ItemNames<'l> {
    fn of(list: Node<'l>, aliases: &Aliases<'l>) -> Self {
        let (mut names, mut has_variable) = (Vec::new(), false);
        for item in list.children().filter_map(|item| aliases.resolve(item).scalar()) {
            has_variable |= item.contains('$');
            names.push(name_of(item));
        }
        names.sort_unstable();
        names.dedup();
        Self { names: names.into(), has_variable }
    }

    /// Whether the list is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether an item is about the same as `item`, or may be, depending on a variable.
    pub(super) fn speak_of(&self, item: &str) -> bool {
        self.has_variable || self.names.binary_search(&name_of(item.into())).is_ok()
    }
}

/// The option that `item` sets, or the capability that it is.
fn name_of(item: Cow<'_, str>) -> Cow<'_, str> {
    let end = item.find(['=', ':']).unwrap_or(item.len());
    let without_prefix = |name: &str| name.strip_prefix("cap_").map_or(0, |_| "cap_".len());
    match item {
        Cow::Borrowed(text) if !text[..end].bytes().any(|byte| byte.is_ascii_uppercase()) => {
            let name = &text[..end];
            Cow::Borrowed(&name[without_prefix(name)..])
        }
        text => {
            let mut name = text[..end].to_ascii_lowercase();
            name.drain(..without_prefix(&name));
            Cow::Owned(name)
        }
    }
}

/// What is known of the items of lists; found out when it is asked for.
pub(super) struct ListItems<'p, 'l> {
    projects: &'p [&'p LoadedProject],
    /// By the node of the list: many services may have the same.
    names: HashMap<(FileId, u32), ItemNames<'l>>,
    /// For each item asked for, and its key, the definitions that a layer with it lies over.
    under: HashMap<(String, String), HashSet<Definition>>,
}

impl<'p, 'l> ListItems<'p, 'l> {
    /// How many items are looked for: each takes a walk through all layers, and blocks have two.
    const MAX_ITEMS: usize = 16;

    pub(super) fn of(projects: &'p [&'p LoadedProject]) -> Self {
        Self { projects, names: HashMap::default(), under: HashMap::default() }
    }

    /// The names of the items that `definition` has in its list `key`; none where it has no list.
    pub(super) fn names(
        &mut self,
        planner: &Planner<'_, 'l>,
        definition: Definition,
        key: &str,
    ) -> Option<&ItemNames<'l>> {
        let list = planner.library.value_of(definition, key).filter(|list| list.is_sequence())?;
        let aliases = planner.library.file_of(definition).aliases();
        let names = self.names.entry((definition.file, list.id()));
        Some(names.or_insert_with(|| ItemNames::of(list, aliases)))
    }

    /// Whether a layer over `definition` has an item that is about the same as `item` in its list `key`, or too many were
    /// asked for to tell.
    pub(super) fn may_come_later(
        &mut self,
        planner: &Planner<'_, 'l>,
        definition: Definition,
        key: &str,
        item: &str,
    ) -> bool {
        let asked = (key.to_owned(), item.to_owned());
        if let Some(under) = self.under.get(&asked) {
            return under.contains(&definition);
        }
        if self.under.len() == Self::MAX_ITEMS {
            return true;
        }
        let mut under = HashSet::default();
        for loaded in self.projects {
            let has_item = |over| self.names(planner, over, key).is_some_and(|names| names.speak_of(item));
            under.extend(definitions_under(&loaded.project, has_item));
        }
        let is_under = under.contains(&definition);
        self.under.insert(asked, under);
        is_under
    }
}

/// The definitions in `project` that lie under one of those that `wanted` tells.
fn definitions_under(project: &Project, mut wanted: impl FnMut(Definition) -> bool) -> Vec<Definition> {
    let mut under = vec![false; project.layers.len()];
    let mut found = Vec::new();
    // Each layer comes after the one that it lies over.
    for (place, layer) in project.layers.iter().enumerate().rev() {
        if under[place] {
            found.push(layer.definition);
        }
        if let Some(below) = layer.below {
            under[below as usize] |= under[place] || wanted(layer.definition);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    #[test]
    fn an_item_speaks_of_the_same_option_or_capability_whatever_its_form() {
        let nnp = "no-new-privileges=true";
        for (own, item, is_same) in [
            ("no-new-privileges:false", nnp, true),
            ("no-new-privileges", nnp, true),
            ("\"No-New-Privileges\\x3dtrue\"", nnp, true),
            ("$OPTION", nnp, true),
            ("seccomp=unconfined", nnp, false),
            ("all", "ALL", true),
            ("CAP_ALL", "ALL", true),
            ("cap_all", "ALL", true),
            ("NET_RAW", "ALL", false),
        ] {
            let text = format!("- {own}\n- other\n");
            let tree = parse(&text);
            let list = tree.documents().next().unwrap().children().next().unwrap();
            let names = ItemNames::of(list, &Aliases::of(&tree).unwrap());
            assert_eq!(names.speak_of(item), is_same, "{own}");
        }
    }
}
