//! Symbolic links: one file whatever it is called, and no way out of what was named.

use std::fs;
use std::os::unix::fs::symlink;

use crate::{Folder, WEB};

/// A Compose file whose service `web` extends that of `file`.
fn extends(file: &str) -> String {
    format!("services:\n  web:\n    extends: {{file: {file}, service: web}}\n")
}

/// The names of the files that a diff is about.
fn changed(diff: &str) -> Vec<&str> {
    diff.split('\n').filter_map(|line| line.strip_prefix("+++ b/")).collect()
}

#[test]
fn a_linked_directory_is_no_way_out_of_what_was_named() {
    let texts = [
        "include: [link/compose.yaml]\nservices:\n  mail:\n    image: mail\n".to_owned(),
        extends("link/compose.yaml"),
        extends("link/deep/file.yaml"),
    ];
    for text in texts {
        let folder = Folder::new(&[
            ("outside/compose.yaml", WEB),
            ("outside/deep/file.yaml", WEB),
            ("project/compose.yaml", &text),
        ]);
        symlink("../outside", folder.path("project/link")).unwrap();
        for arguments in [&["project"][..], &["project/compose.yaml"], &["-f", "project/compose.yaml"]] {
            let run = folder.run(".", &[&["fix", "--write"], arguments].concat());
            assert_eq!(run.code, Some(0), "{}", run.messages);
            assert_eq!(folder.text("outside/compose.yaml"), WEB, "{arguments:?}: {text}");
            assert_eq!(folder.text("outside/deep/file.yaml"), WEB, "{arguments:?}: {text}");
            let is_said = run.messages.contains("which was not named");
            assert!(is_said || text.starts_with("include"), "{arguments:?}: {}", run.messages);
        }
    }
}

#[test]
fn a_linked_directory_is_no_way_into_another_repository() {
    let folder = Folder::new(&[("a/.git/HEAD", ""), ("b/.git/HEAD", ""), ("b/base.yml", WEB)]);
    folder.put("a/compose.yml", &extends("link/base.yml"));
    symlink("../b", folder.path("a/link")).unwrap();
    for path in ["a", "."] {
        let run = folder.run(".", &["fix", "--write", path]);
        assert_eq!(run.code, Some(0), "{}", run.messages);
        assert_eq!(folder.text("b/base.yml"), WEB, "{path}");
    }
}

