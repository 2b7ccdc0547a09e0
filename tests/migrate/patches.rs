//! Patches, and what `git am` makes of them.

use std::fs;
use std::path::PathBuf;

use crate::{BARE, Farm, Ran, git, git_bytes, id, put, state};

fn patches(farm: &Farm) -> Vec<PathBuf> {
    let entries = fs::read_dir(farm.beside("patches")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn write_patches(farm: &Farm, more: &[&str]) -> Ran {
    farm.run(&[&["root", "--patches", "patches"][..], more].concat())
}

#[test]
fn writes_what_git_am_makes_into_the_same_tree_as_the_branch() {
    let farm = Farm::new();
    let crlf = BARE.replace('\n', "\r\n");
    let mixed = "# caf\u{e9} = \u{2028}\r\nservices:\n  web: \r\n    image: nginx \n  From: {image: x}\r\n";
    let files = [
        ("compose.yml", BARE),
        ("crlf/compose.yml", &crlf),
        ("mixed/compose.yml", &mixed.replace('\u{2028}', "-")),
        ("no end/compose.yml", BARE.trim_end()),
        ("é\t\"\\/compose.yml", crlf.trim_end()),
        (" lead/compose.yml", &format!("\u{feff}{BARE}")),
    ];
    let repository = farm.repository("a", &files);
    let before = state(&repository);
    let objects = git(&repository, &["count-objects"]);
    let message = "Härten: a long subject that a header has to break into words\n\nFrom here on\n\n= é";
    let ran = write_patches(&farm, &["--message", message]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(state(&repository), before);
    assert_eq!(git(&repository, &["count-objects"]), objects);
    assert_eq!(git(&repository, &["branch", "--format=%(refname:short)"]), "main\n");

    assert_eq!(farm.run(&["root", "--message", message]).code, 0);
    let patch = patches(&farm).remove(0);
    for directory in [".", "crlf"] {
        git(&repository, &["checkout", "--quiet", "-B", "taken", "main"]);
        git(&repository.join(directory), &["am", "--quiet", patch.to_str().unwrap()]);
        assert_eq!(id(&repository, "taken^{tree}"), id(&repository, "compose-harden^{tree}"));
    }
    let shown = |name: &str| git(&repository, &["log", "-1", "--format=%an%n%ae%n%B", name]);
    assert_eq!(shown("taken"), shown("compose-harden"));
    git(&repository, &["checkout", "--quiet", "-B", "reversed", "compose-harden"]);
    let plain = fs::read(&patch).unwrap();
    assert!(plain.is_ascii() && !plain.contains(&b'\r'));
}

#[test]
fn writes_a_patch_that_people_can_read_and_git_can_merge() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    assert_eq!(write_patches(&farm, &[]).code, 0);
    let patch = patches(&farm).remove(0);
    let text = fs::read_to_string(&patch).unwrap();
    assert!(text.contains("\nSubject: [PATCH] Harden Docker Compose services\n"), "{text}");
    assert!(text.contains("\n+    <<: *hardening\n"), "{text}");
    // The lines around the change are others by now.
    put(&repository.join("compose.yml"), &BARE.replace("image: nginx", "image: nginx:1.29"));
    git(&repository, &["commit", "--quiet", "--all", "--message=later"]);
    let am = crate::try_git(&repository, &["am", "-3", patch.to_str().unwrap()]);
    assert_ne!(am.stdout, b"", "{am:?}");
    let words = String::from_utf8(am.stdout).unwrap();
    assert!(words.contains("merge") || am.status.success(), "{words}");
}

#[test]
fn names_the_patches_of_repositories_of_one_name_apart_and_the_same_in_every_run() {
    let farm = Farm::new();
    for name in ["a/x", "b/x", "c/-. y"] {
        farm.repository(name, &[("compose.yml", BARE)]);
    }
    assert_eq!(write_patches(&farm, &[]).code, 0);
    let names = patches(&farm);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[0].file_name().unwrap().to_str().unwrap().starts_with("_y-"), "{names:?}");
    assert_eq!(write_patches(&farm, &[]).code, 0);
    assert_eq!(patches(&farm), names);
}

#[test]
fn writes_no_patch_without_an_identity_or_in_a_dry_run() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    let ran = write_patches(&farm, &["--dry-run"]);
    assert!(ran.out.starts_with("would change a: 1 service in 1 file, patch "), "{ran:?}");
    assert!(!farm.beside("patches").exists());
    git(&repository, &["config", "user.useConfigOnly", "true"]);
    let ran = farm.run_with(&["root", "--patches", "patches"], |command| {
        command.env_remove("GIT_AUTHOR_NAME").env_remove("GIT_AUTHOR_EMAIL").env_remove("EMAIL");
    });
    assert_eq!(ran.code, 2);
    assert!(ran.out.starts_with("failed a: `git var` failed: "), "{ran:?}");
    assert_eq!(patches(&farm).len(), 0);
    assert_eq!(git_bytes(&repository, &["status", "--porcelain"]), b"");
}

#[test]
fn keeps_the_author_and_the_message_or_says_that_it_cannot() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    for message in [
        "[infra] harden",
        "Re: harden",
        ": harden",
        "harden\n\nFrom: evil <e@vil>",
        "harden\n\n\nsubject: x",
        "harden\n\ndate: 1970-01-01",
        "harden\n\n>From x",
        "harden\n\n[PATCH] x",
        "harden\n\n--- x",
    ] {
        let ran = write_patches(&farm, &["--message", message]);
        assert_eq!(ran.code, 2, "{message}: {ran:?}");
        assert!(
            ran.messages.starts_with("error: ") && ran.messages.contains("word it differently"),
            "{ran:?}"
        );
        assert!(!farm.beside("patches").exists());
        // In a branch nothing reads it but people.
        let ran = farm.run(&["root", "--message", message]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(git(&repository, &["log", "-1", "--format=%B", "compose-harden"]).trim_end(), message);
        git(&repository, &["branch", "--quiet", "-D", "compose-harden"]);
    }
    let message = "infra [1]: harden\n\nFor all: x\nFrom: evil <e@vil>\n[PATCH] x";
    assert_eq!(write_patches(&farm, &["--message", message]).code, 0);
    git(&repository, &["am", "--quiet", patches(&farm)[0].to_str().unwrap()]);
    let expected = format!("Zoë O. Author {message}");
    assert_eq!(git(&repository, &["log", "-1", "--format=%an %B"]).trim_end(), expected);
}
