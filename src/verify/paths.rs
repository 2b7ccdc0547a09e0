//! Whether Docker Compose would take two aliases of one anchor for a cycle.
//!
//! It joins keys and places to dotted paths, without merge keys, and does not see that `web.1` is a name: an
//! alias at `services.web.1` seems to lie within one at `services.web`. Each alias counts where it is written.

use std::cmp::Ordering;

use super::budget::{Budget, Exhausted, WorkLimit};
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::{Kind, NodeId};
use super::tape::Tape;
use super::verdict::Doubt;

/// How much memory the paths of aliases take.
const MAX_PATH_BYTES_PER_NODE: WorkLimit =
    WorkLimit { name: "MAX_PATH_BYTES_PER_NODE", unit: "bytes of paths", per_node: 64, least: 8_000_000 };

/// Why the paths of a text are not known to be harmless.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// Two paths clash.
    Paths(Mismatch),
    /// [`MAX_PATH_BYTES_PER_NODE`] is reached.
    TooMuchWork(Exhausted),
}

impl From<Exhausted> for Clash {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

impl Clash {
    pub(super) fn doubt(self, document: usize) -> Doubt {
        match self {
            Self::Paths(mismatch) => Doubt::Differs { place: DocumentPlace::Document(document), mismatch },
            Self::TooMuchWork(exhausted) => exhausted.into(),
        }
    }
}

/// Checks that no paths clash in the document `new_root` of `after`, unless some did in `root` of `before`.
pub(super) fn check(before: &Tape, root: NodeId, after: &Tape, new_root: NodeId) -> Result<(), Clash> {
    let Some(clash) = first_clash(after, new_root)? else { return Ok(()) };
    // A file that was already rejected is not made worse.
    if first_clash(before, root)?.is_some() { Ok(()) } else { Err(Clash::Paths(clash)) }
}

/// An alias, by what it stands for and where it is written.
struct Position {
    target: NodeId,
    path: String,
    line: usize,
}

fn first_clash(tape: &Tape, root: NodeId) -> Result<Option<Mismatch>, Exhausted> {
    let mut positions = positions(tape, root)?;
    positions
        .sort_by(|left, right| left.target.cmp(&right.target).then_with(|| compare(&left.path, &right.path)));
    // In this order a path is followed by those that it is a prefix of.
    let clash = positions.windows(2).find(|pair| {
        let rest = pair[1].path.strip_prefix(&pair[0].path);
        pair[0].target == pair[1].target && rest.is_some_and(|rest| rest.starts_with('.'))
    });
    Ok(clash.map(|pair| {
        let [short, long] = [&pair[0], &pair[1]].map(|alias| alias.path.trim_start_matches('.').to_owned());
        Mismatch::PathClash { short, long, line: pair[1].line }
    }))
}

/// Orders paths with the dot before all other characters.
fn compare(left: &str, right: &str) -> Ordering {
    let first = |byte| if byte == b'.' { 0 } else { byte };
    left.bytes().map(first).cmp(right.bytes().map(first))
}

/// A collection whose children are gone through.
struct Open {
    next: NodeId,
    end: NodeId,
    is_mapping: bool,
    place: usize,
    /// The length of its path.
    path: usize,
}

impl Open {
    fn new(tape: &Tape, collection: NodeId, path: usize) -> Self {
        let is_mapping = tape.is_mapping(collection);
        Self { next: collection + 1, end: tape.next(collection), is_mapping, place: 0, path }
    }
}

/// The aliases of a document.
fn positions(tape: &Tape, root: NodeId) -> Result<Vec<Position>, Exhausted> {
    let mut budget = Budget::new(&MAX_PATH_BYTES_PER_NODE, tape.nodes.len());
    let mut positions = Vec::new();
    let mut path = String::new();
    let mut open: Vec<Open> = Vec::new();
    if tape.node(root).kind.is_collection() {
        open.push(Open::new(tape, root, 0));
    }
    while let Some(collection) = open.last_mut() {
        if collection.next >= collection.end {
            open.pop();
            continue;
        }
        path.truncate(collection.path);
        let mut value = collection.next;
        if collection.is_mapping {
            let key = tape.text(value).unwrap_or_default();
            if key != "<<" {
                path.push('.');
                path.push_str(key);
            }
            value = tape.next(value);
        } else {
            path.push('.');
            path.push_str(&collection.place.to_string());
            collection.place += 1;
        }
        collection.next = tape.next(value);
        match tape.node(value).kind {
            Kind::Alias => {
                budget.spend(path.len() + size_of::<Position>())?;
                let target = tape.resolve(value);
                positions.push(Position { target, path: path.clone(), line: tape.line(value) });
            }
            Kind::Mapping | Kind::Sequence => open.push(Open::new(tape, value, path.len())),
            _ => {}
        }
    }
    Ok(positions)
}

#[cfg(test)]
mod tests {
    use super::super::reader::read;
    use super::super::shadow::Reading;
    use super::*;

