//! The names by which Docker Compose, and people, know Compose files.

use std::ffi::OsStr;

/// The names of a base file, the first of which wins.
pub(super) const BASE_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of an override file, the first of which wins, whatever the name of the base file is.
///
/// Docker Compose prefers `.yml` here, and `.yaml` for the base file.
pub(super) const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// Whether people name a Compose file so: `*compose*.yml` or `*compose*.yaml`, in these letters.
///
/// Upper case is another name, as it is for Docker Compose on most systems.
pub(super) fn is_compose_name(name: &OsStr) -> bool {
    stem(name).is_some_and(|stem| stem.windows(b"compose".len()).any(|part| part == b"compose"))
}

/// Whether people name a file in YAML so.
#[must_use]
pub fn is_yaml_name(name: &OsStr) -> bool {
    stem(name).is_some()
}

/// Whether a name is one of those that are not listed.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn stem(name: &OsStr) -> Option<&[u8]> {
    let bytes = name.as_encoded_bytes();
    bytes.strip_suffix(b".yml").or_else(|| bytes.strip_suffix(b".yaml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_compose_file_by_its_name() {
        for name in ["compose.yml", "docker-compose.prod.yaml", "compose_tgi.yaml", "my.compose.x.yml"] {
            assert!(is_compose_name(OsStr::new(name)), "{name}");
        }
        for name in ["Compose.yml", "compose.YML", "compose.json", "compose", "stack.yml", "compose.yml.bak"]
        {
            assert!(!is_compose_name(OsStr::new(name)), "{name}");
        }
    }
}
