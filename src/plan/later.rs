//! Whether a layer over a definition sets an item that the hardening has and its own list lacks.

use foldhash::{HashMap, HashSet};

use super::loaded::LoadedProject;
use super::planner::Planner;
use crate::compose::{Definition, Project};
use crate::yaml::Node;

impl Planner<'_, '_> {
    /// Whether the list `key` of `definition` has an item that is about the same as `item`.
    pub(super) fn sets_item(&self, definition: Definition, key: &str, item: &str) -> bool {
        let list = self.library.value_of(definition, key).filter(|list| list.is_sequence());
        let aliases = self.library.file_of(definition).aliases();
        let items = list.into_iter().flat_map(Node::children);
        items.filter_map(|own| aliases.resolve(own).scalar()).any(|own| speaks_of(&own, item))
    }
}

/// Which definitions have an item that a layer over them sets, found for each item when it is asked for.
pub(super) struct LaterItems<'p> {
    projects: &'p [&'p LoadedProject],
    found: HashMap<(String, String), HashSet<Definition>>,
}

impl<'p> LaterItems<'p> {
    /// How many items are looked for: each takes a walk through all layers, and blocks have two.
    const MAX_ITEMS: usize = 16;

    pub(super) fn of(projects: &'p [&'p LoadedProject]) -> Self {
        Self { projects, found: HashMap::default() }
    }

    /// Whether a layer over `definition` has an item that is about the same as `item` in its list `key`, or too many were
    /// asked for to tell.
    pub(super) fn have(
        &mut self,
        planner: &Planner<'_, '_>,
        definition: Definition,
        key: &str,
        item: &str,
    ) -> bool {
        let asked = (key.to_owned(), item.to_owned());
        if self.found.len() == Self::MAX_ITEMS && !self.found.contains_key(&asked) {
            return true;
        }
        let projects = self.projects;
        let sets = |over| planner.sets_item(over, key, item);
        let found = self.found.entry(asked).or_insert_with(|| {
            projects.iter().flat_map(|loaded| definitions_under(&loaded.project, sets)).collect()
        });
        found.contains(&definition)
    }
}

/// The definitions in `project` that lie under one of those that `wanted` tells.
fn definitions_under(project: &Project, wanted: impl Fn(Definition) -> bool) -> Vec<Definition> {
    let mut under = vec![false; project.layers.len()];
    let mut found = Vec::new();
    // Each layer comes behind the one that it lies over.
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

/// Whether `own` is about the same as `item`, or may be by a variable: the same option with any value, or the same
/// capability.
fn speaks_of(own: &str, item: &str) -> bool {
    let option = |text: &str| {
        let option = text.split(['=', ':']).next().unwrap_or_default().to_ascii_lowercase();
        option.strip_prefix("cap_").map(str::to_owned).unwrap_or(option)
    };
    own.contains('$') || option(own) == option(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_speaks_of_the_same_option_or_capability_whatever_its_form() {
        let nnp = "no-new-privileges=true";
        for (own, item, is_same) in [
            ("no-new-privileges:false", nnp, true),
            ("no-new-privileges", nnp, true),
            ("$OPTION", nnp, true),
            ("seccomp=unconfined", nnp, false),
            ("all", "ALL", true),
            ("CAP_ALL", "ALL", true),
            ("NET_RAW", "ALL", false),
        ] {
            assert_eq!(speaks_of(own, item), is_same, "{own}");
        }
    }
}
