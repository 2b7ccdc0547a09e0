//! The names of Compose files.

use std::fs::File;

use crate::Folder;
use compose_harden::discover::Request;

use crate::discover;

#[test]
fn of_base_and_override_files_have_an_order() {
    let bases = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    let layers = [
        "compose.override.yml",
        "compose.override.yaml",
        "docker-compose.override.yml",
        "docker-compose.override.yaml",
    ];
    for at in 0..4 {
        let folder = Folder::new(&[&bases[at..], &layers[at..]].concat());
        let shown = folder.discover(&["."]);
        assert_eq!(shown[0], format!("Names: {} + {}", bases[at], layers[at]));
        let count = |start: &str| shown.iter().filter(|line| line.starts_with(start)).count();
        assert_eq!((count("variant"), count("warning")), (6 - 2 * at, 6 - 2 * at), "{shown:?}");
    }
}

#[test]
fn that_docker_compose_does_not_read_are_variants_with_a_warning() {
    let folder = Folder::new(&["compose.yml", "docker-compose.yml", "docker-compose.prod.yml"]);
    let expected = [
        "Names: compose.yml",
        "variant docker-compose.prod.yml",
        "variant docker-compose.yml",
        "warning at compose.yml: `docker-compose.yml` is here as well, but Docker Compose does not read it",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn need_not_be_those_of_a_base_file() {
    let folder = Folder::new(&["compose.prod.yml", "compose.override.yml", "my-compose.yaml", "x.yml"]);
    let expected = ["variant compose.override.yml", "variant compose.prod.yml", "variant my-compose.yaml"];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn count_for_files_only() {
    let folder = Folder::new(&["compose.yml"]);
    folder.make_directory("compose.yaml");
    folder.make_directory("compose.prod.yml");
    assert_eq!(folder.discover(&["."]), ["Names: compose.yml"]);
}

#[cfg(unix)]
#[test]
fn that_are_not_utf8_are_kept_as_they_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new(&["compose.yml"]);
    let path = folder.path().join(OsStr::from_bytes(b"compose.\xFF.yml"));
    File::create(&path).unwrap();
    let groups = discover(&folder.request(&["."]));
    assert_eq!(groups[0].variants, std::slice::from_ref(&path));
    std::fs::remove_file(folder.path().join("compose.yml")).unwrap();
    let request = Request { paths: vec![path.clone()], ..folder.request(&[]) };
    assert_eq!(discover(&request)[0].lists[0].files, std::slice::from_ref(&path));
    let mut request = folder.request(&[]);
    request.compose_file = Some(path.clone().into());
    assert_eq!(discover(&request)[0].lists[0].files, [path]);
}
