//! The hardening block of a document: the existing one, or the place for a new one.

use std::borrow::Cow;
use std::sync::Arc;

use foldhash::HashSet;

use super::RefusalReason;
use super::keys::{KeySet, Keys};
use super::refusal::Obstacle;
use super::repeat::Repeat;
use crate::compose::{
    Aliases, ComposeDocument, ComposeFile, ComposeRule, check_attribute, is_merge_key, is_null,
    is_plainly_tagged, is_reset, is_service_attribute, with_merged,
};
use crate::policy::{OptionValue, Policy};
use crate::text::{Edit, Span};
use crate::yaml::{Entry, Node, NodeKind, Style, edit};

/// The most items that a list of a block can have if its items are compared; Linux has fewer capabilities.
pub const MAX_BLOCK_ITEMS: usize = 64;

/// The block that a document's services merge.
#[derive(Default)]
pub(super) struct Block<'t> {
    /// Its mapping, if it exists already.
    pub(super) existing: Option<Node<'t>>,
    /// The document that holds it.
    pub(super) document: usize,
    /// The name of its anchor.
    pub(super) anchor: String,
    /// The keys it sets.
    pub(super) keys: KeySet,
    /// Their names in its order.
    pub(super) names: Arc<[String]>,
    /// The items of the lists whose items are compared, by their keys.
    items: Arc<[(String, Vec<String>)]>,
}

impl<'t> Block<'t> {
    /// Finds the block of each document of `file`, or names a new one.
    pub(super) fn of_file(
        file: &ComposeFile<'t>,
        policy: &Policy,
        keys: &mut Keys,
    ) -> Result<Vec<Self>, Obstacle> {
        let mut blocks: Vec<Self> = Vec::new();
        for (number, document) in file.documents().iter().enumerate() {
            let earlier = blocks.last();
            let block = match (file.aliases().entry(document.root, &policy.key), earlier) {
                (Some(entry), _) => {
                    let anchored = entry.value.anchor().filter(|_| entry.value.is_mapping());
                    let taken = || RefusalReason::KeyTaken(policy.key.clone()).at(entry.key.span());
                    let anchor = anchored.ok_or_else(taken)?;
                    // With a tag such as `!reset` Docker Compose would not see what it holds.
                    if !is_plainly_tagged(entry.value) {
                        return Err(RefusalReason::TaggedBlock(policy.key.clone()).at(entry.value.span()));
                    }
                    Self::existing(entry.value, number, anchor, file.aliases(), keys)?
                }
                // Docker Compose lets aliases reach into earlier documents.
                (None, Some(block)) if block.existing.is_some() => Self {
                    anchor: block.anchor.clone(),
                    names: Arc::clone(&block.names),
                    items: Arc::clone(&block.items),
                    ..*block
                },
                (None, earlier) => {
                    let named = earlier.map(|block| block.anchor.clone());
                    let anchor = named.unwrap_or_else(|| free_anchor(file.aliases(), policy));
                    Self::new(number, anchor, policy, keys)?
                }
            };
            blocks.push(match earlier {
                Some(earlier) => block.sharing(earlier),
                None => block,
            });
        }
        Ok(blocks)
    }

    fn existing(
        mapping: Node<'t>,
        document: usize,
        anchor: &str,
        aliases: &Aliases<'t>,
        keys: &mut Keys,
    ) -> Result<Self, Obstacle> {
        let (mut set, mut names, mut lists) = (0, Vec::new(), Vec::new());
        let layers = with_merged(mapping, aliases)?;
        for option in layers.iter().flat_map(|layer| layer.entries()) {
            if is_merge_key(option.key) {
                continue;
            }
            let key = aliases.resolve(option.key).scalar().unwrap_or_default();
            let value = aliases.resolve(option.value);
            check_option(&key, &option, aliases)?;
            let bit = keys.add(&key, value.is_scalar()).map_err(|reason| reason.at(option.key.span()))?;
            if set & bit != 0 {
                continue;
            }
            if keys.lists & bit != 0 && value.is_sequence() {
                let items = value.children().filter_map(|item| aliases.resolve(item).scalar());
                let items: Vec<_> = items.take(MAX_BLOCK_ITEMS + 1).map(Cow::into_owned).collect();
                if items.len() > MAX_BLOCK_ITEMS {
                    return Err(RefusalReason::LongList(MAX_BLOCK_ITEMS).at(option.key.span()));
                }
                if keys.unique & bit != 0 && Repeat::is_within(&items) {
                    return Err(RefusalReason::PerhapsSame.at(option.key.span()));
                }
                lists.push((key.clone().into_owned(), items));
            }
            set |= bit;
            names.push(key.into_owned());
        }
        Ok(Self {
            existing: Some(mapping),
            document,
            anchor: anchor.to_owned(),
            keys: set,
            names: names.into(),
            items: lists.into(),
        })
    }

