//! Directories as arguments.

use std::fs;

use compose_harden::discover::{Unit, survey};

use crate::{Folder, discover};

#[test]
fn passes_over_hidden_foreign_and_ignored_folders() {
    let folder = Folder::new(&[
        ".devcontainer/compose.yml",
        ".git/compose.yml",
        "a/.hidden-compose.yml",
        "a/compose.yml",
        "a/docker-compose.local.yml",
        "build/compose.yml",
        "node_modules/x/compose.yml",
        "vendor/compose.yml",
    ]);
    folder.put(".gitignore", "/build/\n*.local.yml\n");
    assert_eq!(folder.discover(&["."]), ["Names: a/compose.yml"]);
    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    assert_eq!(folder.discover(&[]), ["Names: a/compose.yml"]);
}

#[test]
fn takes_what_is_named_whatever_the_rules() {
    let folder = Folder::new(&[".git/x", "vendor/.a/compose.yml", "build/compose.yml", "a.local.yml"]);
    folder.put(".gitignore", "build\n*.local.yml\n");
    let expected =
        ["Arguments: a.local.yml", "-", "Names: build/compose.yml", "-", "Names: vendor/.a/compose.yml"];
    assert_eq!(folder.discover(&["vendor/.a", "build", "a.local.yml"]), expected);
}

#[test]
fn takes_the_override_file_that_git_ignores_and_the_project_without_it() {
    let folder = Folder::new(&[".git/x", "a/compose.yml", "a/compose.override.yml"]);
    folder.put(".gitignore", "compose.override.yml\n");
    let expected = ["Names: a/compose.yml + a/compose.override.yml", "Names: a/compose.yml"];
    assert_eq!(folder.discover(&["."]), expected);
    assert_eq!(folder.discover(&["a/compose.yml"]), expected);
}

#[test]
fn does_not_listen_to_the_folders_above_a_repository_or_outside_of_one() {
    let folder =
        Folder::new(&["home/a/compose.yml", "home/repository/.git/x", "home/repository/b/compose.yml"]);
    folder.put("home/.gitignore", "*\n");
    assert_eq!(folder.discover(&["home/a"]), ["Names: home/a/compose.yml"]);
    assert_eq!(folder.discover(&["home/repository"]), ["Names: home/repository/b/compose.yml"]);
    folder.put("home/repository/.gitignore", "compose.yml\n");
    folder.put("home/repository/b/deep/compose.yml", "");
    assert_eq!(folder.discover(&["home/repository/b"]), ["Names: home/repository/b/compose.yml"]);
}

#[test]
fn rules_end_at_the_top_of_a_repository_and_do_not_hide_it() {
    let folder = Folder::new(&[
        "a.compose.yml",
        "clone/.git/HEAD",
        "clone/b.compose.yml",
        "clone/inner/.git/HEAD",
        "clone/inner/c.compose.yml",
        "clone/inner/d.compose.yml",
    ]);
    folder.put(".gitignore", "?.compose.yml\n");
    folder.put("clone/.gitignore", "c.compose.yml\n");
    folder.put("clone/inner/.gitignore", "*\n!c.compose.yml\n");
    let expected = ["variant clone/b.compose.yml", "-", "variant clone/inner/c.compose.yml"];
    assert_eq!(folder.discover(&["."]), expected);
    assert_eq!(folder.discover(&["clone"]), expected);
}

#[test]
fn searches_a_repository_when_its_turn_comes() {
    let folder = Folder::new(&["a/.git/HEAD", "a/compose.yml", "b/.git/HEAD", "compose.yml"]);
    let request = folder.request(&["."]);
    let mut parts = survey(&request).parts;
    assert_eq!(parts.len(), 3);
    folder.put("b/compose.yml", "");
    folder.put("b/inner/compose.yml", "");
    folder.put("b/inner/.git/HEAD", "");
    let [mut b, a, outside] = [(); 3].map(|()| parts.pop().unwrap().search());
    let inner = b.parts.pop().unwrap().search();
    let found = [outside, a, b, inner].map(|searched| {
        assert!(searched.parts.is_empty());
        folder.show(&searched.units.iter().flat_map(Unit::groups).collect::<Vec<_>>())
    });
    let expected = ["compose.yml", "a/compose.yml", "b/compose.yml", "b/inner/compose.yml"];
    assert_eq!(found, expected.map(|file| vec![format!("Names: {file}")]));
}

