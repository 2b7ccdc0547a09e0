//! Services that extend others, files that include others, and limits.

use std::fmt::Write;

use super::*;

#[test]
fn proves_what_services_extend() {
    for (services, promised) in [
        ("  web: {extends: base}\n", &[("web", &KEYS[..], &[][..])][..]),
        (
            "  web: {extends: {service: base}, user: x}\n",
            &[("web", &["security_opt", "cap_drop", "runtime"], &[])],
        ),
        (
            "  mid: {extends: base, cap_drop: [X]}\n  web: {extends: mid, runtime: runc}\n",
            &[
                ("mid", &["security_opt", "user", "runtime"], &LISTS[1..]),
                ("web", &["security_opt", "user"], &LISTS[1..]),
            ],
        ),
        ("  web: {<<: {extends: base}}\n", &[("web", &KEYS, &[])]),
        ("  web: {extends: {service: base, file: null}}\n", &[("web", &KEYS, &[])]),
        ("  web: {extends: {service: base, file: ~, <<: {file: b.yml}}}\n", &[("web", &KEYS, &[])]),
        (
            "  web: {extends: base, security_opt: !override [x], user: !reset null}\n",
            &[("web", &["cap_drop", "runtime"], &[])],
        ),
    ] {
        let text = format!("#bservices:\n{services}  base: {{#h image: i}}\n");
        assert_proved(&[file("a.yml", &text).gains(&[("base", &KEYS)])], &["a.yml"], promised);
    }
}

