//! What the diff promises, held by the real `git apply` and `patch`: they turn the text before into the text
//! after, byte for byte, and back.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use compose_harden::output::diff::{display_path, unified_diff};
use compose_harden::text::{Edit, EditSet, Span};
use tempfile::TempDir;

/// Names that a reader of diffs may take for something else.
const NAMES: [&[u8]; 22] = [
    b"compose.yml",
    b"my shop/compose file.yml",
    b" leading.yml",
    b"trailing ",
    b"tab\there.yml",
    b"line\nfeed.yml",
    b"carriage\rreturn.yml",
    b"quo\"te.yml",
    b"sp ace and \"quote\".yml",
    b"it's.yml",
    b"back\\slash.yml",
    b"\\n.yml",
    "caf\u{e9} \u{4e16}.yml".as_bytes(),
    b"not-utf8-\xE9\xFF.yml",
    b"\x01\x07\x08\x0b\x0c\x1b\x7f.yml",
    b"-p0.yml",
    b"a/compose.yml",
    b"b/a/compose.yml",
    b"dev/null",
    b"$HOME.yml",
    b"*?[a].yml",
    b"#compose;.yml",
];

/// A text and edits to it.
fn cases() -> Vec<(&'static str, Vec<Edit>)> {
    let insert = |offset, text: &str| Edit::insert(offset, text);
    let replace = |start, end, text: &str| Edit::replace(Span::new(start, end), text);
    vec![
        (
            "services:\n  a:\n    image: x\n",
            vec![insert(0, "x-h: &h\n  user: x\n\n"), insert(14, "\n    <<: *h")],
        ),
        ("a:\r\nb:\r\nc:\r\n", vec![insert(4, "  x: 1\r\n"), insert(8, "  y: 2\r\n")]),
        ("a:\r\nb:\nc:\rd\n", vec![insert(2, "\r\n  x: 1"), insert(10, "\r  y: 2")]),
        ("a: 1\nb: 2", vec![replace(8, 9, "3")]),
        ("a: 1\nb: 2", vec![insert(9, "\n")]),
        ("a: 1\nb: 2\n", vec![replace(9, 10, "")]),
        ("a: 1\nb: 2", vec![insert(0, "x\n")]),
        ("a: 1\nb: 2\n", vec![insert(10, "c: 3")]),
        ("1\n2\n3\n4\n5", vec![insert(0, "x\n")]),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", vec![insert(0, "x\n"), insert(20, "\n11")]),
        ("\u{feff}a: 1\nb: 2\n", vec![insert(3, "x: 0\n")]),
        ("\u{feff}a: 1\n", vec![replace(3, 4, "b")]),
        (
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n",
            vec![insert(0, "--- a\n"), replace(8, 11, "---"), replace(28, 29, "+++")],
        ),
        ("a:   \n\n\t\nb: \n", vec![insert(7, "  \n"), insert(9, " \n")]),
        ("a\n", vec![replace(0, 1, "b")]),
        ("a", vec![replace(0, 1, "b")]),
        ("", vec![insert(0, "a\n")]),
        ("", vec![insert(0, "a")]),
        ("a\rb\rc", vec![insert(2, "x\r")]),
        ("\n\n\n\n", vec![insert(2, "x\n"), replace(3, 4, "")]),
        ("caf\u{e9}: \u{2028}x\u{85}y\u{c}z\u{0}\n", vec![insert(7, "'"), insert(10, "'")]),
        (
            "a\nb\nc\nd\ne\nf\ng\nh\ni\n",
            vec![replace(0, 4, ""), replace(8, 12, "q\nr\ns\nt\n"), insert(18, "z")],
        ),
    ]
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &Path, text: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().write_all(text).unwrap();
    }

    fn holds(&self, name: &Path, text: &str, what: &str) {
        let found = fs::read(self.path().join(name)).unwrap();
        assert!(
            found == text.as_bytes(),
            "{what}: {} is {:?}, not {text:?}",
            name.display(),
            found.escape_ascii().to_string()
        );
    }
}

fn tool(program: &str, cwd: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(cwd)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", "/")
        .env("LC_ALL", "C");
    command
}

/// Runs `program` with `input`; a failure shows the input and what was said.
fn run(program: &str, args: &[&str], cwd: &Path, input: &[u8]) -> Vec<u8> {
    let mut child = tool(program, cwd)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs `{program}`: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{program} {args:?}: {}{}\nof {}",
        output.stdout.escape_ascii(),
        output.stderr.escape_ascii(),
        String::from_utf8(input.to_vec()).unwrap_or_default()
    );
    output.stdout
}

/// All names with all contents: every name gets the text of one case.
fn files() -> Vec<(PathBuf, &'static str, EditSet)> {
    let cases = cases();
    assert_eq!(cases.len(), NAMES.len());
    let case = |at: usize| cases[at % cases.len()].clone();
    let mut files = Vec::new();
    for (at, name) in NAMES.iter().enumerate() {
        for turn in [0, 7] {
            let (before, edits) = case(at + turn);
            let name = Path::new(if turn == 0 { "one" } else { "two" }).join(OsStr::from_bytes(name));
            files.push((name, before, EditSet::new(edits).unwrap()));
        }
    }
    files
}

