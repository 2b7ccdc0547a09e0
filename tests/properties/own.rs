//! What services set themselves, and what stands beside them.

use compose_harden::compose::{Aliases, with_merged};
use compose_harden::policy::{OptionValue, Policy};
use compose_harden::yaml::{Node, Tree, parse};

/// The key of the only entry that hardening adds to a service but for merges.
const PINNED: &str = "security_opt";

/// Asserts that services have their own entries as they had them, and no others but pins, and that everything beside
/// them but the block of `policy` is as it was.
///
/// A pin is the empty `security_opt` of a service that merges the block and gets its items from another layer; `texts`
/// are those of the files that may have one.
pub(crate) fn assert_kept(before: &str, after: &str, texts: &[&String], policy: &Policy) {
    let (before, after) = (parse(before), parse(after));
    let all_but_block: Vec<_> =
        beside_services(&after).into_iter().filter(|(key, _)| *key != policy.key).collect();
    assert_eq!(beside_services(&before), all_but_block);
    let (old, new) = (services(&before), services(&after));
    assert_eq!(old.len(), new.len());
    for ((name, service), (new_name, hardened)) in old.into_iter().zip(new) {
        assert_eq!(slice(&before, name), slice(&after, new_name));
        let (own, mut kept) = (own_entries(&before, service), own_entries(&after, hardened));
        if own.len() < kept.len() {
            kept.retain(|entry| *entry != (PINNED, "[]"));
            let is_pinned = !sets(&before, service) && merges_block(&after, hardened, policy);
            assert!(is_pinned && has_other_layer(&before, service, texts, policy), "{name:?}");
        }
        assert_eq!(own, kept);
    }
}

fn slice<'t>(tree: &'t Tree<'_>, node: Node<'_>) -> &'t str {
    tree.slice(node.span())
}

fn roots<'t>(tree: &'t Tree<'t>) -> impl Iterator<Item = Node<'t>> {
    tree.documents().flat_map(Node::children)
}

/// The top-level entries of a text that hold no services, as written.
fn beside_services<'t>(tree: &'t Tree<'t>) -> Vec<(&'t str, &'t str)> {
    let entries = roots(tree).flat_map(Node::entries).filter(|entry| !entry.key.is_text("services"));
    entries.map(|entry| (slice(tree, entry.key), slice(tree, entry.value))).collect()
}

/// The services of a text: name and value.
fn services<'t>(tree: &'t Tree<'t>) -> Vec<(Node<'t>, Node<'t>)> {
    let entries = roots(tree).flat_map(Node::entries).filter(|entry| entry.key.is_text("services"));
    entries.flat_map(|entry| entry.value.entries()).map(|service| (service.key, service.value)).collect()
}

/// The entries that a service has itself, but for its merges: key and value, as written.
fn own_entries<'t>(tree: &'t Tree<'t>, service: Node<'t>) -> Vec<(&'t str, &'t str)> {
    let own = service.entries().filter(|entry| !entry.key.is_text("<<"));
    own.map(|entry| (slice(tree, entry.key), slice(tree, entry.value))).collect()
}

/// The mappings that make up a service.
fn merged<'t>(tree: &'t Tree<'t>, service: Node<'t>) -> Vec<Node<'t>> {
    let aliases = Aliases::of(tree).unwrap();
    with_merged(aliases.resolve(service), &aliases).unwrap()
}

/// Whether a service sets the key of a pin, itself or by a template; what `!reset` removes is not set.
fn sets<'t>(tree: &'t Tree<'t>, service: Node<'t>) -> bool {
    let mut entries = merged(tree, service).into_iter().flat_map(Node::entries);
    entries.any(|entry| entry.key.is_text(PINNED) && !entry.value.tag().is_some_and(|tag| tag.is("!reset")))
}

fn merges_block<'t>(tree: &'t Tree<'t>, service: Node<'t>, policy: &Policy) -> bool {
    let merged: Vec<u32> = merged(tree, service).into_iter().map(Node::id).collect();
    let mut blocks = roots(tree).flat_map(Node::entries).filter(|entry| entry.key.is_text(&policy.key));
    blocks.any(|block| merged.contains(&block.value.id()))
}

/// Whether a service extends another one, or any service repeats the block's item.
fn has_other_layer<'t>(tree: &'t Tree<'t>, service: Node<'t>, texts: &[&String], policy: &Policy) -> bool {
    let mut entries = merged(tree, service).into_iter().flat_map(Node::entries);
    let items = policy.options.iter().filter(|(key, _)| key == PINNED);
    let items: Vec<&String> = items.flat_map(|(_, value)| list(value)).collect();
    let repeats = |text: &&String| items.iter().any(|item| text.contains(item.as_str()));
    !items.is_empty() && (entries.any(|entry| entry.key.is_text("extends")) || texts.iter().any(repeats))
}

fn list(value: &OptionValue) -> &[String] {
    if let OptionValue::List(items) = value { items } else { &[] }
}

#[test]
fn lets_nothing_through_but_pins() {
    let block = "x-common-hardening-opts: &hardening\n  security_opt: [no-new-privileges=true]\n";
    let base =
        "x-t: &t {tty: true}\nservices:\n  base:\n    image: a\n  web:\n    <<: *t\n    extends: base\n";
    let hard = format!("{block}{base}").replace("<<: *t", "security_opt: []\n    <<: [*t, *hardening]");
    let is_kept = |before: &str, after: &str| {
        let texts = [&before.to_owned()];
        std::panic::catch_unwind(|| assert_kept(before, after, &texts, &Policy::default())).is_ok()
    };
    assert!(is_kept(base, &hard));
    // What a template removes is not set; what it sets is; what extends nothing gets no items from elsewhere.
    for (from, to, expected) in [
        ("tty: true", "security_opt: !reset []", true),
        ("tty: true", "security_opt: [x]", false),
        ("    extends: base\n", "", false),
    ] {
        assert_eq!(is_kept(&base.replace(from, to), &hard.replace(from, to)), expected, "{to}");
    }
    for (from, to) in [
        (", *hardening", ""),
        ("security_opt: []", "cap_drop: []"),
        ("security_opt: []", "security_opt: [x]"),
        ("security_opt: []", "security_opt: []\n    tty: true"),
        ("    image: a\n", ""),
        ("tty: true", "tty: false"),
        ("  base:", "  other:"),
        ("x-t:", "x-u:"),
    ] {
        assert!(hard.contains(from) && !is_kept(base, &hard.replace(from, to)), "{from} to {to}");
    }
}
