//! A service: its name, where its keys are written, and what of them hardening needs to know.

use std::borrow::Cow;

use super::{Aliases, ComposeError, ComposeRule, is_merge_key, layers, merge_entry};
use crate::yaml::{Entry, Node, NodeKind, ScalarType, resolve_plain};

/// A service of a document.
#[derive(Debug)]
pub struct Service<'t> {
    /// Its name.
    pub name: Cow<'t, str>,
    /// The key that names it.
    pub key: Node<'t>,
    /// What stands behind the key.
    pub body: Body<'t>,
}

/// Where a service's keys are written.
#[derive(Clone, Copy, Debug)]
pub enum Body<'t> {
    /// In a mapping.
    Mapping(Node<'t>),
    /// In the mapping that an alias stands for.
    Alias {
        /// The alias.
        alias: Node<'t>,
        /// The mapping.
        target: Node<'t>,
    },
    /// Nowhere: `!reset` removes the service, or it adds nothing to one of an earlier document.
    None,
}

/// What a service extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extends {
    /// The service's name.
    pub service: String,
    /// The file it is in, where that is another one.
    pub file: Option<String>,
}

const STRINGS: [&str; 2] = ["user", "runtime"];
const LISTS: [&str; 3] = ["security_opt", "cap_drop", "cap_add"];

impl<'t> Service<'t> {
    /// Reads the service that `entry` of a `services` mapping defines; `first` tells whether no earlier document
    /// defines it.
    ///
    /// # Errors
    /// What Docker Compose rejects: a name, a body that is no mapping, or a key of another type than it must be.
    pub(super) fn read(entry: &Entry<'t>, aliases: &Aliases<'t>, first: bool) -> Result<Self, ComposeError> {
        let key = aliases.resolve(entry.key);
        let name = key.scalar().unwrap_or_default();
        let error = |rule, node: Node<'_>| Err(ComposeError { rule, span: node.span() });
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if name.is_empty() || !name.bytes().all(valid) {
            return error(ComposeRule::ServiceName(name.into_owned()), entry.key);
        }
        let target = aliases.resolve(entry.value);
        let removed = entry.value.tag() == Some("!reset");
        let null = target.is_scalar() && target.kind() != NodeKind::Alias && is_null(target);
        let body = match entry.value.kind() {
            _ if removed || (null && !first) => Body::None,
            _ if !target.is_mapping() => {
                return error(ComposeRule::ServiceNotMapping(name.into_owned()), entry.key);
            }
            NodeKind::Alias => Body::Alias { alias: entry.value, target },
            _ => Body::Mapping(target),
        };
        if let Body::Mapping(mapping) = body {
            check_types(mapping, aliases)?;
        }
        Ok(Self { name, key: entry.key, body })
    }

    /// The mapping that holds its keys.
    #[must_use]
    pub fn mapping(&self) -> Option<Node<'t>> {
        match self.body {
            Body::Mapping(mapping) | Body::Alias { target: mapping, .. } => Some(mapping),
            Body::None => None,
        }
    }

    /// Returns the mappings that make it up, in order of precedence: its own, then what merge keys bring.
    ///
    /// # Errors
    /// A merge key that Docker Compose rejects.
    pub fn layers(&self, aliases: &Aliases<'t>) -> Result<Vec<Node<'t>>, ComposeError> {
        match self.mapping() {
            Some(mapping) if merge_entry(mapping).is_none() => Ok(vec![mapping]),
            Some(mapping) => layers(mapping, aliases),
            None => Ok(Vec::new()),
        }
    }

    /// Returns what the service made up of `layers` extends.
    ///
    /// # Errors
    /// An `extends` that names no service.
    pub fn extends(
        layers: &[Node<'t>],
        aliases: &Aliases<'t>,
    ) -> Result<Option<(Node<'t>, Extends)>, ComposeError> {
        let Some(value) = find(layers, "extends") else { return Ok(None) };
        let target = aliases.resolve(value);
        let text = |node: Node<'t>| aliases.resolve(node).scalar().filter(|text| !text.is_empty());
        let entry = |key: &str| {
            target
                .entries()
                .find(|entry| entry.key.scalar().as_deref() == Some(key))
                .and_then(|entry| text(entry.value))
        };
        let (service, file) =
            if target.is_mapping() { (entry("service"), entry("file")) } else { (text(target), None) };
        match service {
            Some(service) => {
                let extends = Extends { service: service.into_owned(), file: file.map(Cow::into_owned) };
                Ok(Some((value, extends)))
            }
            None => Err(ComposeError { rule: ComposeRule::Extends, span: value.span() }),
        }
    }
}

/// The value of `key` in the first of `layers` that has it.
pub(super) fn find<'t>(layers: &[Node<'t>], key: &str) -> Option<Node<'t>> {
    layers.iter().find_map(|layer| {
        layer
            .entries()
            .find(|entry| entry.key.is_text(key) && !is_merge_key(entry.key))
            .map(|entry| entry.value)
    })
}

fn is_null(node: Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::Plain | NodeKind::Empty)
        && resolve_plain(&node.scalar().unwrap_or_default()) == ScalarType::Null
}

/// Checks the types of the keys that hardening is about, as Docker Compose's schema does.
fn check_types<'t>(mapping: Node<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    for entry in mapping.entries() {
        if entry.value.tag().is_some() {
            continue;
        }
        let key = entry.key.scalar().unwrap_or_default();
        let (string, list) = (STRINGS.contains(&&*key), LISTS.contains(&&*key));
        if !string && !list {
            continue;
        }
        let value = aliases.resolve(entry.value);
        let is_string = match value.kind() {
            NodeKind::Plain | NodeKind::Empty => {
                resolve_plain(&value.scalar().unwrap_or_default()) == ScalarType::String
            }
            _ => value.is_scalar(),
        };
        let rule = match string {
            true if !is_string => ComposeRule::NotString(key.into_owned()),
            false if !value.is_sequence() => ComposeRule::NotList(key.into_owned()),
            _ => continue,
        };
        let span = if entry.value.span().is_empty() { entry.key.span() } else { entry.value.span() };
        return Err(ComposeError { rule, span });
    }
    Ok(())
}
