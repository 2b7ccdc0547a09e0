//! Notes on services that end up weaker than the policy, by what they set themselves or by a pin.

use super::Decision;
use super::keys::UNIQUE;
use super::later::LaterItems;
use super::notes::{Cause, Notes};
use super::planner::Planner;
use crate::compose::{Definition, MergeStep};
use crate::text::{Diagnostic, FileDiagnostic, Span};

impl Planner<'_, '_> {
    /// Notes on what a definition gives a hardened service back.
    pub(super) fn note_privileges(&self, definition: Definition, notes: &mut Notes) {
        if !self.facts.get(definition).privileges {
            return;
        }
        let service = self.library.service(definition);
        let mut weak: Vec<(Span, &str)> = Vec::new();
        let aliases = self.library.file_of(definition).aliases();
        // A merge key that is wrong is reported where the service is read.
        let _ = service.walk_merged(aliases, |step| {
            let MergeStep::Enter(layer) = step else { return };
            for entry in layer.entries() {
                let value = aliases.resolve(entry.value);
                let texts: Vec<_> = std::iter::once(value).chain(value.children()).collect();
                let mut texts = texts.into_iter().filter_map(|node| aliases.resolve(node).scalar());
                let key = aliases.resolve(entry.key).scalar().unwrap_or_default();
                let reason = texts.find_map(|text| privilege(&key, &text));
                weak.extend(reason.filter(|_| entry.value.tag().is_none()).map(|it| (entry.key.span(), it)));
            }
        });
        for (span, reason) in weak {
            notes.add_once(Cause::Privileges(definition, span), || {
                let title = format!("service `{}` stays privileged", service.name);
                let path = self.library.path(definition.file);
                FileDiagnostic::new(path, Diagnostic::warning(title).at(span, reason))
            });
        }
    }

    /// Notes on lists of a definition that take the place of those of its block, and lack an item of them.
    ///
    /// An empty list is a clear word, and so is another value for an option of the block.
    pub(super) fn note_lists(&self, definition: Definition, later: &mut LaterItems<'_>, notes: &mut Notes) {
        if *self.decisions.get(definition) != Decision::Harden {
            return;
        }
        let (facts, block) = (self.facts.get(definition), self.block(definition));
        for key in self.keys.names((facts.set | facts.replaced) & self.keys.lists & block.keys) {
            let lacks = |item: &&String| !self.sets_item(definition, key, item);
            let lacking = block.items(key).iter().find(lacks);
            if let Some(item) = lacking.filter(|item| !later.have(self, definition, key, item)) {
                let name = &self.library.service(definition).name;
                let title = format!("service `{name}` goes without `{item}` in `{key}`");
                let reason = "this list takes the place of that of the hardening";
                let diagnostic = Diagnostic::warning(title).at(self.key_span(definition, key), reason);
                let diagnostic = diagnostic.help("add the item to keep it");
                notes.add(|| FileDiagnostic::new(self.library.path(definition.file), diagnostic));
            }
        }
    }

    /// Notes that a definition gets an empty list, because a later layer sets an item of the block.
    pub(super) fn note_pin(&self, definition: Definition, notes: &mut Notes) {
        if self.pinned_roots.contains(&definition) {
            let service = self.library.service(definition);
            let title = format!("service `{}` gets `{UNIQUE}: []` beside the hardening", service.name);
            let reason =
                "a later layer sets an item of the hardening, and Docker Compose takes no item twice";
            let help = "the service goes without that item where the later layer is not loaded; remove it there to have \
                        it here";
            let diagnostic = Diagnostic::warning(title).at(service.key.span(), reason).help(help);
            notes.add(|| FileDiagnostic::new(self.library.path(definition.file), diagnostic));
        }
    }
}

/// What `text` under `key` gives a service back, or does for some value of its variables.
fn privilege(key: &str, text: &str) -> Option<&'static str> {
    let (words, certain, possible): (&[&str], _, _) = match key {
        "privileged" => (
            &["true", "yes", "y", "on"],
            "`privileged` gives it every capability back",
            "`privileged` gives it every capability back where the variable says so",
        ),
        "cap_add" => (
            &["ALL", "CAP_ALL"],
            "`cap_add: ALL` undoes `cap_drop: ALL`",
            "`cap_add` undoes `cap_drop: ALL` where the variable says `ALL`",
        ),
        _ => return None,
    };
    if words.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        Some(certain)
    } else {
        text.contains('$').then_some(possible)
    }
}
