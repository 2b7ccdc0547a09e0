//! What deserves attention although it is right: services that are left without hardening, and values that do not do what
//! a reader may expect.

use std::borrow::Cow;

use foldhash::HashSet;

use super::items::ListItems;
use super::keys::{KeySet, UNIQUE};
use super::laws::ServiceGain;
use super::loaded::LoadedProject;
use super::planner::Planner;
use super::{Decision, FixedReason};
use crate::compose::{Certainty, Definition, FileId, LayerId, Project};
use crate::text::{Diagnostic, FileDiagnostic, Span};

/// The most notes that a unit of work has: nobody reads more.
pub const MAX_NOTES: usize = 100;

/// Notes in order, each once.
#[derive(Default)]
pub struct Notes {
    list: Vec<FileDiagnostic>,
    known: HashSet<Cause>,
    left_out: usize,
}

/// What a note that may be found several times is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// A list that a definition sets over the hardening, by the bit of its key.
    List(Definition, KeySet, ListNote),
    /// A list of a definition that replaces that of the hardening and lacks an item of it, by the bit of its key.
    Lacking(Definition, KeySet),
    /// A service that is left without hardening: its name, its root, and whether it is of a file by itself.
    Bare(Definition, Definition, bool),
    /// What a definition sets that leaves a hardened service weaker, by its key.
    Weakness(Definition, Span),
}

/// The effect of a list over the hardening.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ListNote {
    /// Its items are added to those of the hardening.
    Appended,
    /// It is empty, and the items of the hardening stay.
    NotCleared,
}

/// The keys that a layer was looked at for, in whatever services it is.
#[derive(Clone, Copy, Default)]
struct SeenFor {
    extended: KeySet,
    gained: KeySet,
}

impl SeenFor {
    /// Adds the keys of a service; whether some are new.
    fn add(&mut self, gain: &ServiceGain) -> bool {
        let is_new = (gain.extended & !self.extended) | (gain.gained & !self.gained) != 0;
        self.extended |= gain.extended;
        self.gained |= gain.gained;
        is_new
    }
}

impl Notes {
    /// Adds a note of which there can be only one.
    pub fn add(&mut self, note: impl FnOnce() -> FileDiagnostic) {
        if self.list.len() < MAX_NOTES {
            self.list.push(note());
        } else {
            self.left_out += 1;
        }
    }

    /// Adds a note about `cause`, unless there was one; whether there was none.
    pub(super) fn add_once(&mut self, cause: Cause, note: impl FnOnce() -> FileDiagnostic) -> bool {
        let is_new = self.known.insert(cause);
        if is_new {
            self.add(note);
        }
        is_new
    }

    /// Returns the notes; after the first [`MAX_NOTES`] one that says how many more there were.
    #[must_use]
    pub fn into_list(mut self) -> Vec<FileDiagnostic> {
        if let Some(last) = self.list.last().filter(|_| self.left_out > 0) {
            let title = match self.left_out {
                1 => "1 more warning is not shown".to_owned(),
                more => format!("{more} more warnings are not shown"),
            };
            let help = format!("deal with the first {MAX_NOTES} (MAX_NOTES), then run it again");
            self.list.push(FileDiagnostic::new(&last.path, Diagnostic::warning(title).help(help)));
        }
        self.list
    }
}

