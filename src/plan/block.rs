//! The hardening block of a document: the one that is there, or the place for a new one.

use super::{Refusal, RefusalReason};
use crate::compose::{Aliases, ComposeDocument, is_merge_key, layers};
use crate::policy::Policy;
use crate::text::{Edit, Span};
use crate::yaml::{Node, NodeKind, Style, edit};

/// The most keys a block can have.
pub(super) const MAX_BLOCK_KEYS: usize = 64;

/// The block that a document's services merge.
pub(super) struct Block<'t> {
    /// Its mapping, where it is there already.
    pub(super) existing: Option<Node<'t>>,
    /// The name of its anchor.
    pub(super) anchor: String,
    /// The keys it sets, in order.
    pub(super) keys: Vec<String>,
    /// The items of its `security_opt`.
    pub(super) security_opt: Vec<String>,
}

impl<'t> Block<'t> {
    /// Finds the block of `document`, or names a new one.
    pub(super) fn of(
        document: &ComposeDocument<'t>,
        aliases: &Aliases<'t>,
        policy: &Policy,
    ) -> Result<Self, Refusal> {
        let Some((_, entry)) = document.entry(&policy.key) else {
            return Ok(Self::new(aliases, policy));
        };
        let Some(anchor) = entry.value.anchor().filter(|_| entry.value.is_mapping()) else {
            let reason = RefusalReason::KeyTaken(policy.key.clone());
            return Err(Refusal { reason, span: entry.key.span() });
        };
        let mut block = Self {
            existing: Some(entry.value),
            anchor: anchor.to_owned(),
            keys: Vec::new(),
            security_opt: Vec::new(),
        };
        for layer in layers(entry.value, aliases)? {
            for option in layer.entries().filter(|option| !is_merge_key(option.key)) {
                let key = aliases.resolve(option.key).scalar().unwrap_or_default().into_owned();
                if block.keys.contains(&key) {
                    continue;
                }
                if key == "security_opt" {
                    block.security_opt = items(option.value, aliases);
                }
                block.keys.push(key);
            }
        }
        if block.keys.len() > MAX_BLOCK_KEYS {
            return Err(Refusal {
                reason: RefusalReason::LargeBlock(MAX_BLOCK_KEYS),
                span: entry.key.span(),
            });
        }
        Ok(block)
    }

    fn new(aliases: &Aliases<'t>, policy: &Policy) -> Self {
        let taken = |name: &str| aliases.anchored().iter().any(|(anchor, _)| *anchor == name);
        let opts = format!("{}-opts", policy.anchor);
        let numbered = (2..).map(|number| format!("{opts}-{number}"));
        let mut names = [policy.anchor.clone(), opts.clone()].into_iter().chain(numbered);
        let anchor = names.find(|name| !taken(name)).expect("the names never end");
        let keys = policy.options.iter().map(|(key, _)| key.clone()).collect();
        let security_opt = policy.options.iter().filter(|(key, _)| key == "security_opt");
        let security_opt = security_opt.flat_map(|(_, value)| match value {
            super::OptionValue::Text(text) => vec![text.clone()],
            super::OptionValue::List(items) => items.clone(),
        });
        Self { existing: None, anchor, keys, security_opt: security_opt.collect() }
    }

    /// Checks that an alias at each of `sites` names this block, and returns the edit that adds a new one.
    pub(super) fn place(
        &self,
        document: &ComposeDocument<'t>,
        aliases: &Aliases<'t>,
        policy: &Policy,
        sites: &[Span],
    ) -> Result<Option<Edit>, Refusal> {
        let (Some(first), Some(last)) = (sites.iter().min(), sites.iter().max()) else { return Ok(None) };
        let Some(existing) = self.existing else {
            return Ok(Some(self.insert(document, policy, *first)));
        };
        if existing.span().start() > first.start() {
            let reason = RefusalReason::BlockBehind(policy.key.clone());
            return Err(Refusal { reason, span: existing.span() });
        }
        let again = aliases.anchored().iter().find(|(name, node)| {
            *name == self.anchor && node.id() > existing.id() && node.span().start() < last.start()
        });
        match again {
            Some((name, node)) => {
                let reason = RefusalReason::AnchorRedefined((*name).to_owned());
                Err(Refusal { reason, span: node.anchor_span().unwrap_or(node.span()) })
            }
            None => Ok(None),
        }
    }

    fn insert(&self, document: &ComposeDocument<'t>, policy: &Policy, first: Span) -> Edit {
        if document.root.kind() != NodeKind::BlockMapping {
            return edit::insert_first_entry(document.root, &policy.block_flow(&self.anchor));
        }
        let around = document.root.entries().find(|entry| entry.value.span().end() > first.start());
        let lines = policy.block_lines(&self.anchor, Style::of(document.node));
        match around {
            Some(entry) => edit::insert_lines_before(&entry, &lines),
            None => edit::insert_first_entry(document.root, &policy.block_flow(&self.anchor)),
        }
    }
}

/// The texts of the items of a list.
pub(super) fn items<'t>(list: Node<'t>, aliases: &Aliases<'t>) -> Vec<String> {
    let list = aliases.resolve(list);
    let items = list.is_sequence().then(|| list.children());
    let texts = items.into_iter().flatten().filter_map(|item| aliases.resolve(item).scalar());
    texts.map(std::borrow::Cow::into_owned).collect()
}
