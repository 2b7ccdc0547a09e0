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

/// Whether the file at `path` is one as [`is_compose_file`] says, or has services that only another file completes.
pub(super) fn may_be_layer(path: &Path) -> bool {
    limited::read(path).is_ok_and(|bytes| has_services(&bytes, false))
}

fn is_compose_text(bytes: &[u8]) -> bool {
    has_services(bytes, true)
}

/// Whether the root has services and nothing else than a Compose file; where they must be `complete`, one that says what
/// it runs.
fn has_services(bytes: &[u8], complete: bool) -> bool {
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
        && services()
            .any(|service| !complete || service.extends.is_some() || service.makes_container(file.aliases()))
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

    #[test]
    fn knows_a_layer_by_its_services() {
        assert!(has_services(b"services:\n  web: {ports: ['80:80']}\n", false));
        assert!(!is_compose_text(b"services:\n  web: {ports: ['80:80']}\n"));
        assert!(!has_services(b"services:\n  mailer: {class: Mailer}\n", false));
    }
}
