//! Files as arguments.

use crate::Folder;

#[test]
fn bring_what_is_loaded_in_their_directory() {
    let folder = Folder::new(&[
        "compose.yml",
        "compose.override.yml",
        "compose.prod.yml",
        "x.yml",
        "sub/compose.yml",
        "env/compose.yml",
        "env/x.yml",
    ]);
    folder.put("env/.env", "COMPOSE_FILE=x.yml\n");
    let expected = ["Names: compose.yml + compose.override.yml", "variant compose.prod.yml"];
    assert_eq!(folder.discover(&["compose.yml"]), expected);
    assert_eq!(folder.discover(&["compose.override.yml"]), expected);
    assert_eq!(folder.discover(&["./x.yml"]), [expected[0], expected[1], "variant x.yml"]);
    assert_eq!(folder.discover(&["env/compose.yml"]), ["env/.env: env/x.yml", "variant env/compose.yml"]);
}

#[test]
fn are_projects_where_nothing_is_loaded_by_default() {
    let folder = Folder::new(&["a/x.yml", "sub/compose.override.yml", "compose.prod.yml", "a.yml", "b.yml"]);
    assert_eq!(
        folder.discover(&["a/x.yml", "./sub/compose.override.yml"]),
        ["Arguments: a/x.yml", "-", "Arguments: sub/compose.override.yml"]
    );
    let expected = ["Arguments: b.yml", "variant a.yml", "variant compose.prod.yml"];
    assert_eq!(folder.discover(&["b.yml", "a.yml", "compose.prod.yml"]), expected);
}

#[test]
fn that_a_command_loads_with_others_bring_these() {
    let folder = Folder::new(&["base.yml", "prod.yml", "dev.yml"]);
    let commands = "up:\n\tdocker compose -f base.yml -f prod.yml up\n\tdocker compose -f dev.yml up\n";
    folder.put("Makefile", commands);
    let expected = ["Arguments: prod.yml", "Makefile:2: base.yml + prod.yml"];
    assert_eq!(folder.discover(&["prod.yml"]), expected);
}
