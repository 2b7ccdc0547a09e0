//! From folders to groups: folders that one list reaches into are one group.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use foldhash::HashSet;

use super::folder::Folder;
use super::path::parent;
use crate::compose::Group;

/// Joins `folders` where a list of one names a file in the directory of another.
///
/// Groups come in the order of their first directory. In a group, lists keep the order of `folders`, equal ones are
/// kept once, and a file in a list is not a variant.
pub(super) fn join(folders: Vec<Folder>) -> Vec<Group> {
    let mut sets = DirectorySets::default();
    for folder in &folders {
        let own = sets.set_of(&folder.directory);
        for file in folder.lists.iter().flat_map(|list| &list.files) {
            let other = sets.set_of(parent(file));
            sets.unite(own, other);
        }
    }
    let (places, count) = sets.groups();
    let mut groups: Vec<Group> = std::iter::repeat_with(Group::default).take(count).collect();
    for folder in folders {
        let group = &mut groups[places[&folder.directory]];
        group.lists.extend(folder.lists);
        group.variants.extend(folder.variants);
        group.messages.extend(folder.messages);
    }
    groups.iter_mut().for_each(tidy);
    groups
        .retain(|group| !(group.lists.is_empty() && group.variants.is_empty() && group.messages.is_empty()));
    groups
}

fn tidy(group: &mut Group) {
    let mut kept = HashSet::default();
    group.lists.retain(|list| kept.insert((list.files.clone(), list.directory.clone(), list.is_fitting())));
    let stated = group.lists.iter().filter(|list| !list.is_fitting());
    let mut listed: HashSet<&PathBuf> = stated.flat_map(|list| &list.files).collect();
    group.variants = group.variants.iter().filter(|file| listed.insert(file)).cloned().collect();
    group.messages.sort_by(|one, other| one.path.cmp(&other.path));
    // Directories inside each other may both have been walked.
    group.messages.dedup();
}

/// Sets of directories that no two of share a directory.
#[derive(Default)]
struct DirectorySets {
    members: BTreeMap<PathBuf, usize>,
    /// The member that stands for the set of each member, or one nearer to it.
    parents: Vec<usize>,
}

impl DirectorySets {
    fn set_of(&mut self, directory: &Path) -> usize {
        if let Some(member) = self.members.get(directory) {
            return *member;
        }
        let member = self.parents.len();
        self.members.insert(directory.to_owned(), member);
        self.parents.push(member);
        member
    }

    fn head(&mut self, mut member: usize) -> usize {
        while self.parents[member] != member {
            self.parents[member] = self.parents[self.parents[member]];
            member = self.parents[member];
        }
        member
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.head(one), self.head(other));
        self.parents[other] = one;
    }

    /// Returns the number of the set of each directory, counted in order of path, and how many there are.
    fn groups(mut self) -> (BTreeMap<PathBuf, usize>, usize) {
        let mut numbers = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (directory, member) in std::mem::take(&mut self.members) {
            let head = self.head(member);
            let next = numbers.len();
            places.insert(directory, *numbers.entry(head).or_insert(next));
        }
        (places, numbers.len())
    }
}
