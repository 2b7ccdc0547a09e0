//! What services set themselves.

use compose_harden::yaml::{Node, parse};

/// The entries that each service of a text has itself, but for its merges: name, key and value, as written.
pub(crate) fn own_entries(text: &str) -> Vec<(String, Vec<(String, String)>)> {
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