#[test]
fn a_repository_that_is_passed_over_is_another_one_all_the_same() {
    let folder =
        Folder::new(&[("vendor/b/.git", "gitdir: ../../.git/modules/b\n"), ("vendor/b/base.yml", WEB)]);
    folder.put("compose.yml", &extends("vendor/b/base.yml"));
    folder.put(".git/HEAD", "");
    for arguments in [&[][..], &["compose.yml"], &["-f", "compose.yml"]] {
        let run = folder.run(".", &[&["fix", "--write"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.messages);
        assert_eq!(folder.text("vendor/b/base.yml"), WEB, "{arguments:?}");
    }
}

#[test]
fn a_file_with_two_names_is_changed_once() {
    let folder = Folder::new(&[("common/base.yaml", WEB)]);
    folder.put("compose.yaml", &extends("lnk/base.yaml").replace("web:", "mail:"));
    folder.put("compose.b.yaml", &extends("common/base.yaml").replace("web:", "shop:"));
    symlink("common", folder.path("lnk")).unwrap();
    assert_eq!(changed(&folder.run(".", &["fix"]).out), ["common/base.yaml"]);
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(folder.is_hardened("common/base.yaml"));
    assert_eq!(folder.run(".", &["check"]).code, Some(0));
}

#[test]
fn a_directory_with_two_names_is_changed_once() {
    let folder = Folder::new(&[("real/compose.yaml", WEB), ("real/weak.compose.yaml", WEB)]);
    folder.put("real/weak.compose.yaml", &WEB.replace("web:", "weak:\n    privileged: true"));
    symlink("real", folder.path("link")).unwrap();
    let once = folder.run(".", &["fix", "real"]);
    let twice = folder.run(".", &["fix", "link", "real"]);
    assert_eq!((&twice.out, &twice.messages), (&once.out, &once.messages));
    assert_eq!(changed(&once.out), ["real/compose.yaml", "real/weak.compose.yaml"]);
    let run = folder.run(".", &["fix", "--write", "link", "real"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert_eq!(folder.run("link", &["check"]).code, Some(0));
}

#[test]
fn a_directory_that_is_named_by_a_link_out_of_the_current_one_is_shown_by_it() {
    let folder = Folder::new(&[("elsewhere/compose.yaml", WEB), ("here/compose.yaml", WEB)]);
    symlink("../elsewhere", folder.path("here/link")).unwrap();
    assert_eq!(changed(&folder.run("here", &["fix", "link"]).out), ["link/compose.yaml"]);
    assert_eq!(folder.run("here", &["fix", "--write", "link"]).code, Some(0));
    assert!(folder.is_hardened("elsewhere/compose.yaml"));
    // Nobody needs to know that the current directory was reached by a link.
    symlink("here", folder.path("door")).unwrap();
    assert_eq!(changed(&folder.run("door", &["fix"]).out), ["compose.yaml"]);
}

#[test]
fn a_linked_file_names_others_from_where_the_link_is() {
    let folder = Folder::new(&[("sub/real.compose.yml", &extends("other.yml"))]);
    folder.put("compose.yaml", &extends("link.yml").replace("  web:", "  mail:"));
    folder.put("other.yml", "services:\n  web:\n    image: top\n    user: \"1\"\n");
    folder.put("sub/other.yml", "services:\n  web:\n    image: sub\n    user: \"2\"\n");
    symlink("sub/real.compose.yml", folder.path("link.yml")).unwrap();
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(folder.is_hardened("other.yml") && folder.is_hardened("sub/other.yml"), "{}", run.messages);
    let explained = folder.run(".", &["check", "--explain"]);
    assert_eq!(explained.code, Some(0), "{}", explained.messages);
    let users: Vec<&str> = explained.out.split('\n').filter(|line| line.contains("user: ")).collect();
    assert_eq!(users.len(), 2, "{}", explained.out);
    assert!(users[0].contains("\"1\" (other.yml:"), "{users:?}");
    assert!(users[1].contains("\"2\" (sub/other.yml:"), "{users:?}");
}

#[test]
fn a_link_to_a_file_stays_one_and_its_target_changes() {
    let folder = Folder::new(&[("real.yaml", WEB)]);
    symlink("real.yaml", folder.path("compose.yaml")).unwrap();
    folder.git(&["init", "-q"], b"");
    folder.git(&["add", "."], b"");
    for (format, written) in [("unified", false), ("git", false), ("unified", true)] {
        folder.put("real.yaml", WEB);
        if written {
            assert_eq!(folder.run(".", &["fix", "--write"]).code, Some(0));
        } else {
            let diff = folder.run(".", &["fix", "--format", format]).out;
            assert_eq!(changed(&diff), ["real.yaml"]);
            folder.git(&["apply"], diff.as_bytes());
        }
        assert!(folder.is_hardened("real.yaml"));
        assert!(fs::symlink_metadata(folder.path("compose.yaml")).unwrap().is_symlink());
    }
}

#[test]
fn links_out_of_the_directory_are_not_followed_unless_they_are_named() {
    let folder = Folder::new(&[("outside.yml", WEB), ("in/sub/compose.yml", WEB)]);
    symlink("../outside.yml", folder.path("in/compose.yml")).unwrap();
    let run = folder.run(".", &["fix", "in"]);
    assert!(!run.out.contains("outside.yml") && !run.out.contains("b/in/compose.yml"), "{}", run.out);
    assert!(run.out.contains("+++ b/in/sub/compose.yml\n"), "{}", run.out);
    assert!(!folder.run(".", &["fix", "in/compose.yml"]).out.is_empty());
    symlink("loop.yml", folder.path("in/loop.yml")).unwrap();
    assert_eq!(folder.run(".", &["fix", "in"]).code, Some(0));
}

#[test]
fn the_diff_of_a_link_out_of_the_current_directory_is_that_of_what_it_leads_to() {
    let folder = Folder::new(&[("a/compose.yaml", WEB), ("b/x", "")]);
    symlink("../a/compose.yaml", folder.path("b/compose.yaml")).unwrap();
    for arguments in [&["compose.yaml"][..], &["-f", "compose.yaml"]] {
        let file = folder.path("a/compose.yaml").canonicalize().unwrap();
        let shown = file.to_str().unwrap();
        let diff = folder.run("b", &[&["fix"][..], arguments].concat()).out;
        assert!(diff.starts_with(&format!("--- a{shown}\n+++ b{shown}\n")), "{diff}");
        let stat = folder.run("b", &[&["fix", "--stat"][..], arguments].concat()).out;
        assert_eq!(stat, "compose.yaml | 1 service | +9 -0\n");
    }
}
