//! Notes on services that end up weaker than the policy, by what they set themselves or by a pin.

use super::Decision;
use super::items::{ItemNames, ListItems};
use super::keys::UNIQUE;
use super::notes::{Cause, Notes};
use super::planner::Planner;
use super::weakness::{self, CAP_ADD, PRIVILEGED, WEAKNESSES, Weakness};
use crate::compose::{Definition, is_null};
use crate::text::{Diagnostic, FileDiagnostic, Span};

impl<'l> Planner<'_, 'l> {
    /// Notes on what a definition sets beside the options of its block that leaves a hardened service weaker.
    pub(super) fn note_weaknesses(&self, definition: Definition, notes: &mut Notes) {
        if self.facts.get(definition).weaknesses == 0 {
            return;
        }
        for weakness in &WEAKNESSES {
            let Some((span, reason)) = self.weakness_of(definition, weakness) else { continue };
            notes.add_once(Cause::Weakness(definition, span), || {
                let title = format!("service `{}` {}", self.library.service(definition).name, weakness.title);
                let diagnostic = Diagnostic::warning(title).at(span, reason);
                FileDiagnostic::new(self.library.path(definition.file), diagnostic)
            });
        }
    }

    /// The key by which a definition has `weakness`, and the reason to say so.
    fn weakness_of(&self, definition: Definition, weakness: &Weakness) -> Option<(Span, &'static str)> {
        if self.facts.get(definition).weaknesses & weakness::bit(weakness.key) == 0 {
            return None;
        }
        let aliases = self.library.file_of(definition).aliases();
        let entry = self.library.entry_of(definition, weakness.key)?;
        let value = aliases.resolve(entry.value);
        let own = Some(value).filter(|value| value.is_scalar() && !is_null(*value));
        let texts = own.into_iter().chain(value.children());
        let mut texts = texts.map(|node| aliases.resolve(node).scalar().unwrap_or_default());
        Some((entry.key.span(), texts.find_map(|text| weakness.of(&text))?))
    }

    /// Notes that a definition adds capabilities to a service that gets a user other than root from the block of `root`: what
    /// such a user starts has none of them.
    pub(super) fn note_idle_capabilities(&self, definition: Definition, root: Definition, notes: &mut Notes) {
        let adds = self.facts.get(definition).weaknesses & CAP_ADD != 0;
        if !adds || self.may_be_root(root) || self.weakness_of(definition, PRIVILEGED).is_some() {
            return;
        }
        let Some(entry) = self.library.entry_of(definition, "cap_add") else { return };
        let value = self.library.file_of(definition).aliases().resolve(entry.value);
        if value.children().next().is_none() {
            return;
        }
        notes.add_once(Cause::Weakness(definition, entry.key.span()), || {
            let name = &self.library.service(definition).name;
            let title = format!("service `{name}` starts without the capabilities of its `cap_add`");
            let reason = "the hardening sets a user that is not root, and Docker gives them to root alone";
            let help = "set `user: \"\"` too, if the image starts as root";
            let diagnostic = Diagnostic::warning(title).at(entry.key.span(), reason).help(help);
            FileDiagnostic::new(self.library.path(definition.file), diagnostic)
        });
    }

    /// Whether the user that the block of `definition` gives may be root.
    fn may_be_root(&self, definition: Definition) -> bool {
        let Some(existing) = self.block(definition).existing else { return false };
        let aliases = self.library.file_of(definition).aliases();
        let user = aliases.entry(existing, "user").and_then(|entry| aliases.resolve(entry.value).scalar());
        user.is_none_or(|user| may_name_root(&user))
    }

    /// Notes on lists of a definition that replace those of its block, and lack an item of them.
    ///
    /// An empty list is a clear choice, and so is another value for an option of the block.
    pub(super) fn note_lists(
        &self,
        definition: Definition,
        items: &mut ListItems<'_, 'l>,
        notes: &mut Notes,
    ) {
        if *self.decisions.get(definition) != Decision::Harden {
            return;
        }
        let (facts, block) = (self.facts.get(definition), self.block(definition));
        for key in self.keys.names((facts.set | facts.replaced) & self.keys.lists & block.keys) {
            self.note_lacking(definition, definition, key, items, notes);
        }
    }

    /// Notes that the list `key` of a definition, which replaces that of the block of `root`, lacks an item of it.
    pub(super) fn note_lacking(
        &self,
        definition: Definition,
        root: Definition,
        key: &str,
        items: &mut ListItems<'_, 'l>,
        notes: &mut Notes,
    ) {
        let names = items.names(self, definition, key);
        if names.is_some_and(ItemNames::is_empty) {
            return;
        }
        let lacks = |item: &&String| names.is_none_or(|names| !names.speak_of(item));
        let lacking = self.block(root).items(key).iter().find(lacks);
        let Some(item) = lacking.filter(|item| !items.may_come_later(self, definition, key, item)) else {
            return;
        };
        notes.add_once(Cause::Lacking(definition, self.keys.find(key).unwrap_or_default()), || {
            let name = &self.library.service(definition).name;
            let title = format!("service `{name}` does not get `{item}` in `{key}`");
            let reason = "this list replaces the one in the hardening";
            let diagnostic = Diagnostic::warning(title).at(self.key_span(definition, key), reason);
            let diagnostic = diagnostic.help("add the item to keep it");
            FileDiagnostic::new(self.library.path(definition.file), diagnostic)
        });
    }

    /// Notes that a definition gets an empty list, because a later layer sets an item of the block.
    pub(super) fn note_pin(&self, definition: Definition, notes: &mut Notes) {
        if self.pinned_roots.contains(&definition) {
            let service = self.library.service(definition);
            let title =
                format!("service `{}` gets `{UNIQUE}: []` in addition to the hardening", service.name);
            let reason =
                "a later layer sets an item of the hardening, and Docker Compose rejects duplicate items";
            let help = "the service does not get that item where the later layer is not loaded; remove it there to get \
                        it here";
            let diagnostic = Diagnostic::warning(title).at(service.key.span(), reason).help(help);
            notes.add(|| FileDiagnostic::new(self.library.path(definition.file), diagnostic));
        }
    }
}

/// Whether `user` is root or no user, or a variable without a default value that is another one.
fn may_name_root(user: &str) -> bool {
    let default = user.strip_prefix("${").and_then(|rest| rest.split_once('-')).map(|(_, default)| default);
    let user = default.unwrap_or(user);
    user.is_empty() || user.starts_with("root") || user.starts_with(['0', ':', '}', '$'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_not_root_where_a_number_or_name_says_so() {
        for user in ["1000", "1000:0", "nobody", "${UID:-1000}:${GID:-1000}", "${UID-app}"] {
            assert!(!may_name_root(user), "{user}");
        }
        for user in ["", "0", "0:0", "root:root", ":5", "$U", "${U}", "${U:-root}", "${U:-}", "${U:-$V}"] {
            assert!(may_name_root(user), "{user}");
        }
    }
}
