//! What services set themselves.

use compose_harden::yaml::{Node, parse};

/// Asserts that services have their own entries as they had them, and no others but pins.
///
/// A pin is the empty `security_opt` of a service that gets the block's items from another layer.
pub(crate) fn assert_kept(before: &str, after: &str) {
    let (before, mut after) = (own_entries(before), own_entries(after));
    for ((_, old), (_, new)) in before.iter().zip(&mut after) {
        let is_unset = old.iter().all(|(key, _)| key != "security_opt");
        new.retain(|(key, value)| !(is_unset && key == "security_opt" && value == "[]"));
    }
    assert_eq!(before, after);
}

/// The entries that each service of a text has itself, but for its merges: name, key and value, as written.
fn own_entries(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let tree = parse(text);
    let slice = |node: Node<'_>| tree.slice(node.span()).to_owned();
    let mut services = Vec::new();
    for document in tree.documents() {
        let roots = document.children().flat_map(Node::entries);
        for root in roots.filter(|root| root.key.is_text("services")) {
            for service in root.value.entries() {
                let own = service.value.entries().filter(|entry| !entry.key.is_text("<<"));
                let own = own.map(|entry| (slice(entry.key), slice(entry.value))).collect();
                services.push((slice(service.key), own));
            }
        }
    }
    services
}