    fn new(document: usize, anchor: String, policy: &Policy, keys: &mut Keys) -> Result<Self, Obstacle> {
        let (mut set, mut lists) = (0, Vec::new());
        for (key, value) in &policy.options {
            let is_scalar = matches!(value, OptionValue::Text(_));
            let bit = keys.add(key, is_scalar).map_err(|reason| reason.at(Span::at(0)))?;
            set |= bit;
            if let OptionValue::List(items) = value {
                if keys.unique & bit != 0 && Repeat::is_within(items) {
                    return Err(RefusalReason::PerhapsSame.at(Span::at(0)));
                }
                lists.push((key.clone(), items.clone()));
            }
        }
        let names = policy.options.iter().map(|(key, _)| key.clone()).collect();
        Ok(Self { existing: None, document, anchor, keys: set, names, items: lists.into() })
    }

    /// Keeps once what it has in common with the block of an earlier document: there may be many documents.
    fn sharing(mut self, earlier: &Self) -> Self {
        if self.names == earlier.names {
            self.names = Arc::clone(&earlier.names);
        }
        if self.items == earlier.items {
            self.items = Arc::clone(&earlier.items);
        }
        self
    }

    /// The items of its list `key`.
    pub(super) fn items(&self, key: &str) -> &[String] {
        self.items.iter().find(|(known, _)| known == key).map_or(&[], |(_, items)| items)
    }

    /// Whether another document's block holds the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.existing == other.existing
    }

    /// Checks that an alias at each of `sites` names this block, and returns the edit that adds a new one.
    pub(super) fn place(
        &self,
        document: &ComposeDocument<'t>,
        aliases: &Aliases<'t>,
        policy: &Policy,
        sites: &[Span],
    ) -> Result<Option<Edit>, Obstacle> {
        let (Some(first), Some(last)) = (sites.iter().min(), sites.iter().max()) else { return Ok(None) };
        if first.start() < document.node.span().start() {
            return Err(RefusalReason::EarlierDocument.at(*first));
        }
        let Some(existing) = self.existing else {
            return Ok(Some(self.insert(document, policy, *first)));
        };
        if existing.span().start() > first.start() {
            return Err(RefusalReason::BlockBehind(policy.key.clone()).at(existing.span()));
        }
        match aliases.redefined(existing).filter(|node| node.span().start() < last.start()) {
            Some(again) => {
                let reason = RefusalReason::AnchorRedefined(self.anchor.clone());
                Err(reason.at(again.anchor_span().unwrap_or(again.span())))
            }
            None => Ok(None),
        }
    }

    fn insert(&self, document: &ComposeDocument<'t>, policy: &Policy, first: Span) -> Edit {
        if document.root.kind() != NodeKind::BlockMapping {
            return edit::insert_first_entry(document.root, &policy.block_flow(&self.anchor));
        }
        // The last entry that begins before the first alias of the block holds it.
        let around =
            document.root.entries().take_while(|entry| entry.key.span().start() <= first.start()).last();
        let lines = policy.block_lines(&self.anchor, Style::of(document.node));
        let around = around.expect("a service is inside an entry of the root");
        edit::insert_lines_before(&around, &lines)
    }
}

/// Checks an option of an existing block: each service that merges the block gets it.
fn check_option(key: &str, option: &Entry<'_>, aliases: &Aliases<'_>) -> Result<(), Obstacle> {
    let rule = match check_attribute(key, option, aliases) {
        Err(error) => Some(error.rule),
        Ok(()) if is_null(aliases.resolve(option.value)) => Some(ComposeRule::Null(key.to_owned())),
        Ok(()) if key == "extends" || !is_service_attribute(key) => {
            Some(ComposeRule::NoAttribute(key.to_owned()))
        }
        Ok(()) => None,
    };
    match rule {
        Some(rule) => Err(RefusalReason::BadBlock(rule).at(option.key.span())),
        // Each service merges what is removed, but none has it.
        None if is_reset(option.value) => {
            Err(RefusalReason::RemovedKey(key.to_owned()).at(option.value.span()))
        }
        None => Ok(()),
    }
}

/// An anchor's name that no anchor of the file has.
fn free_anchor(aliases: &Aliases<'_>, policy: &Policy) -> String {
    let anchors: HashSet<&str> = aliases.anchored().iter().map(|(anchor, _)| *anchor).collect();
    let opts = format!("{}-opts", policy.anchor);
    let numbered = (2..).map(|number| format!("{opts}-{number}"));
    let mut names = [policy.anchor.clone(), opts.clone()].into_iter().chain(numbered);
    names.find(|name| !anchors.contains(name.as_str())).expect("the names never end")
}