impl<'l> Planner<'_, 'l> {
    /// Adds the notes on a project to `notes`, each once.
    pub(super) fn note(
        &self,
        loaded: &LoadedProject,
        gains: &[ServiceGain],
        items: &mut ListItems<'_, 'l>,
        notes: &mut Notes,
    ) {
        // Services that share layers share the notes about them.
        let mut seen = vec![SeenFor::default(); loaded.project.layers.len()];
        for gain in gains {
            self.note_layers(&loaded.project, gain, &mut seen, items, notes);
        }
    }

    /// Warns where a later layer's list is appended to the block's, replaces it or does not clear it, and where a layer makes the
    /// service weaker, or adds capabilities that its user does not get.
    fn note_layers(
        &self,
        project: &Project,
        gain: &ServiceGain,
        seen: &mut [SeenFor],
        items: &mut ListItems<'_, 'l>,
        notes: &mut Notes,
    ) {
        if gain.extended | gain.gained == 0 {
            return;
        }
        let root = project.layers[gain.root as usize].definition;
        let gets_user = self.keys.find("user").is_some_and(|user| gain.gained & user != 0);
        for (id, definition) in project.chain(gain.top) {
            // The more keys it is for, the more there is to note about a layer, and all below it.
            if !seen[id as usize].add(gain) {
                return;
            }
            // Whatever later layers make of it: this one may be loaded without them.
            self.note_weaknesses(definition, notes);
            if gets_user {
                self.note_idle_capabilities(definition, root, notes);
            }
            let facts = self.facts.get(definition);
            for key in self.keys.names(facts.set & gain.extended & !self.gains.get(definition).keys) {
                // Capabilities that it drops itself are not dropped twice.
                let names = if key == UNIQUE { None } else { items.names(self, definition, key) };
                let has = |item: &String| names.is_some_and(|names| names.speak_of(item));
                if !self.block(root).items(key).iter().all(has) {
                    self.note_list(definition, key, ListNote::Appended, notes);
                }
            }
            for key in self.keys.names(facts.empty & (gain.extended | gain.gained)) {
                self.note_list(definition, key, ListNote::NotCleared, notes);
            }
            for key in self.keys.names(facts.replaced & self.keys.lists & self.gains.get(root).keys) {
                self.note_lacking(definition, root, key, items, notes);
            }
        }
    }

    /// Notes on the list `key` of a definition over the hardening.
    fn note_list(&self, definition: Definition, key: &str, note: ListNote, notes: &mut Notes) {
        let cause = Cause::List(definition, self.keys.find(key).unwrap_or_default(), note);
        notes.add_once(cause, || {
            let name = &self.library.service(definition).name;
            let (title, help) = match note {
                ListNote::Appended => (
                    format!("Docker Compose adds `{key}` of service `{name}` to the list of the hardening"),
                    "write `!override` before the list to replace the other one",
                ),
                ListNote::NotCleared => (
                    format!(
                        "`{key}: []` does not clear the list: service `{name}` keeps the items of an earlier layer"
                    ),
                    "write `!override []`, or for `security_opt` the item `no-new-privileges=false`, to opt out",
                ),
            };
            let diagnostic = Diagnostic::warning(title).at(self.key_span(definition, key), "").help(help);
            FileDiagnostic::new(self.library.path(definition.file), diagnostic)
        });
    }

    /// Notes on single definitions that are hardened.
    pub(super) fn note_definition(
        &self,
        definition: Definition,
        items: &mut ListItems<'_, 'l>,
        notes: &mut Notes,
    ) {
        let service = self.library.service(definition);
        let facts = self.facts.get(definition);
        let gained: KeySet = self.gains.get(definition).keys;
        let path = self.library.path(definition.file);
        for key in self.keys.names(facts.reset & gained) {
            notes.add(|| {
                let name = &service.name;
                let title =
                    format!("`!reset` does not keep merged values out of `{key}` of service `{name}`");
                let help = "set the value instead: an empty one opts out";
                let span = self.key_span(definition, key);
                FileDiagnostic::new(path, Diagnostic::warning(title).at(span, "").help(help))
            });
        }
        // One that sets all of it itself looks hardened too, unless it opts out of its lists.
        let sets_list = facts.set & self.keys.lists & !facts.empty != 0;
        if gained != 0 || sets_list && *self.decisions.get(definition) == Decision::Harden {
            self.note_weaknesses(definition, notes);
        }
        self.note_lists(definition, items, notes);
        self.note_pin(definition, notes);
    }

    /// Notes on the services of known projects that are hardened in no layer.
    ///
    /// Returns how many of them were not noted before and are more than layers.
    pub(super) fn note_bare(&self, loaded: &LoadedProject, notes: &mut Notes) -> usize {
        if loaded.certainty.is_guess() {
            return 0;
        }
        let project = &loaded.project;
        let is_alone = loaded.certainty == Certainty::Alone;
        let covered = self.covered(project);
        let mut bare = 0;
        for service in &project.services {
            let Some(top) = service.top.filter(|top| !covered[*top as usize]) else { continue };
            let Some((_, root)) = project.chain(top).last() else { continue };
            let Some(reason) = self.reason_to_stay_bare(loaded, top, root) else { continue };
            let is_new = notes.add_once(Cause::Bare(service.named, root, is_alone), || {
                let named = self.library.service(service.named);
                let title = format!("service `{}` is left without hardening", named.name);
                let help = self.help_for_bare(root);
                let diagnostic = Diagnostic::warning(title).at(named.key.span(), reason).help(help);
                FileDiagnostic::new(self.library.path(service.named.file), diagnostic)
            });
            bare += usize::from(is_new && *self.decisions.get(root) != Decision::Partial);
        }
        bare
    }

    /// Whether the layers up to each have one that is hardened.
    fn covered(&self, project: &Project) -> Vec<bool> {
        let mut covered = Vec::with_capacity(project.layers.len());
        for layer in &project.layers {
            let below = layer.below.is_some_and(|below| covered[below as usize]);
            let decision = *self.decisions.get(layer.definition);
            covered.push(below || decision.hardens() || decision == Decision::Hardened);
        }
        covered
    }

    /// Why the service of `top`, which begins with `root`, is left without hardening; nothing where that does not matter or
    /// is reported elsewhere.
    fn reason_to_stay_bare(
        &self,
        loaded: &LoadedProject,
        top: LayerId,
        root: Definition,
    ) -> Option<Cow<'static, str>> {
        let kept_off = match self.fixed.reason(root.file) {
            Some(FixedReason::Outside) => Some("was not named"),
            Some(FixedReason::LeftOut) => Some("the globs leave out"),
            Some(FixedReason::Ignored) => Some("`.gitignore` names"),
            _ => None,
        };
        let reason = match (self.decisions.get(root), kept_off) {
            (Decision::Blocked, Some(why)) if self.concerns(&loaded.project, top) => {
                let path = self.library.shown(root.file).display();
                return Some(format!("it begins in `{path}`, which {why}").into());
            }
            (decision, _) => decision,
        };
        let reason = match reason {
            Decision::Layer | Decision::Repeated if loaded.certainty == Certainty::Alone => {
                "its file may be a layer over another one, and is not hardened twice"
            }
            Decision::Layer => {
                "a service made of the same layer is hardened elsewhere, and a layer is not hardened twice"
            }
            Decision::Repeated => {
                "it is made of the same layer twice, so its lists would have duplicate items"
            }
            Decision::Unsettled => {
                "later files set it too, and with a name in `x-` some versions of Docker Compose replace it whole \
                 where others merge it"
            }
            Decision::Partial => "it has neither image nor build, so it is a layer over an unknown file",
            _ => return None,
        };
        Some(reason.into())
    }

    /// What to do about a service that begins with `root` and is left without hardening.
    fn help_for_bare(&self, root: Definition) -> &'static str {
        match self.fixed.reason(root.file) {
            Some(FixedReason::Ignored) => "name that file too, to change it on this machine",
            Some(_) => "name that file or its directory too",
            None if *self.decisions.get(root) == Decision::Unsettled => "give the service another name",
            None => "merge the hardening by hand where it fits, or name the files that are loaded with `-f`",
        }
    }

    /// Notes that a file with services that are not hardened is left unchanged because a program writes it.
    pub(super) fn note_generated(&self, file: FileId, notes: &mut Notes) {
        let mut definitions = self.library.definitions(file);
        let is_bare = |definition| *self.decisions.get(definition) == Decision::Blocked;
        if self.fixed.reason(file) == Some(FixedReason::Generated) && definitions.any(is_bare) {
            let title = "a program writes this file (`@generated`), so it is left without hardening";
            let help = "harden what it is generated from, or name the file to change it anyway";
            notes.add(|| FileDiagnostic::new(self.library.path(file), Diagnostic::warning(title).help(help)));
        }
    }

    /// Whether the service of `top` belongs to what was asked for: a layer of its chain is in a file that may change, or it
    /// is included by a project that begins in one, or added to it by a file that git ignores.
    fn concerns(&self, project: &Project, top: LayerId) -> bool {
        let may_change = |file: &FileId| self.fixed.reason(*file).is_none();
        let mut layers = project.chain(top).map(|(_, definition)| definition.file);
        let latest = project.layers[top as usize].definition.file;
        let is_added =
            !project.files.contains(&latest) || self.fixed.reason(latest) == Some(FixedReason::Ignored);
        layers.any(|file| may_change(&file)) || is_added && project.files.first().is_some_and(may_change)
    }

    /// The key that sets `key` of `definition`, in itself or in what it merges, or its name.
    pub(super) fn key_span(&self, definition: Definition, key: &str) -> Span {
        let service = self.library.service(definition);
        let aliases = self.library.file_of(definition).aliases();
        // Also one that `!reset` removes.
        let own = service.mapping().and_then(|mapping| aliases.entry(mapping, key));
        let entry = own.or_else(|| self.library.entry_of(definition, key));
        entry.map_or(service.key.span(), |entry| entry.key.span())
    }
}