#[test]
fn comes_to_each_repository_once() {
    let folder = Folder::new(&[
        "a/.git/HEAD",
        "a/compose.yml",
        "a/x.yml",
        "a/inner/.git/HEAD",
        "a/inner/compose.yml",
        "a/inner/sub/compose.yml",
        "b/compose.yml",
        "c/.git/HEAD",
    ]);
    let expected = [
        "Names: a/compose.yml",
        "-",
        "Names: a/inner/compose.yml",
        "-",
        "Names: a/inner/sub/compose.yml",
        "-",
        "Names: b/compose.yml",
    ];
    let sorted = |arguments: &[&str]| {
        let mut groups = discover(&folder.request(arguments));
        groups.sort_by(|one, other| one.lists[0].files.cmp(&other.lists[0].files));
        folder.show(&groups)
    };
    for arguments in [&["."][..], &[".", "a"], &["a/inner/sub", "."], &[".", "b", "a/inner/compose.yml"]] {
        assert_eq!(sorted(arguments), expected, "{arguments:?}");
    }
    let mut named = expected.map(str::to_owned).to_vec();
    named.insert(1, "variant a/x.yml".to_owned());
    assert_eq!(sorted(&["a/x.yml", "."]), named);
}

#[test]
fn comes_to_each_file_once() {
    let folder = Folder::new(&["a/b/compose.yml", "a/b/x.yml", "a/b/compose.dev.yml"]);
    let paths = ["a/b/x.yml", "a/b", "a", "a/b/../b/compose.yml", "a/b/compose.dev.yml", "."];
    let expected = ["Names: a/b/compose.yml", "variant a/b/compose.dev.yml", "variant a/b/x.yml"];
    assert_eq!(folder.discover(&paths), expected);
    let reversed: Vec<&str> = paths.into_iter().rev().collect();
    assert_eq!(folder.discover(&reversed), expected);
}

#[test]
fn comes_in_order_of_path_whatever_was_made_first() {
    let names = ["c", "a", "b/z", "b", "b-x", "b/a"];
    let folder = Folder::new(&names.map(|name| format!("{name}/compose.yml")).each_ref().map(String::as_str));
    let expected = ["a", "b", "b/a", "b/z", "b-x", "c"].map(|name| format!("Names: {name}/compose.yml"));
    assert_eq!(folder.discover(&["."]).join("\n"), expected.join("\n-\n"));
}

#[test]
fn says_where_there_is_nothing() {
    let folder = Folder::new(&["a/x.yml", "b/compose.yml"]);
    let bare = "error at a: there is no Compose file in this directory";
    assert_eq!(folder.discover(&["a", "b"]), [bare, "-", "Names: b/compose.yml"]);
    assert_eq!(folder.discover(&["b", "a"]), [bare, "-", "Names: b/compose.yml"]);
    let gone = folder.discover(&["gone", "b/gone.yml"]);
    assert!(gone[0].starts_with("error at b/gone.yml: cannot read the file: "), "{gone:?}");
    assert!(gone[2].starts_with("error at gone: cannot read the file: "), "{gone:?}");
}

#[cfg(unix)]
#[test]
fn follows_links_to_files_and_not_to_directories() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new(&["real/compose.yml"]);
    let link = |to: &str, at: &str| symlink(to, folder.path().join(at)).unwrap();
    folder.make_directory("a");
    link("../real/compose.yml", "a/compose.yaml");
    link("nowhere", "a/compose.yml");
    link("..", "a/loop");
    link("loop.yml", "a/compose.loop.yml");
    link("compose.loop.yml", "a/loop.yml");
    link("real", "linked");
    assert_eq!(folder.discover(&["."]), ["Names: a/compose.yaml", "-", "Names: real/compose.yml"]);
    assert_eq!(folder.discover(&["linked"]), ["Names: linked/compose.yml"]);
    assert_eq!(folder.discover(&["a/loop/a/../real"]), ["Names: a/loop/real/compose.yml"]);
    assert!(
        folder.discover(&["a/compose.loop.yml"])[0].starts_with("error at a/compose.loop.yml: cannot read")
    );
}

#[cfg(unix)]
#[test]
fn says_which_directory_it_cannot_read_and_goes_on() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new(&["a/compose.yml", "b/compose.yml"]);
    let closed = folder.path().join("a");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let shown = folder.discover(&["."]);
    let is_closed = fs::read_dir(&closed).is_err();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // For the system's administrator no directory is closed.
    if is_closed {
        assert!(shown[0].starts_with("error at a: cannot read the directory: "), "{shown:?}");
    } else {
        assert_eq!(shown[0], "Names: a/compose.yml");
    }
    assert_eq!(shown[1..], ["-", "Names: b/compose.yml"]);
}

