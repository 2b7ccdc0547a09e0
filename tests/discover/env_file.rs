//! `COMPOSE_FILE` in a `.env` file.

use std::fs::File;
use std::io::Write as _;

use crate::Folder;
use crate::discover;

#[test]
fn replaces_the_default_names_of_its_directory() {
    let folder = Folder::new(&["a/compose.yaml", "a/compose.override.yml", "a/x.yml", "b/compose.yaml"]);
    folder.put(
        "a/.env",
        "UID=1\nCOMPOSE_FILE=\"./x.yml;../b/../a/compose.yaml\" # note\nCOMPOSE_PATH_SEPARATOR=;\n",
    );
    let expected =
        ["a/.env: a/x.yml + a/compose.yaml", "variant a/compose.override.yml", "-", "Names: b/compose.yaml"];
    assert_eq!(folder.discover(&["."]), expected);
    assert_eq!(folder.discover(&["a", "b"]), expected);
}

#[test]
fn is_enough_for_a_project() {
    let folder = Folder::new(&["a/teku.yml", "a/besu.yml", "b/x.yml"]);
    folder.put("a/.env", "COMPOSE_FILE=teku.yml:besu.yml\n");
    assert_eq!(folder.discover(&["."]), ["a/.env: a/teku.yml + a/besu.yml"]);
}

#[test]
fn joins_the_directories_that_it_reaches_into() {
    let folder = Folder::new(&["a/compose.yaml", "b/compose.yaml", "c/compose.yaml", "shared/x.yml"]);
    folder.put("a/.env", "COMPOSE_FILE=compose.yaml:../shared/x.yml\n");
    folder.put("c/.env", "COMPOSE_FILE=compose.yaml:../shared/x.yml\n");
    let expected = [
        "a/.env: a/compose.yaml + shared/x.yml",
        "c/.env: c/compose.yaml + shared/x.yml",
        "-",
        "Names: b/compose.yaml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn that_names_what_is_not_there_is_an_error() {
    let folder = Folder::new(&["compose.yaml"]);
    let first = |text: &str| {
        folder.put(".env", text);
        let shown = folder.discover(&["."]);
        assert_eq!(shown[0], "variant compose.yaml");
        shown[1..].join("\n")
    };
    let missing = first("COMPOSE_FILE=compose.yaml:gone.yml\n");
    assert!(
        missing.starts_with(
            "error at .env: entry 2 of `COMPOSE_FILE` does not name a file to load: cannot read"
        ),
        "{missing}"
    );
    let empty = |number: usize| format!("error at .env: entry {number} of `COMPOSE_FILE` is an empty path");
    assert_eq!(first("COMPOSE_FILE=compose.yaml:\n"), empty(2));
    assert_eq!(first("COMPOSE_FILE=\n"), empty(1));
    assert_eq!(first("COMPOSE_FILE=-\n"), "error at .env: entry 1 of `COMPOSE_FILE` names standard input");
    let unknown = "error at .env: `COMPOSE_FILE` depends on a variable that this file does not set";
    assert_eq!(first("COMPOSE_FILE=${STAGE}.yml\n"), unknown);
    let mut request = folder.request(&[]);
    request.compose_file = Some("gone.yml".into());
    let shown = folder.show(&discover(&request));
    assert!(
        shown[1].contains("entry 1 of `COMPOSE_FILE` does not name a file to load: cannot read"),
        "{shown:?}"
    );
}

#[test]
fn that_is_too_long_or_not_utf8_is_an_error_where_that_matters() {
    let folder = Folder::new(&["compose.yaml"]);
    folder.put(".env", &"#\n".repeat(600_000));
    assert!(folder.discover(&["."])[1].contains("MAX_TEXT_BYTES"));
    let write = |bytes: &[u8]| File::create(folder.path().join(".env")).unwrap().write_all(bytes).unwrap();
    write(b"NAME=caf\xE9\n");
    assert_eq!(folder.discover(&["."]), ["Names: compose.yaml"]);
    write(b"NAME=caf\xE9\nCOMPOSE_FILE=x.yml\n");
    assert!(folder.discover(&["."])[1].contains("not UTF-8"));
}
