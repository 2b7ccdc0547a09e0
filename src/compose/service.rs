//! A service as one document defines it: its name, where its keys are written, and what it extends.

use std::borrow::Cow;

use super::attribute::{SetAttributes, check_attribute, is_list, is_null, kind_of};
use super::merge::Merged;
use super::{
    Aliases, ComposeError, ComposeRule, MergeStep, is_compose_tag, is_merge_key, is_override, is_reset,
    merge_entry, walk_merged, with_merged,
};
use crate::text::Span;
use crate::yaml::dialect::is_string;
use crate::yaml::{Entry, Node, NodeKind};

/// The longest name of a service, in bytes.
pub const MAX_NAME_BYTES: usize = 4096;

/// A service as a document defines it.
#[derive(Debug)]
pub struct Service<'t> {
    /// Its name.
    pub name: Cow<'t, str>,
    /// The key that names it.
    pub key: Node<'t>,
    /// The value of the key.
    pub body: Body<'t>,
    /// What it extends, by a key of its own or a merged one.
    pub extends: Option<Box<Extends>>,
    /// Whether it merges other mappings, or is an alias of one that may.
    merges: bool,
    /// The fault of a faulty one.
    fault: Option<Box<ComposeError>>,
}

/// What the entry of a service holds.
#[derive(Clone, Copy, Debug)]
pub enum Body<'t> {
    /// A mapping.
    Mapping(Node<'t>),
    /// An alias of a mapping.
    Alias {
        /// The alias.
        alias: Node<'t>,
        /// The mapping.
        target: Node<'t>,
    },
    /// Nothing: this adds nothing to what an earlier document or file defines, and without one is not a service.
    Null,
    /// `!reset`, which removes the service.
    Removed,
    /// Something that Docker Compose rejects where the document is loaded, and passes over where another service of it
    /// is extended.
    Faulty,
}

/// What a service extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extends {
    /// The service's name.
    pub service: String,
    /// The file it is in, as written; none for the same document.
    pub file: Option<String>,
    /// The bytes that say so.
    pub span: Span,
}

impl<'t> Service<'t> {
    /// Reads the service that `entry` of a `services` mapping defines, and adds to `merged` what it is made of; a fault
    /// of the service itself gives [`Body::Faulty`].
    ///
    /// In `replacing`, the bytes of a `services` mapping with `!override`, Docker Compose ignores further tags.
    ///
    /// # Errors
    /// A fault that makes the whole file unreadable.
    pub(super) fn read(
        entry: &Entry<'t>,
        aliases: &Aliases<'t>,
        replacing: Option<Span>,
        merged: &mut Merged,
    ) -> Result<Self, ComposeError> {
        Self::read_sound(entry, aliases, replacing, merged).or_else(|error| {
            if !error.rule.is_of_service() {
                return Err(error);
            }
            check_extends(entry.value, aliases, merged)?;
            let key = aliases.resolve(entry.key);
            let name = key.scalar().unwrap_or_default();
            let fault = Some(Box::new(error));
            Ok(Self { name, key: entry.key, body: Body::Faulty, extends: None, merges: false, fault })
        })
    }

    /// Reads a service; a fault of the service itself, in its name, its body or the type of a key, is an error as well.
    fn read_sound(
        entry: &Entry<'t>,
        aliases: &Aliases<'t>,
        replacing: Option<Span>,
        merged: &mut Merged,
    ) -> Result<Self, ComposeError> {
        let key = aliases.resolve(entry.key);
        let name = key.scalar().unwrap_or_default();
        let error = |rule, node: Node<'_>| Err(ComposeError { rule, span: node.span() });
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if name.len() > MAX_NAME_BYTES {
            return error(ComposeRule::LongServiceName(MAX_NAME_BYTES), entry.key);
        }
        if name.is_empty() || !name.bytes().all(valid) {
            return error(ComposeRule::ServiceName(name.into_owned()), entry.key);
        }
        let target = aliases.resolve(entry.value);
        let body = match entry.value.kind() {
            _ if is_reset(entry.value) && replacing.is_some_and(|it| it.contains(entry.value.span())) => {
                return error(ComposeRule::KeptReset(name.into_owned()), entry.key);
            }
            _ if is_reset(entry.value) => Body::Removed,
            _ if is_null(target) => Body::Null,
            _ if !target.is_mapping() => {
                return error(ComposeRule::ServiceNotMapping(name.into_owned()), entry.key);
            }
            NodeKind::Alias => Body::Alias { alias: entry.value, target },
            _ => Body::Mapping(target),
        };
        let own = Some(target).filter(|_| is_override(entry.value)).map(Node::span);
        let replacing = replacing.or(own);
        let mut keys = Keys { extends: None, attributes: SetAttributes::default(), replacing, merged };
        let is_alias = matches!(body, Body::Alias { .. });
        let mut service = Self { name, key: entry.key, body, extends: None, merges: is_alias, fault: None };
        if let Body::Mapping(mapping) = body {
            keys.add(mapping, aliases)?;
            service.merges = merge_entry(mapping).is_some();
        }
        service.read_merged(aliases, &mut keys)?;
        service.extends = keys.extends;
        Ok(service)
    }