#[test]
fn proves_what_services_of_other_files_pass_on() {
    let files = [
        file("a.yml", "services:\n  web: {extends: {file: ./sub/b.yml, service: mid}, user: x}\n"),
        file("sub/b.yml", "services:\n  mid: {extends: {file: ../c.yml, service: root}}\n"),
        file("c.yml", "#bservices:\n  root: {#h image: i}\n").gains(&[("root", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &["security_opt", "cap_drop", "runtime"], &[])]);
    assert_doubted(
        &files[..2],
        &["a.yml"],
        &[],
        "sub/b.yml: service `mid` needs `../c.yml`, which is not among the files that are read",
    );
}

#[test]
fn a_file_that_is_extended_is_merged_before() {
    let files = [
        file("a.yml", "services:\n  web: {extends: {file: b.yml, service: base}}\n"),
        file("b.yml", "#bservices:\n  base: {#h image: i}\n---\nservices:\n  base: {user: x}\n")
            .gains(&[("base", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &["security_opt", "cap_drop", "runtime"], &[])]);
}

#[test]
fn one_document_of_an_extended_file_says_what_a_service_extends() {
    let files = |later: &str| {
        let text = format!(
            "#bservices:\n  root: {{#h image: i}}\n  mid: {{extends: root}}\n---\nservices:\n  root: {{}}\n  mid: {later}\n"
        );
        [
            file("a.yml", "services:\n  web: {extends: {file: b.yml, service: mid}}\n"),
            file("b.yml", &text).gains(&[("root", &KEYS)]),
        ]
    };
    assert_proved(&files("{init: true}"), &["a.yml"], &[("web", &KEYS, &[])]);
    let words = "a.yml: service `web` changes, and two documents of one file say what it extends";
    assert_doubted(&files("{extends: root}"), &["a.yml"], &[("web", &KEYS, &[])], words);
}

#[test]
fn paths_start_from_the_directory_of_the_first_file() {
    let files = [
        file("a.yml", "services:\n  web: {image: i}\n"),
        file("sub/b.yml", "services:\n  web: {extends: {file: c.yml, service: base}}\n"),
        file("sub/c.yml", "services:\n  base: {user: wrong}\n"),
        file("c.yml", "#bservices:\n  base: {#h image: i}\n").gains(&[("base", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml", "sub/b.yml"], &[("web", &KEYS, &[])]);
}

#[test]
fn an_override_file_that_extends_puts_the_extended_service_in_between() {
    let files = |base: &str, gains: &[&str]| {
        [
            file("a.yml", "services:\n  web: {user: a, cap_drop: [A]}\n"),
            file("b.yml", &format!("#bservices:\n  base: {base}\n  web: {{extends: base, cap_drop: [W]}}\n"))
                .gains(&[("base", gains)]),
        ]
    };
    let kept = files("{#h user: b, runtime: b, cap_drop: [B]}", &["security_opt"]);
    assert_proved(&kept, &AB, &[("web", &["security_opt"], &[])]);
    let words = "a.yml: service `web` would have another `cap_drop`, which is neither the hardening block's nor \
                 what it was with the block's items in front";
    let lost = files("{#h user: b}", &["security_opt", "cap_drop", "runtime"]);
    assert_doubted(&lost, &AB, &[("web", &["security_opt", "runtime"], &["cap_drop"])], words);
}

#[test]
fn doubts_services_that_extend_in_a_circle_or_nothing() {
    for (services, words) in [
        (
            "  a: {extends: b}\n  b: {extends: a}\n",
            "a.yml: service `a` extends itself, or a service that extends it",
        ),
        ("  a: {extends: a}\n", "a.yml: service `a` extends itself, or a service that extends it"),
        ("  a: {extends: b}\n", "a.yml: service `a` extends `b`, and there is no such service in `a.yml`"),
        (
            "  b: !reset {}\n  a: {extends: b}\n",
            "a.yml: service `a` extends `b`, and there is no such service in `a.yml`",
        ),
        (
            "  b: {}\n---\nservices:\n  a: {extends: b}\n",
            "a.yml: service `a` extends `b`, and there is no such service in `a.yml`",
        ),
        ("  a: {extends: [b]}\n", "a.yml: service `a` has an `extends` that cannot be understood (line 2)"),
        ("  a: {extends: }\n", "a.yml: service `a` has an `extends` that cannot be understood (line 2)"),
        (
            "  a: {extends: {service: null}}\n",
            "a.yml: service `a` has an `extends` that cannot be understood (line 2)",
        ),
        (
            "  a: {extends: {service: b, file: \"\"}}\n",
            "a.yml: service `a` has an `extends` that cannot be understood (line 2)",
        ),
        ("  a: {extends: $X}\n", "a.yml: service `a` needs `$X`, which depends on a variable"),
        (
            "  a: {extends: {file: $X/b.yml, service: b}}\n",
            "a.yml: service `a` needs `$X/b.yml`, which depends on a variable",
        ),
        (
            "  a: {extends: {file: oci://x/y, service: b}}\n",
            "a.yml: service `a` needs `oci://x/y`, which is not a file on this machine",
        ),
    ] {
        assert_doubted(&[file("a.yml", &format!("services:\n{services}"))], &["a.yml"], &[], words);
    }
}

#[test]
fn proves_included_files() {
    for (include, over, promised) in [
        ("[sub/b.yml]", "", &[][..]),
        (
            "[{path: sub/b.yml}]",
            "---\nservices:\n  web: {user: x}\n",
            &[("web", &["security_opt", "cap_drop", "runtime"][..], &[][..])],
        ),
        ("[{path: [./sub/b.yml, c.yml]}]", "", &[("web", &TEXTS, &LISTS)]),
        ("[d.yml]", "---\nservices:\n  web: {}\n", &[("web", &KEYS, &[])]),
    ] {
        let files = [
            file("a.yml", &format!("include: {include}\n{over}")),
            file("sub/b.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
            file("c.yml", "services:\n  web: {cap_drop: [X], security_opt: [x]}\n"),
            file("d.yml", "include: [sub/b.yml]\n"),
        ];
        assert_proved(&files, &["a.yml"], promised);
    }
}

#[test]
fn tags_elsewhere_are_none_of_an_include() {
    let files = [
        file(
            "a.yml",
            "x-note: {a: !reset b}\ninclude: [b.yml]\n!reset x-key: c\nservices: {db: {image: !override i}}\n",
        ),
        file("b.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[]);
}

#[test]
fn a_null_in_an_include_names_nothing() {
    let include = "include: [{path: ~}, {path: b.yml, project_directory: ~}]\n";
    let files = [
        file("a.yml", include),
        file("b.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &KEYS, &[])]);
}

#[test]
fn an_included_file_comes_behind_what_is_merged_already() {
    let files = [
        file("a.yml", "services:\n  web: {user: a}\n---\ninclude: [b.yml]\n"),
        file("b.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
    ];
    let words = "a.yml: service `web` would have another `user`, which is neither the hardening block's nor what \
                 it was with the block's items in front";
    assert_doubted(&files, &["a.yml"], &[("web", &KEYS, &[])], words);
}

#[test]
fn paths_of_included_files_start_from_the_project_directory() {
    let base = "#bservices:\n  base: {#h image: i}\n";
    for (include, found) in [
        ("[sub/b.yml]", "sub/c.yml"),
        ("[{path: sub/b.yml, project_directory: .}]", "c.yml"),
        ("[{path: sub/b.yml, project_directory: ./x/y/..}]", "x/c.yml"),
        ("[{path: [d.yml, sub/b.yml]}]", "c.yml"),
    ] {
        let files = [
            file("a.yml", &format!("include: {include}\n")),
            file("sub/b.yml", "services:\n  web: {extends: {file: c.yml, service: base}}\n"),
            file(found, base).gains(&[("base", &KEYS)]),
            file("d.yml", "name: d\n"),
        ];
        assert_proved(&files, &["a.yml"], &[("web", &KEYS, &[])]);
    }
}

#[test]
fn doubts_a_service_that_two_files_side_by_side_define() {
    let words = "service `web` changes, and it is defined by two files side by side, which Docker Compose rejects, \
                 compares or merges";
    let web = "#bservices:\n  web: {#h image: i}\n";
    let plain = web.replace("#b", "").replace("#h ", "");
    for (text, include, inner) in [
        (&*plain, "[b.yml]", ""),
        ("", "[b.yml, c.yml]", &*plain),
        ("", "[c.yml, d.yml]", "include: [b.yml]\n"),
        ("services:\n  web:\n", "[b.yml]", ""),
    ] {
        let files = |web: File| {
            [
                file("a.yml", &format!("include: {include}\n{text}")),
                web,
                file("c.yml", inner),
                file("d.yml", inner),
            ]
        };
        let hard = file("b.yml", web).gains(&[("web", &KEYS)]);
        assert_doubted(&files(hard), &["a.yml"], &[], &format!("a.yml: {words}"));
        assert_proved(&files(file("b.yml", &plain)), &["a.yml"], &[]);
    }
}

#[test]
fn doubts_files_that_include_each_other_or_are_not_there() {
    for (include, words) in [
        ("[a.yml]", "a.yml includes itself, or a file that includes it"),
        ("[b.yml]", "b.yml includes itself, or a file that includes it"),
        ("[{path: [c.yml, ./x/../a.yml]}]", "a.yml includes itself, or a file that includes it"),
        ("[../x.yml]", "a.yml needs `../x.yml`, which is not among the files that are read"),
        ("[\"https://x/y.yml\"]", "a.yml needs `https://x/y.yml`, which is not a file on this machine"),
        ("[git@x:y/z.git]", "a.yml needs `git@x:y/z.git`, which is not a file on this machine"),
        ("[\"${X}.yml\"]", "a.yml needs `${X}.yml`, which depends on a variable"),
        ("[{path: c.yml, project_directory: $X}]", "a.yml needs `$X`, which depends on a variable"),
        ("b.yml", "a.yml has an `include` that cannot be understood (line 1)"),
        ("!override [c.yml]", "a.yml has an `include` that cannot be understood (line 1)"),
        ("[!reset c.yml]", "a.yml has an `include` that cannot be understood (line 1)"),
        ("[{path: \"\"}]", "a.yml has an `include` that cannot be understood (line 1)"),
    ] {
        let files = [
            file("a.yml", &format!("include: {include}\n")),
            file("b.yml", "include: [a.yml]\n"),
            file("c.yml", "services:\n  web: {image: i}\n"),
        ];
        assert_doubted(&files, &["a.yml"], &[], words);
    }
    let words = "a.yml needs `b.yml`, which is not among the files that are read";
    assert_doubted(&over("{}")[..1], &AB, &[], words);
}

#[test]
fn files_include_each_other_up_to_a_limit() {
    let nest = |depth: usize| -> Vec<File> {
        let include = |number: usize| format!("include: [{}.yml]\n", number + 1);
        let mut files: Vec<_> =
            (0..depth).map(|number| file(&format!("{number}.yml"), &include(number))).collect();
        files.push(file(&format!("{depth}.yml"), "services:\n  web: {image: i}\n"));
        files
    };
    assert_proved(&nest(64), &["0.yml"], &[]);
    let words = "64.yml is included by more than 64 files, one inside the other (MAX_INCLUDE_DEPTH)";
    assert_doubted(&nest(65), &["0.yml"], &[], words);
}

#[test]
fn long_chains_are_worked_out_on_a_small_stack() {
    let run = || {
        let mut text = "#bservices:\n  s0: {#h image: i}\n".to_owned();
        for link in (1..50_000).rev() {
            writeln!(text, "  s{link}: {{extends: s{}}}", link - 1).unwrap();
        }
        let file = file("a.yml", &text).gains(&[("s0", &KEYS)]);
        let mut names: Vec<_> = (1..50_000).map(|link| format!("s{link}")).collect();
        names.sort();
        let promised: Vec<Effective<'_>> = names.iter().map(|name| (&**name, &KEYS[..], &[][..])).collect();
        assert_proved(&[file], &["a.yml"], &promised);
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_quadratic_pile_of_items_is_doubted_by_the_name_of_the_limit() {
    let mut text = "#bservices:\n  s0: {#h image: i}\n".to_owned();
    for link in 1..6_000 {
        writeln!(text, "  s{link}: {{extends: s{}, cap_drop: [c{link}]}}", link - 1).unwrap();
    }
    let file = file("a.yml", &text).gains(&[("s0", &KEYS)]);
    let words = "it takes too much work to compare: more than 8000000 items and keys of layers (MAX_LAYERED_PER_NODE)";
    assert_doubted(&[file], &["a.yml"], &[], words);
}

#[test]
fn a_file_with_two_names_is_read_from_where_each_is() {
    let child = "services:\n  web: {extends: {file: other.yml, service: web}}\n";
    let mut linked = file("sub/real.yml", child);
    linked.names = vec!["link.yml".into()];
    let top = file("a.yml", "services:\n  web: {extends: {file: link.yml, service: web}}\n");
    let base = || file("other.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]);
    let beside_target = || file("sub/other.yml", "services:\n  web: {image: i, user: u}\n");
    let files = [top, linked, base(), beside_target()];
    assert_proved(&files, &["a.yml"], &[("web", &KEYS, &[])]);
    assert_proved(&files, &["link.yml"], &[("web", &KEYS, &[])]);
    assert_proved(&files, &["sub/real.yml"], &[]);
}

#[test]
fn a_later_document_of_an_extended_file_replaces_a_list_that_an_earlier_one_extends() {
    let documents = "#bservices:\n  root: {#h image: i}\n  mid: {extends: root}\n---\nservices:\n  mid: {cap_drop: !override [X]}\n";
    let files = [
        file("a.yml", "services:\n  web: {extends: {file: b.yml, service: mid}}\n"),
        file("b.yml", documents).gains(&[("root", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &["security_opt", "user", "runtime"], &[])]);
}