    /// The paths that clash where services have these bodies.
    fn clash(services: &[(&str, &str)]) -> Option<String> {
        let bodies: Vec<_> = services.iter().map(|(name, body)| format!("  {name}: {body}\n")).collect();
        let templates = "x-h: &h {user: h}\nx-t: &t {<<: *h}\nx-l: &l [*h]\nx-n: &n {init: true}\n";
        clash_in(&format!("{templates}services:\n{}", bodies.concat()))
    }

    fn clash_in(text: &str) -> Option<String> {
        let tape = read(&Reading { text, separations: &[] }).unwrap();
        first_clash(&tape, 0).unwrap().map(|mismatch| match mismatch {
            Mismatch::PathClash { short, long, .. } => format!("{short} {long}"),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn finds_what_docker_compose_takes_for_a_cycle() {
        for (web, name, other, clashes) in [
            ("{<<: *h}", "web.1", "{<<: *h}", Some("services.web services.web.1")),
            ("{<<: *h}", "web.1", "{<<: [*h]}", Some("services.web services.web.1.0")),
            ("{<<: [*h]}", "web.1", "{<<: *h}", None),
            ("{<<: [*h]}", "web.0", "{<<: *h}", None),
            ("{<<: [*h]}", "web.1", "{<<: [*h]}", None),
            ("{<<: [*h]}", "web.0", "{<<: [*h]}", Some("services.web.0 services.web.0.0")),
            ("{<<: [*h]}", "web.0.x", "{<<: *h}", Some("services.web.0 services.web.0.x")),
            ("{<<: [*n, *h]}", "web.1.x", "{<<: *h}", Some("services.web.1 services.web.1.x")),
            ("{<<: [*n, *h]}", "web.0.x", "{<<: *h}", None),
            ("{<<: *t}", "web.1", "{<<: *t}", Some("services.web services.web.1")),
            ("{<<: *t}", "web.1", "{<<: *h}", None),
            ("{<<: {<<: *h}}", "web.1", "{<<: *h}", Some("services.web services.web.1")),
            ("*t", "web.1", "*t", Some("services.web services.web.1")),
            ("{<<: *l}", "web.1", "{<<: *l}", Some("services.web services.web.1")),
            ("{<<: *h}", "web.a.b", "{<<: *h}", Some("services.web services.web.a.b")),
            ("{<<: *h}", "web-1", "{<<: *h}", None),
            ("{<<: *h}", "web.1", "{<<: *n}", None),
            (
                "{environment: *h}",
                "web.environment.x",
                "{<<: *h}",
                Some("services.web.environment services.web.environment.x"),
            ),
        ] {
            for services in [[("web", web), (name, other)], [(name, other), ("web", web)]] {
                assert_eq!(clash(&services).as_deref(), clashes, "{services:?}");
            }
        }
    }

    #[test]
    fn an_alias_counts_where_it_is_written() {
        let template = "x-h: &h {user: h}\nx-s: &s\n  web: {<<: *h}\n";
        let merged = format!("{template}services:\n  <<: *s\n  web.1: {{<<: *h}}\n");
        assert_eq!(clash_in(&merged), None);
        let aliased = format!("{template}  web.1: {{<<: *h}}\nservices: *s\n");
        assert_eq!(clash_in(&aliased).as_deref(), Some("x-s.web x-s.web.1"));
    }

    #[test]
    fn finds_a_clash_behind_a_name_that_sorts_between() {
        let services = [("a", "{<<: *h}"), ("a-b", "{<<: *h}"), ("a.b", "{<<: *h}")];
        assert_eq!(clash(&services).as_deref(), Some("services.a services.a.b"));
    }

    #[test]
    fn gives_up_where_the_paths_need_more_memory_than_the_limit() {
        // A key has at most 1,024 characters.
        const KEYS: usize = 4;
        let aliases = 2_000;
        let bytes = 8_000_000 / aliases - size_of::<Position>();
        let key = "k".repeat((bytes - ".1000".len()) / KEYS - ".".len());
        let last = "k".repeat((bytes - ".1000".len()) % KEYS);
        let found = |aliases: usize| {
            let items: Vec<_> = (1000..1000 + aliases).map(|item| format!("{item}: *a, ")).collect();
            let open = format!("{key}: {{").repeat(KEYS - 1);
            let text =
                format!("x: &a y\n{open}{key}{last}: {{{}}}{}\n", items.concat(), "}".repeat(KEYS - 1));
            first_clash(&read(&Reading { text: &text, separations: &[] }).unwrap(), 0)
        };
        assert_eq!(found(aliases), Ok(None));
        for more in [1, 2] {
            let exhausted = found(aliases + more).unwrap_err();
            assert_eq!(exhausted.to_string(), "8000000 bytes of paths (MAX_PATH_BYTES_PER_NODE)");
        }
    }
}