    /// The mapping that holds its keys.
    #[must_use]
    pub fn mapping(&self) -> Option<Node<'t>> {
        match self.body {
            Body::Mapping(mapping) | Body::Alias { target: mapping, .. } => Some(mapping),
            Body::Null | Body::Removed | Body::Faulty => None,
        }
    }

    /// Whether `!override` makes it replace what earlier files and documents define.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.mapping().is_some_and(is_override)
    }

    /// Whether `!reset` removes it.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        matches!(self.body, Body::Removed)
    }

    /// Checks a service that Docker Compose looks at.
    ///
    /// # Errors
    /// A fault of the service itself.
    pub fn check(&self) -> Result<(), ComposeError> {
        self.fault.as_deref().map_or(Ok(()), |fault| Err(fault.clone()))
    }

    /// Checks a service of which this is the earliest layer: here Docker Compose accepts no null.
    ///
    /// # Errors
    /// The null that it rejects.
    pub fn check_first(&self, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
        if matches!(self.body, Body::Null) {
            let rule = ComposeRule::ServiceNotMapping(self.name.clone().into_owned());
            return Err(ComposeError { rule, span: self.key.span() });
        }
        let (mut set, mut fault) = (SetAttributes::default(), None);
        self.walk_merged(aliases, |step| {
            let MergeStep::Enter(layer) = step else { return };
            for entry in layer.entries() {
                let key = aliases.resolve(entry.key).scalar().unwrap_or_default();
                if kind_of(&key).is_none() || is_reset(entry.value) || set.add(&key) {
                    continue;
                }
                if !is_compose_tag(entry.value) && is_null(aliases.resolve(entry.value)) {
                    fault.get_or_insert((key.into_owned(), entry.key.span()));
                }
            }
        })?;
        match fault {
            Some((key, span)) => Err(ComposeError { rule: ComposeRule::Null(key), span }),
            None => Ok(()),
        }
    }

    /// Walks through its mapping and the mappings merged into it, as [`walk_merged`] does.
    ///
    /// # Errors
    /// A merge key whose value is not a mapping, or too many of them.
    pub fn walk_merged(
        &self,
        aliases: &Aliases<'t>,
        mut visit: impl FnMut(MergeStep<'t>),
    ) -> Result<(), ComposeError> {
        match self.mapping() {
            Some(mapping) if self.merges => walk_merged(mapping, aliases, visit),
            Some(mapping) => {
                visit(MergeStep::Enter(mapping));
                visit(MergeStep::Leave(mapping));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Whether it merges other mappings, or is an alias of one that may.
    #[must_use]
    pub fn merges(&self) -> bool {
        self.merges
    }

    /// Whether it says what its container is made of, by itself or by what it merges.
    #[must_use]
    pub fn makes_container(&self, aliases: &Aliases<'t>) -> bool {
        const SOURCES: [&str; 3] = ["image", "build", "provider"];
        let mut found = false;
        // A merge key that is wrong is reported where the service is read.
        let _ = self.walk_merged(aliases, |step| {
            let MergeStep::Enter(layer) = step else { return };
            let is_source =
                |key: Node<'t>| aliases.resolve(key).scalar().is_some_and(|key| SOURCES.contains(&&*key));
            found |= layer.entries().any(|entry| is_source(entry.key));
        });
        found
    }

    /// Adds to `keys` what merge keys bring.
    fn read_merged(&self, aliases: &Aliases<'t>, keys: &mut Keys<'_>) -> Result<(), ComposeError> {
        let Some(mapping) = self.mapping().filter(|_| self.merges) else { return Ok(()) };
        // The keys of its own are there already.
        let own = usize::from(matches!(self.body, Body::Mapping(_)));
        with_merged(mapping, aliases)?.iter().skip(own).try_for_each(|layer| keys.add(*layer, aliases))
    }
}

/// Returns what a service with this `extends` extends; nothing for a reset one.
fn read_extends<'t>(
    value: Node<'t>,
    aliases: &Aliases<'t>,
    merged: &mut Merged,
) -> Result<Option<Box<Extends>>, ComposeError> {
    let target = aliases.resolve(value);
    if is_reset(value) {
        return Ok(None);
    }
    let error = |rule, node: Node<'_>| Err(ComposeError { rule, span: node.span() });
    let text = |node: Node<'t>| {
        let text = is_string(node).then(|| node.scalar()).flatten();
        text.filter(|text| !text.is_empty()).map(Cow::into_owned)
    };
    let layers = if target.is_mapping() { with_merged(target, aliases)? } else { Vec::new() };
    merged.add_layers(&layers, aliases);
    let known = |key: Node<'t>| {
        let key = aliases.resolve(key);
        is_merge_key(key) || key.is_text("service") || key.is_text("file")
    };
    let mut entries = layers.iter().flat_map(|layer| layer.entries());
    if let Some(entry) = entries.find(|entry| !known(entry.key)) {
        return error(ComposeRule::Extends, entry.key);
    }
    let entry = |key: &str| {
        let mut entries = layers.iter().flat_map(|layer| layer.entries());
        let is_set = |entry: &Entry<'t>| aliases.resolve(entry.key).is_text(key) && !is_reset(entry.value);
        entries.find(is_set).map(|entry| aliases.resolve(entry.value))
    };
    let service = if target.is_mapping() { entry("service") } else { Some(target) };
    let Some(service) = service.and_then(text) else {
        return error(ComposeRule::Extends, value);
    };
    let file = match entry("file").filter(|file| !is_null(*file)).map(text) {
        Some(None) => return error(ComposeRule::ExtendsFile, value),
        file => file.flatten(),
    };
    Ok(Some(Box::new(Extends { service, file, span: value.span() })))
}

