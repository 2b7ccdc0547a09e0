//! The rules of `.gitignore` files, as git itself takes them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Folder, discover};

/// Files that Docker Compose never loads by their names, so that none comes back as a layer of another.
const FILES: [&str; 10] = [
    "a.compose.yml",
    "b.compose.yml",
    "sub/a.compose.yml",
    "sub/b.compose.yml",
    "sub/deep/a.compose.yml",
    "sub/deep/sub/b.compose.yml",
    "other/a.compose.yml",
    "other/deep/a.compose.yml",
    "é (x)/a.compose.yml",
    "é (x)/sub/b.compose.yml",
];

const RULES: [&str; 23] = [
    "",
    "*\n",
    "a.*\n",
    "/a.compose.yml\n",
    "sub\n",
    "sub/\n",
    "/sub/\n!/sub/a.compose.yml\n",
    "sub/*\n!sub/deep/\n",
    "*.yml\n!b.compose.yml\n",
    "!a.compose.yml\n",
    "**/deep\n",
    "sub/**/b.compose.yml\n",
    "/*/\n!/other/\n",
    "deep/a.compose.yml\n",
    "# a.compose.yml\n\\#\n",
    "a.compose.yml \nb.compose.yml\\ \n",
    "[!b].compose.yml\n",
    "[a\n",
    "a.compose.yml/\n",
    "*\r\n!sub/\r\n",
    "\u{feff}a.*\n",
    "é*\n",
    "?.compose.yml\n!/*.compose.yml\n",
];

/// Those of [`FILES`] that git does not ignore.
fn shown_by_git(root: &Path) -> Vec<PathBuf> {
    let mut git = Command::new("git");
    git.args(["-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin"]).current_dir(root);
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("this test needs `git`");
    child.stdin.take().unwrap().write_all(FILES.join("\0").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let ignored: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
    let mut shown: Vec<PathBuf> =
        FILES.iter().filter(|file| !ignored.contains(&file.as_bytes())).map(PathBuf::from).collect();
    shown.sort();
    shown
}

#[test]
fn hide_what_git_ignores() {
    let folder = Folder::new(&FILES);
    let made = Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status();
    assert!(made.expect("this test needs `git`").success());
    for above in RULES {
        folder.put(".gitignore", above);
        for below in RULES {
            folder.put("sub/.gitignore", below);
            let groups = discover(&folder.request(&["."]));
            let lists = groups.iter().flat_map(|group| &group.lists).flat_map(|list| &list.files);
            let files = lists.chain(groups.iter().flat_map(|group| &group.variants));
            let mut found: Vec<PathBuf> =
                files.map(|file| file.strip_prefix(folder.path()).unwrap().to_owned()).collect();
            found.sort();
            assert_eq!(found, shown_by_git(folder.path()), "{above:?} above {below:?}");
        }
    }
}

#[test]
fn hide_also_what_a_line_after_one_that_is_not_utf8_names() {
    let folder = Folder::new(&["a/compose.yml", "b/compose.yml"]);
    File::create(folder.path().join(".gitignore")).unwrap().write_all(b"\xFF\na\n").unwrap();
    assert_eq!(folder.discover(&["."]), ["Names: b/compose.yml"]);
}