/// One patch over all files goes through `program` forward and, with `-R`, back.
fn holds_both_ways(program: &str, args: &[&str], skip: impl Fn(&Path, &str) -> bool) {
    let folder = Folder::new();
    let files: Vec<_> = files().into_iter().filter(|(name, before, _)| !skip(name, before)).collect();
    assert!(files.len() >= 36);
    let mut patch = Vec::new();
    for (name, before, edits) in &files {
        folder.put(name, before.as_bytes());
        patch.extend(unified_diff(&display_path(&folder.path().join(name), folder.path()), before, edits));
    }
    run(program, args, folder.path(), &patch);
    for (name, before, edits) in &files {
        folder.holds(name, &edits.apply(before), "forward");
    }
    run(program, &[args, &["-R"]].concat(), folder.path(), &patch);
    for (name, before, _) in &files {
        folder.holds(name, before, "back");
    }
}

#[test]
fn git_apply_takes_every_name_and_content_outside_a_repository() {
    holds_both_ways("git", &["apply", "-p1"], |_, _| false);
}

#[test]
fn patch_takes_every_name_and_content() {
    // GNU patch refuses a name with a line feed whatever the diff says, and removes a file it has emptied.
    holds_both_ways("patch", &["-p1", "-s"], |name, before| {
        name.as_os_str().as_bytes().contains(&b'\n') || before.is_empty()
    });
}

#[test]
fn git_apply_takes_it_in_the_root_and_below_it_and_with_the_index() {
    for (below, args) in
        [("", &["apply", "-p1"][..]), ("sub dir", &["apply", "-p1"]), ("", &["apply", "--index"])]
    {
        let folder = Folder::new();
        run("git", &["init", "-q"], folder.path(), b"");
        let cwd = folder.path().join(below);
        let mut patch = Vec::new();
        for (name, before, edits) in files() {
            folder.put(&Path::new(below).join(&name), before.as_bytes());
            patch.extend(unified_diff(&display_path(&cwd.join(&name), &cwd), before, &edits));
        }
        run("git", &["add", "-A"], folder.path(), b"");
        run("git", args, &cwd, &patch);
        for (name, before, edits) in files() {
            folder.holds(&Path::new(below).join(name), &edits.apply(before), below);
        }
    }
}

#[test]
fn equals_what_git_diff_prints_below_its_own_header_lines() {
    let mut compared = 0;
    for (name, before, edits) in files() {
        let folder = Folder::new();
        run("git", &["init", "-q"], folder.path(), b"");
        // Git calls a file with a NUL binary, has a choice between equal lines, and does not quote a last space.
        if before.contains('\0') || before == "\n\n\n\n" || name.ends_with("trailing ") {
            continue;
        }
        folder.put(&name, before.as_bytes());
        run("git", &["add", "-A"], folder.path(), b"");
        folder.put(&name, edits.apply(before).as_bytes());
        let printed = run("git", &["diff", "--no-color", "--diff-algorithm=myers"], folder.path(), b"");
        let start = printed.windows(4).position(|bytes| bytes == b"--- ").unwrap();
        let ours = unified_diff(&name, before, &edits);
        assert!(
            ours == printed[start..],
            "ours:\n{}\ngit's:\n{}",
            ours.escape_ascii().to_string().replace("\\n", "\n"),
            printed[start..].escape_ascii().to_string().replace("\\n", "\n")
        );
        compared += 1;
    }
    assert!(compared >= 38);
}

#[test]
fn stays_true_for_random_edits_of_random_texts() {
    // A fixed sequence, so that a failure repeats.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let pieces = ["\n", "\n", "\r\n", "a", "b", "  c", "- ", "+", "@@", " ", "\r", "\n\n", "é", "d: 1\n"];
    let folder = Folder::new();
    let mut patch = Vec::new();
    let mut files = Vec::new();
    for number in 0..300 {
        let mut text = |most: u64| {
            (0..random(most)).map(|_| pieces[usize::try_from(random(14)).unwrap()]).collect::<String>()
        };
        let before = text(60) + "x";
        let inserts: Vec<String> = (0..6).map(|_| text(5)).collect();
        let mut edits = Vec::new();
        let mut offset = 0;
        for insert in inserts {
            let places: Vec<usize> =
                (offset..=before.len()).filter(|at| before.is_char_boundary(*at)).collect();
            let start = places[usize::try_from(random(places.len() as u64)).unwrap()];
            let ends: Vec<usize> = places.into_iter().filter(|at| (start..=start + 4).contains(at)).collect();
            let end = ends[usize::try_from(random(ends.len() as u64)).unwrap()];
            edits.push(Edit::replace(Span::new(start.try_into().unwrap(), end.try_into().unwrap()), insert));
            offset = end;
        }
        let edits = EditSet::new(edits).unwrap();
        let name = PathBuf::from(format!("{number}.yml"));
        folder.put(&name, before.as_bytes());
        patch.extend(unified_diff(&name, &before, &edits));
        files.push((name, before, edits));
    }
    for (program, args) in [("git", &["apply"][..]), ("patch", &["-p1", "-s"])] {
        run(program, args, folder.path(), &patch);
        for (name, before, edits) in &files {
            let after = edits.apply(before);
            // An emptied file is one that `patch` removes.
            if !after.is_empty() {
                folder.holds(name, &after, program);
            }
        }
        run(program, &[args, &["-R"]].concat(), folder.path(), &patch);
        for (name, before, _) in &files {
            folder.holds(name, before, program);
        }
    }
}

#[test]
fn takes_very_many_edits_of_many_lines_and_of_one() {
    for unit in ["  aaaa: 1\n", "  aaaa: 1,"] {
        let before = unit.repeat(100_000);
        let edits = (0..100_000).map(|at| Edit::insert(at * 10 + 4, "xx")).collect();
        let edits = EditSet::new(edits).unwrap();
        let diff = unified_diff(Path::new("c.yml"), &before, &edits);
        assert!(diff.len() > 2 * before.len());
    }
}