#[cfg(unix)]
#[test]
fn does_not_search_a_directory_whose_rules_are_no_regular_file() {
    let folder = Folder::new(&["a/compose.yml", "a/b/compose.yml", "a/b/c/compose.yml", "compose.yml"]);
    folder.put("rules", "c\n");
    std::os::unix::fs::symlink("../../rules", folder.path().join("a/b/.gitignore")).unwrap();
    let wrong = "error at a/b/.gitignore: this is not a regular file, so its directory is not searched";
    assert_eq!(folder.discover(&["."]), ["Names: compose.yml", "-", "Names: a/compose.yml", "-", wrong]);
    assert_eq!(folder.discover(&["a/b"]), ["Names: a/b/compose.yml", "-", wrong]);
    assert_eq!(folder.discover(&["a/b/c"]), ["Names: a/b/c/compose.yml"]);
    folder.make_directory("a/.git");
    assert_eq!(folder.discover(&["a/b/c"]), [wrong, "-", "Names: a/b/c/compose.yml"]);
}

#[test]
fn does_not_ask_what_git_ignores_on_one_machine() {
    let folder = Folder::new(&[".git/x", "a/compose.yml"]);
    folder.put(".git/info/exclude", "a\n");
    assert_eq!(folder.discover(&["."]), ["Names: a/compose.yml"]);
}

#[test]
fn passes_over_submodules_and_no_other_repository() {
    let folder = Folder::new(&[
        ".git/HEAD",
        "kept/compose.yml",
        "listed/.git/HEAD",
        "listed/compose.yml",
        "modules/clone/.git/HEAD",
        "modules/clone/compose.yml",
        "worktree/compose.yml",
        "worktree-of-kept/compose.yml",
        ".git/modules/kept/HEAD",
        ".git/modules/kept/worktrees/w/commondir",
    ]);
    folder.put(".gitmodules", "[submodule \"l\"]\n\tpath = listed\n\turl = ./listed\n");
    folder.put("kept/.git", "gitdir: ../.git/modules/kept\n");
    folder.put("worktree/.git", "gitdir: ../modules/clone/.git/worktrees/worktree\n");
    folder.put("worktree-of-kept/.git", "gitdir: ../.git/modules/kept/worktrees/w\n");
    folder.put(".git/modules/kept/worktrees/w/commondir", "../..\n");
    let found = |arguments: &[&str]| folder.discover(arguments).join(" ");
    let expected = "Names: modules/clone/compose.yml - Names: worktree/compose.yml - \
                    Names: worktree-of-kept/compose.yml";
    assert_eq!(found(&["."]), expected);
    assert_eq!(found(&["kept", "listed"]), "Names: kept/compose.yml - Names: listed/compose.yml");
}

#[test]
fn finds_what_commands_name_of_what_it_passes_over_in_a_repository_as_well() {
    for base in [
        ".docker/base.yml",
        "a/.infra/deep/base.yml",
        "vendor/base.yml",
        "a/node_modules/base.yml",
        ".base.yml",
        "a/.base.yaml",
        "build.yml",
    ] {
        let folder = Folder::new(&[base, "compose.yml"]);
        folder.put(".gitignore", "/build.yml\n");
        folder.put("README.md", &format!("docker compose -f {base} -f compose.yml up\n"));
        let outside = folder.discover(&["."]);
        assert!(outside.contains(&format!("README.md:1: {base} + compose.yml")), "{outside:?}");
        folder.make_directory(".git");
        assert_eq!(folder.discover(&["."]), outside, "{base}");
    }
}

#[test]
fn finds_what_commands_name_in_a_repository_that_shows_nothing() {
    let folder = Folder::new(&[".git/HEAD", ".devcontainer/compose.yml"]);
    folder.put(".devcontainer/devcontainer.json", "{\"dockerComposeFile\": \"compose.yml\"}");
    let expected = [".devcontainer/devcontainer.json:1: .devcontainer/compose.yml"];
    assert_eq!(folder.discover(&["."]), expected);
}

#[cfg(unix)]
#[test]
fn finds_what_commands_name_behind_a_link_and_in_an_inner_repository() {
    let folder =
        Folder::new(&["shared/base.yml", "a/.git/HEAD", "a/compose.yml", "b/.git/HEAD", "b/compose.yml"]);
    std::os::unix::fs::symlink("../shared", folder.path().join("a/shared")).unwrap();
    folder.put("a/README.md", "docker compose -f shared/base.yml -f compose.yml up\n");
    assert_eq!(folder.discover(&["a"])[1], "a/README.md:1: a/shared/base.yml + a/compose.yml");
    folder.put("b/inner/.git/HEAD", "");
    folder.put("b/inner/base.yml", "");
    folder.put("b/README.md", "docker compose -f inner/base.yml -f compose.yml up\n");
    assert_eq!(folder.discover(&["b"])[1], "b/README.md:1: b/inner/base.yml + b/compose.yml");
}
