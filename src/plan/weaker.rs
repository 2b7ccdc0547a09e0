//! Notes on services that end up weaker than the policy, by what they set themselves or by a pin.

use super::Decision;
use super::items::ListItems;
use super::keys::UNIQUE;
use super::notes::{Cause, Notes};
use super::planner::Planner;
use crate::compose::Definition;
use crate::text::{Diagnostic, FileDiagnostic};

impl<'l> Planner<'_, 'l> {
    /// Notes on what a definition gives a hardened service back.
    pub(super) fn note_privileges(&self, definition: Definition, notes: &mut Notes) {
        if !self.facts.get(definition).privileges {
            return;
        }
        let aliases = self.library.file_of(definition).aliases();
        for (key, weakness) in [("privileged", &PRIVILEGED), ("cap_add", &CAP_ADD)] {
            let Some(entry) = self.library.entry_of(definition, key) else { continue };
            let value = aliases.resolve(entry.value);
            let texts = std::iter::once(value).chain(value.children());
            let mut texts = texts.filter_map(|node| aliases.resolve(node).scalar());
            let Some(reason) = texts.find_map(|text| weakness.of(&text)) else { continue };
            notes.add_once(Cause::Privileges(definition, entry.key.span()), || {
                let title = format!("service `{}` stays privileged", self.library.service(definition).name);
                let diagnostic = Diagnostic::warning(title).at(entry.key.span(), reason);
                FileDiagnostic::new(self.library.path(definition.file), diagnostic)
            });
        }
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
            let names = items.names(self, definition, key);
            let lacks = |item: &&String| names.is_none_or(|names| !names.speak_of(item));
            let lacking = block.items(key).iter().find(lacks);
            let Some(item) = lacking.filter(|item| !items.may_come_later(self, definition, key, item)) else {
                continue;
            };
            notes.add(|| {
                let name = &self.library.service(definition).name;
                let title = format!("service `{name}` does not get `{item}` in `{key}`");
                let reason = "this list replaces the one in the hardening";
                let diagnostic = Diagnostic::warning(title).at(self.key_span(definition, key), reason);
                let diagnostic = diagnostic.help("add the item to keep it");
                FileDiagnostic::new(self.library.path(definition.file), diagnostic)
            });
        }
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

/// What gives a service back what the hardening takes away.
struct Weakness {
    words: &'static [&'static str],
    /// The reason where such a word is set, and where a variable may stand for one.
    certain: &'static str,
    possible: &'static str,
}

const PRIVILEGED: Weakness = Weakness {
    words: &["true", "yes", "y", "on"],
    certain: "`privileged` gives it every capability back",
    possible: "`privileged` gives it every capability back if the variable says so",
};

const CAP_ADD: Weakness = Weakness {
    words: &["ALL", "CAP_ALL"],
    certain: "`cap_add: ALL` undoes `cap_drop: ALL`",
    possible: "`cap_add` undoes `cap_drop: ALL` if the variable says `ALL`",
};

impl Weakness {
    /// The reason to say that `text` does so; none where it does not.
    fn of(&self, text: &str) -> Option<&'static str> {
        if self.words.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            Some(self.certain)
        } else {
            text.contains('$').then_some(self.possible)
        }
    }
}
