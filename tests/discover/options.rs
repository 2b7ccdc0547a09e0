//! Files that `-f` names.

use std::path::PathBuf;

use crate::Folder;
use crate::discover;

#[test]
fn name_one_list_and_nothing_else_is_looked_for() {
    let folder = Folder::new(&["compose.yaml", "compose.override.yml", "b.yml", "sub/compose.yml"]);
    folder.put(".env", "COMPOSE_FILE=compose.yaml\n");
    let mut request = folder.request(&["sub"]);
    request.files = vec!["./b.yml".into(), folder.path().join("sub/../compose.yaml")];
    request.compose_file = Some("sub/compose.yml".into());
    assert_eq!(folder.show(&discover(&request)), ["Options: b.yml + compose.yaml"]);
}

#[test]
fn cannot_name_standard_input_a_directory_or_nothing() {
    let folder = Folder::new(&["compose.yaml", "sub/compose.yml"]);
    let mut request = folder.request(&[]);
    request.files = ["-", "compose.yaml", "gone.yml", "sub"].map(PathBuf::from).to_vec();
    let shown = folder.show(&discover(&request));
    assert_eq!(shown[0], "error at -: cannot harden standard input");
    assert!(shown[1].starts_with("error at gone.yml: cannot read the file: "), "{}", shown[1]);
    assert_eq!(shown[2], "error at sub: this is a directory, not a Compose file");
    assert_eq!(shown.len(), 3);
}