/// Checks what the service with this `body` extends, whatever else is wrong with it: the second reader reads that too.
fn check_extends<'t>(body: Node<'t>, aliases: &Aliases<'t>, merged: &mut Merged) -> Result<(), ComposeError> {
    let body = aliases.resolve(body);
    let mappings = if body.is_mapping() { with_merged(body, aliases)? } else { Vec::new() };
    merged.add_layers(&mappings, aliases);
    let mut entries = mappings.iter().flat_map(|mapping| mapping.entries());
    match entries.find(|entry| aliases.resolve(entry.key).is_text("extends")) {
        Some(entry) => read_extends(entry.value, aliases, merged).map(drop),
        None => Ok(()),
    }
}

/// What the keys of a service say, its own and those that are merged.
struct Keys<'m> {
    extends: Option<Box<Extends>>,
    attributes: SetAttributes,
    /// The bytes in which Docker Compose ignores tags.
    replacing: Option<Span>,
    merged: &'m mut Merged,
}

impl Keys<'_> {
    /// Adds the keys of a mapping that give way to those before, and checks the types of the attributes that hardening
    /// is about.
    fn add<'t>(&mut self, mapping: Node<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
        self.merged.add(1);
        for entry in mapping.entries() {
            self.merged.add(1);
            let key = aliases.resolve(entry.key).scalar().unwrap_or_default();
            self.check_tags(&key, &entry)?;
            match &*key {
                "extends" if self.extends.is_none() => {
                    self.extends = read_extends(entry.value, aliases, self.merged)?;
                }
                "<<" if !is_merge_key(entry.key) => {
                    return Err(ComposeError { rule: ComposeRule::NoMergeKey, span: entry.key.span() });
                }
                "<<" => self.merged.add_items(aliases.resolve(entry.value)),
                // Docker Compose removes it before it merges.
                _ if is_reset(entry.value) => {}
                // It does not look at a value that another one replaces.
                key if self.attributes.add(key) => {}
                key => {
                    if is_list(key) {
                        self.merged.add_items(aliases.resolve(entry.value));
                    }
                    check_attribute(key, &entry, aliases)?;
                }
            }
        }
        Ok(())
    }

    /// Checks that Docker Compose does not keep what `!reset` should remove.
    fn check_tags(&self, key: &str, entry: &Entry<'_>) -> Result<(), ComposeError> {
        let is_kept = self.replacing.is_some_and(|it| it.contains(entry.value.span()))
            && (is_reset(entry.value) || key == "extends" && entry.value.descendants().any(is_reset));
        if is_kept {
            return Err(ComposeError {
                rule: ComposeRule::KeptReset(key.to_owned()),
                span: entry.key.span(),
            });
        }
        Ok(())
    }
}
