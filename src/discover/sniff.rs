//! Whether a file in YAML is a Compose file, by what is in it.

use std::path::Path;

use super::limited;
use crate::compose::{ComposeFile, is_service_attribute};
use crate::yaml::{Node, parse};

/// Whether the root of the file at `path` has a mapping `services` of services, at least one of which says what it
/// runs, and nothing that a Compose file cannot have.
///
/// A file that cannot be read, is not YAML, or is longer than [`MAX_TEXT_BYTES`](limited::MAX_TEXT_BYTES) is not one.
pub(super) fn is_compose_file(path: &Path) -> bool {
    limited::read(path).is_ok_and(|bytes| is_compose_text(&bytes))
}

fn is_compose_text(bytes: &[u8]) -> bool {
    // Most files in YAML are not Compose files, and their syntax need not be checked.
    if memchr::memmem::find(bytes, b"services").is_none() {
        return false;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let tree = parse(text);
    let Ok(file) = ComposeFile::read(&tree) else { return false };
    let services = || file.documents().iter().flat_map(|document| &document.services);
    let has_only_attributes = services().all(|service| {
        let mut entries = service.mapping().into_iter().flat_map(Node::entries);
        entries.all(|entry| entry.key.scalar().is_some_and(|key| key == "<<" || is_service_attribute(&key)))
    });
    tree.errors().is_empty()
        && has_only_attributes
        && services().any(|service| service.extends.is_some() || service.makes_container(file.aliases()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_compose_file_by_its_services() {
        for text in [
            "services:\n  web:\n    image: nginx\n",
            "x-a: &a {image: b}\nservices: {web: {<<: *a}, db: {build: .}}\n",
            "services:\n  web: {extends: {file: a.yml, service: web}}\n",
        ] {
            assert!(is_compose_text(text.as_bytes()), "{text}");
        }
        for text in [
            "services:\n  App\\Mailer:\n    arguments: [a]\n",
            "services:\n  mailer: {class: Mailer}\n",
            "services:\n  - docker:dind\n",
            "jobs: {test: {services: {db: {image: postgres}}}}\n",
            "services: {}\n",
            "services: {web: {image: a\n",
            "# services\n",
        ] {
            assert!(!is_compose_text(text.as_bytes()), "{text}");
        }
        assert!(!is_compose_text(b"services: {web: {image: \xFF}}"));
    }
}
