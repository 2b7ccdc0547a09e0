//! What is found without any argument.

use crate::Folder;
use crate::discover;

#[test]
fn is_a_project_together_with_everything_below() {
    let folder = Folder::new(&["compose.yaml", "compose.prod.yaml", "sub/docker-compose.yml"]);
    let expected = ["Names: compose.yaml", "variant compose.prod.yaml", "-", "Names: sub/docker-compose.yml"];
    assert_eq!(folder.discover(&[]), expected);
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn loads_what_the_environment_names_in_itself_only() {
    let folder = Folder::new(&["compose.yaml", "a.yml", "b.yml", "sub/compose.yml"]);
    folder.put(".env", "COMPOSE_FILE=b.yml\nCOMPOSE_PATH_SEPARATOR=+\n");
    let mut request = folder.request(&[]);
    request.compose_file = Some("b.yml:./a.yml".into());
    let expected = ["Environment: b.yml + a.yml", "variant compose.yaml", "-", "Names: sub/compose.yml"];
    assert_eq!(folder.show(&discover(&request)), expected);
    request.compose_file = Some("a.yml,b.yml".into());
    request.path_separator = Some(",".into());
    assert_eq!(folder.show(&discover(&request))[0], "Environment: a.yml + b.yml");
}

#[test]
fn does_not_listen_to_the_environment_when_paths_are_named() {
    let folder = Folder::new(&["compose.yaml", "a.yml"]);
    let mut request = folder.request(&["."]);
    request.compose_file = Some("a.yml".into());
    assert_eq!(folder.show(&discover(&request)), ["Names: compose.yaml"]);
}

#[test]
fn belongs_to_the_project_of_a_directory_above() {
    let folder = Folder::new(&[
        "compose.yaml",
        "compose.override.yaml",
        "compose.prod.yaml",
        "sub/deep/compose.override.yml",
        "other/compose.yaml",
    ]);
    let mut request = folder.request(&[]);
    request.current_directory = folder.path().join("sub/deep");
    let expected = [
        "Names: compose.yaml + compose.override.yaml",
        "variant compose.prod.yaml",
        "-",
        "variant sub/deep/compose.override.yml",
    ];
    assert_eq!(folder.show(&discover(&request)), expected);
    request.current_directory = folder.path().join("empty");
    folder.make_directory("empty");
    assert_eq!(folder.show(&discover(&request)), expected[..2]);
}

#[test]
fn with_a_list_in_its_env_file_needs_no_project_above() {
    let folder = Folder::new(&["compose.yaml", "sub/y.yml"]);
    folder.put("sub/.env", "COMPOSE_FILE=y.yml\n");
    let mut request = folder.request(&[]);
    request.current_directory = folder.path().join("sub");
    assert_eq!(folder.show(&discover(&request)), ["sub/.env: sub/y.yml"]);
}
