//! Texts as people write them, and the commands in them.

use super::command::{Command, commands};

/// Returns `LINE: FILES` for each command, with the directory it changes to.
fn found(text: &str) -> Vec<String> {
    let show = |Command { line, directory, files, project_directory }: Command| {
        let mut parts = vec![line.to_string()];
        parts.extend(directory.into_iter().chain(project_directory));
        parts.push(files.join(" "));
        parts.join(": ")
    };
    commands(text).into_iter().map(show).collect()
}

#[test]
fn every_way_to_name_a_file_counts() {
    for command in [
        "docker compose -f a -f b up",
        "docker-compose -fa --file b up",
        "podman-compose --file=a -f=b up",
        "podman compose -p name --file a --env-file .env -f b up -f c",
        "sudo docker  compose --ansi=never -f 'a' --verbose -f \"b\" -- x",
        "/usr/bin/docker-compose -f a -f b",
        "COMPOSE_FILE=a:b docker compose up",
        "export COMPOSE_FILE=\"a:b\"",
        "  COMPOSE_FILE: a:b",
        "      \"COMPOSE_FILE\": \"a:b\",",
        "COMPOSE_FILE := a:b",
        "@$(DOCKER_COMPOSE) -f a -f b up",
        "${COMPOSE} -f a -f b up",
        "\"$MY_COMPOSE\" -f a -f b up",
        "{{ COMPOSE }} -f a -f b",
        "docker --context prod compose -f a -f b up",
        "docker -H tcp://host:1 --debug --log-level=warn compose -f a -f b up",
        "docker --context \"$CONTEXT\" \\\n compose -f a -f b up",
    ] {
        assert_eq!(found(command), ["1: a b"], "{command}");
    }
}

