//! Files as arguments.

use crate::Folder;

#[test]
fn are_loaded_alone_as_docker_compose_does() {
    let folder = Folder::new(&["compose.yml", "compose.override.yml", "x.yml", "a/x.yml", "sub/compose.yml"]);
    folder.put(".env", "COMPOSE_FILE=x.yml\n");
    assert_eq!(folder.discover(&["compose.yml"]), ["Arguments: compose.yml"]);
    assert_eq!(
        folder.discover(&["a/x.yml", "./sub/compose.yml"]),
        ["Arguments: a/x.yml", "-", "Arguments: sub/compose.yml"]
    );
}

#[test]
fn bring_the_base_file_beside_them() {
    let folder = Folder::new(&["compose.yml", "x.yml"]);
    let expected = [
        "Arguments: compose.yml",
        "variant x.yml",
        "warning at compose.yml: `compose.yml` is read too: what is named may be a layer over it",
    ];
    assert_eq!(folder.discover(&["x.yml"]), expected);
}

#[test]
fn of_one_directory_are_one_group() {
    let folder = Folder::new(&["compose.yml", "compose.override.yml", "compose.prod.yml", "a.yml", "b.yml"]);
    let paths = ["compose.prod.yml", "compose.override.yml", "a.yml", "compose.yml", "a.yml"];
    let expected =
        ["Arguments: compose.yml + compose.override.yml", "variant compose.prod.yml", "variant a.yml"];
    assert_eq!(folder.discover(&paths), expected);
    assert_eq!(folder.discover(&["b.yml", "compose.yml"]), ["Arguments: compose.yml", "variant b.yml"]);
    let folder = Folder::new(&["compose.prod.yml", "a.yml", "b.yml"]);
    let expected = ["Arguments: b.yml", "variant a.yml", "variant compose.prod.yml"];
    assert_eq!(folder.discover(&["b.yml", "a.yml", "compose.prod.yml"]), expected);
}

#[test]
fn that_are_an_override_file_bring_its_base_file() {
    let folder = Folder::new(&["docker-compose.yml", "compose.override.yml", "a/compose.override.yml"]);
    let expected = [
        "Arguments: docker-compose.yml + compose.override.yml",
        "warning at docker-compose.yml: `docker-compose.yml` is read too: \
         Docker Compose loads `compose.override.yml` over it",
    ];
    assert_eq!(folder.discover(&["compose.override.yml"]), expected);
    assert_eq!(folder.discover(&["a/compose.override.yml"]), ["Arguments: a/compose.override.yml"]);
}

#[test]
fn that_a_command_loads_with_others_bring_these() {
    let folder = Folder::new(&["base.yml", "prod.yml", "dev.yml"]);
    let commands = "up:\n\tdocker compose -f base.yml -f prod.yml up\n\tdocker compose -f dev.yml up\n";
    folder.put("Makefile", commands);
    let expected = [
        "Arguments: prod.yml",
        "Makefile:2: base.yml + prod.yml",
        "warning at base.yml: `base.yml` is read too: Makefile line 2 loads it with `prod.yml`",
    ];
    assert_eq!(folder.discover(&["prod.yml"]), expected);
}