#[test]
fn other_commands_and_other_options_do_not() {
    for text in [
        "docker compose up -f a",
        "docker compose logs -f web",
        "docker -f a",
        "docker-compose.yml -f a",
        "my-docker-compose -f a",
        "docker compose\n-f a",
        "docker compose; rm -f a",
        "compose -f a",
        "$(RECOMPOSER) -f a",
        "MY_COMPOSE_FILE=a",
        "COMPOSE_FILES=a",
        "docker compose $FILES -f a up",
        "docker compose -f",
        "docker --context compose -f a",
        "docker run -it compose -f a",
        "docker -a -b -c d -e -f -g -h -i -j -k compose -f a",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn each_command_has_its_line() {
    let text = "# Shop\r\n\r\nRun `docker compose -f a -f b up`, or\r\n\r\n```sh\r\n$ docker compose \\\r\n    -f a \\\r\n    \
        -f c up\r\n$ docker compose -f a -f b down # again\r\n```\r\n<code>docker-compose -f d</code>\r\n";
    assert_eq!(found(text), ["3: a b", "6: a c", "11: d"]);
}

#[test]
fn several_commands_stand_in_one_line() {
    let text = "true && \\\n docker compose -f a pull && cd x && docker compose -f b up; (cd y; docker compose -f c up)";
    assert_eq!(found(text), ["2: a", "2: x: b", "2: x/y: c"]);
}

#[test]
fn scripts_in_json_end_at_their_quote() {
    let text = r#"{"up": "docker compose -f a -f \"b\"", "down": "docker compose -f c", "-f": "d"}"#;
    assert_eq!(found(text), ["1: a b", "1: c"]);
}

#[test]
fn variables_bring_their_files() {
    let make = "DC := docker compose -f a\nDEV = $(DC) -f b\nup:\n\t$(DC) up\n\t$(DEV) -f c up\n";
    assert_eq!(found(make), ["1: a", "2: a b", "5: a b c"]);
    let shell = "FILES=(-f a -f b)\nDC=\"docker compose\"\n$DC \"${FILES[@]}\" -f c \"$@\"\ndocker compose $FILES up\n";
    assert_eq!(found(shell), ["3: a b c", "4: a b"]);
    let task = "vars:\n  DC: docker compose -f a\ntasks:\n  - '{{.DC}} -f b up'\n";
    assert_eq!(found(task), ["2: a", "4: a b"]);
}

#[test]
fn variables_hold_paths() {
    for text in [
        "A = x/a.yml\nB := x/b.yml\nup:\n\tdocker compose -f $(A) -f $(B) up\n",
        "base=\"x/a.yml\"\ndir='x'\n\n\texec docker compose -f \"$base\" -f \"${dir}/b.yml\" up\n",
        "dir := \"x\"\nbase := dir\n\n  docker compose -f {{dir}}/a.yml --file={{ dir }}/b.yml up\n",
        "$a = \"x/a.yml\"\nset B=x/b.yml\n\ndocker compose -f $a -f %B%\n",
    ] {
        assert_eq!(found(text), ["4: x/a.yml x/b.yml"], "{text}");
    }
    assert_eq!(found("A=a.yml\nA=b.yml\ndocker compose -f $A up\n"), ["3: b.yml"]);
    // What they hold differs from run to run.
    assert_eq!(found("env=${1:-dev}\ndocker compose -f a.$env.yml -f $1.yml up\n"), ["2: a.$env.yml $1.yml"]);
}

#[test]
fn the_project_has_a_directory() {
    for text in [
        "docker compose --project-directory . -f a up",
        "docker compose -f a --project-directory=. up",
        "D=.\ndocker compose --project-directory $D -f a up",
    ] {
        assert_eq!(found(text)[0].split_once(": ").unwrap().1, ".: a", "{text}");
    }
    let make = "DC = docker compose --project-directory . -f a\nup:\n\t$(DC) -f b up\n";
    assert_eq!(found(make), ["1: .: a", "3: .: a b"]);
    assert_eq!(found("O = --project-directory x\nup:\n\tdocker compose $(O) -f a\n"), ["3: x: a"]);
}

#[test]
fn what_depends_on_the_run_is_left_out() {
    for text in ["A+=' -f b'", "A=$1\nA+=' -f b'", "A='-f b'\nA=$(c)", "A=$B\nA='$A -f b'"] {
        assert_eq!(found(&format!("{text}\ndocker compose $A -f c up\n")), [""; 0], "{text}");
    }
    assert_eq!(found("docker compose -f a \"$@\""), ["1: a"]);
}

#[test]
fn what_is_appended_comes_after_what_a_variable_has() {
    for text in [
        "A='-f a'\nA+=' -f b'\ndocker compose $A up",
        "A=(-f a)\nA+=(-f b)\ndocker compose \"${A[@]}\" up",
        "A=''\nA=\"$A -f a\"\nA=\"$A -f b\"\ndocker compose $A up",
        "A := -f a\nA += -f b\nup:\n\tdocker compose $(A) up",
    ] {
        let line = text.split('\n').count();
        assert_eq!(found(text), [format!("{line}: a b")], "{text}");
    }
    assert_eq!(found("DC = docker compose -f a\nDC += -f b\nup:\n\t$(DC) up\n"), ["1: a", "4: a b"]);
    for more in
        ["COMPOSE_FILE=\"$COMPOSE_FILE:b\"", "COMPOSE_FILE+=:b", "export COMPOSE_FILE=\"${COMPOSE_FILE}:b\""]
    {
        assert_eq!(found(&format!("COMPOSE_FILE=a\n{more}")), ["1: a", "2: a b"], "{more}");
    }
    assert_eq!(found("A=a\nB=b:c\nCOMPOSE_FILE=$A:$B\n"), ["3: a b c"]);
    assert_eq!(found("COMPOSE_FILE=a\nCOMPOSE_FILE+=b\nCOMPOSE_FILE+=:c\n"), ["1: a"]);
}

#[test]
fn each_value_that_a_variable_may_have_counts() {
    for (text, lists) in [
        ("ifdef X\nA = -f a\nelse\nA = -f b\nendif\nup:\n\tdocker compose $(A)", &["7: a", "7: b"][..]),
        ("dev: A = -f a -f b\nprod: A = -f a -f c\n\nup:\n\tdocker compose $(A)", &["5: a b", "5: a c"]),
        (
            "A='-f a'\n[ x ] && A=\"$A -f b\"\n[ y ] && A+=' -f c'\ndocker compose $A",
            &["4: a", "4: a b", "4: a c", "4: a b c"],
        ),
        ("case $1 in\n a) A='-f a';;\n b) A='-f b';;\nesac\ndocker compose $A", &["5: a", "5: b"]),
        ("A=a\nif x; then A=b; fi\ndocker compose -f $A -f c", &["3: a c", "3: b c"]),
        (
            "COMPOSE_FILE=a\nif x; then\nCOMPOSE_FILE+=:b\nelse\nCOMPOSE_FILE+=:c\nfi\nCOMPOSE_FILE+=:d",
            &["1: a", "3: a b", "5: a c", "7: a d", "7: a b d", "7: a c d"],
        ),
    ] {
        assert_eq!(found(text), lists, "{text}");
    }
}

#[test]
fn values_of_different_branches_are_not_mixed() {
    for (text, lists) in [
        (
            "if x; then\n  A=a\n  B=b\nelse\n  A=c\n  B=d\nfi\ndocker compose -f $A -f $B",
            &["8: a b", "8: c d"][..],
        ),
        ("A=a\nB=b\nif x; then\n  A=c\n  B=d\nfi\ndocker compose -f $A -f $B", &["7: a b", "7: c d"]),
        (
            "A='-f a'\nif x; then\n  A='-f b'\n  docker compose $A\nelse\n  docker compose $A\nfi",
            &["4: b", "6: a"],
        ),
        ("A='-f a'\nif x; then\n  A='-f b'\n  A+=' -f c'\nfi\ndocker compose $A", &["6: a", "6: b c"]),
        ("A=a\nA=b\ndocker compose -f $A", &["3: b"]),
    ] {
        assert_eq!(found(text), lists, "{text}");
    }
}

#[test]
fn one_command_stands_for_so_many_lists_and_no_more() {
    let mut text = "A='-f a'\n".to_owned();
    text.extend((0..10).map(|number| format!("if x; then\n  A+=' -f {number}'\nfi\n")));
    text.push_str("docker compose $A up\n");
    assert_eq!(found(&text).len(), 16);
}

#[test]
fn a_value_stands_on_several_lines() {
    for (text, line) in [
        ("A=(\n  -f a # base\n  -f b\n)\ndocker compose \"${A[@]}\" up", 5),
        ("declare -a A=( -f a\n -f b )\ndocker compose ${A[*]} up", 3),
        ("A=\"\n  -f a\n  -f b\"\ndocker compose $A up", 4),
        ("A = \\\n  -f a \\\n  -f b\nup:\n\tdocker compose $(A) up", 5),
        ("- run: >\n    docker compose\n    -f a\n    -f b\n    up", 2),
        ("env:\n  COMPOSE_FILE: >-\n    a:b\n", 2),
        ("Run `docker compose -f a\n-f b up` again.", 1),
        ("$ docker compose \\\n>   -f a \\\n>   -f b up\n", 1),
    ] {
        assert_eq!(found(text), [format!("{line}: a b")], "{text}");
    }
    assert_eq!(found("- run: |\n    docker compose\n    -f a\n    -f b\n"), [""; 0]);
}

#[test]
fn paths_may_have_backslashes() {
    assert_eq!(found("cd x\\y && docker-compose -f .\\a -f b\\c up"), ["1: x/y: ./a b/c"]);
    assert_eq!(found("\"docker compose -f a\\\\b up\""), ["1: a//b"]);
}

#[test]
fn repeated_text_gives_no_more_commands_than_it_has_lines() {
    for part in [
        "docker compose -f ",
        "docker-compose -f ",
        "COMPOSE_FILE=",
        "cd ${",
        "cd \"",
        "$(cd \")",
        "cd \"$($($($(",
        "docker -c ",
        "A=$A/b\n",
        "docker compose -f a{{{{{\n",
        "$(",
        "{{ ",
        "A=$A -f x\n",
        "A=docker compose -f xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n$A -f y ",
        "COMPOSE_FILE=a:",
        "\\\n",
        "cd a && docker compose -f b\\\n",
    ] {
        let text = part.repeat((1 << 18) / part.len());
        let most = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
        assert!(commands(&text).len() <= most, "{part}");
    }
    let mut many = String::new();
    for number in 0..60_000 {
        many.push_str("docker compose -f ");
        many.push_str(&number.to_string());
        many.push(' ');
    }
    assert_eq!(commands(&many).len(), 1000);
}

#[test]
fn repeated_assignments_give_no_more_lists_than_the_limit() {
    for part in [
        "A=(\n",
        "A=(a $(\n",
        "A=\"\n",
        "A=\"\n$",
        "`compose\n",
        "a: >\n b\n",
        "do A=-f x ",
        "do A+=$A ",
        "|| A=b && $A -f ",
        "ifdef A\nA+=-f b\ndocker compose $A\n",
        "a: A = -f b\n",
        " else\nA=b\n",
        "COMPOSE_FILE+=:a\n",
        "COMPOSE_FILE=$COMPOSE_FILE:$COMPOSE_FILE\n",
    ] {
        let text = part.repeat((1 << 14) / part.len());
        let most = 1 + 16 * text.bytes().filter(|byte| *byte == b'\n').count();
        assert!(commands(&text).len() <= most, "{part}");
    }
}
