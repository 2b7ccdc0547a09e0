//! What random changes found: each was wrong once.

use compose_harden::policy::Policy;
use compose_harden::yaml::{dialect, dialect::DialectRule, parse};

use super::agreement::{Agreement, Difference, check_parser};
use super::hardening::{Relation, check_hardening, files_of};

#[test]
fn rejects_tags_and_directives_that_no_reader_takes() {
    for text in [
        "a: !caf\u{e9} b\n",
        "a: !x%de b\n",
        "%TAG !e! ta}g:x\n---\na\n",
        "%TAG !e! [x\n---\na\n",
        "%\tYAML 1.2\n---\na\n",
    ] {
        assert!(!parse(text).errors().is_empty(), "{text:?}");
        assert_eq!(check_parser(text), Agreement::Rejected, "{text:?}");
    }
}

#[test]
fn decodes_escapes_of_a_tag_wherever_they_stand() {
    assert_eq!(check_parser("%TAG !e! tag:x,2%41:\n---\n!e!b%43 d\n"), Agreement::Events);
}

#[test]
fn counts_the_properties_and_the_white_space_of_an_implicit_key() {
    let of = |form: &str, length: usize| form.replace('K', &"k".repeat(length));
    for (form, most) in [
        ("K: v\n", 1024),
        ("K \t: v\n", 1022),
        ("&a K: v\n", 1021),
        ("x:\n  !t &a 'K' : v\n", 1015),
        ("K\u{e9}: v\n", 1023),
    ] {
        assert_eq!(check_parser(&of(form, most)), Agreement::Events, "{form}");
        assert_eq!(check_parser(&of(form, most + 1)), Agreement::Rejected, "{form}");
    }
    // The second reader does not count in flow collections.
    for (form, most) in [("[K : v]\n", 1023), ("[&a K: v]\n", 1021)] {
        assert_eq!(check_parser(&of(form, most)), Agreement::Events, "{form}");
        assert!(!parse(&of(form, most + 1)).errors().is_empty(), "{form}");
    }
    for (form, most) in [("{K : v}\n", 1023), ("{a: b, &a \"K\": v}\n", 1019)] {
        assert_eq!(check_parser(&of(form, most)), Agreement::Events, "{form}");
        assert_eq!(dialect::check(&parse(&of(form, most + 1))).unwrap_err().rule, DialectRule::LongFlowKey);
    }
    for form in ["{? K : v}\n", "{K}\n", "{a: K}\n", "[K]\n"] {
        assert!(dialect::check(&parse(&of(form, 2000))).is_ok(), "{form}");
    }
}

#[test]
fn knows_two_differences_of_the_second_reader_in_one_text() {
    assert_eq!(check_parser("a: [b: {\n'',i}]\nb: >\n\n \""), Agreement::Known(Difference::Alone));
}

#[test]
fn proves_a_document_that_gains_by_a_service_of_an_earlier_one() {
    let text =
        "services:\n  a: &a\n    image: x\n    user: u\n---\nservices:\n  b:\n    <<: *a\n    tty: true\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn refuses_a_quoted_merge_key_of_a_service_as_no_attribute() {
    for key in ["\"<<\"", "'<<'", "!x <<", "!!str <<"] {
        let text = format!("services:\n  a:\n    {key}: {{}}\n    image: x\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        let title = &outcome.refusals[0].diagnostic;
        assert_eq!(title.place.as_ref().map(|place| place.text.contains("not a merge key")), Some(true));
    }
}

#[test]
fn knows_the_block_of_an_earlier_document_beside_one_of_the_same() {
    let text = "services:\n  a: &a\n    image: x\n---\nservices:\n  b:\n    user: u\n  c: *a\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn refuses_extends_with_a_key_that_it_does_not_have() {
    let text = "services:\n  a:\n    extends: {file:- b.yaml, service: b}\n  b:\n    image: x\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    let place = outcome.refusals[0].diagnostic.place.as_ref().map(|place| place.text.as_str());
    assert_eq!(place, Some("`extends` must name a service"));
}

#[test]
fn refuses_what_it_does_not_know_how_layers_merge() {
    let base = "x-common-hardening-opts: &hardening\n  restart: always\nservices:\n  a:\n    image: x\n";
    let over = "services:\n  a:\n    restart: \"no\"\n";
    let outcome = check_hardening(&files_of([base, over]), Relation::Layers, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{:?}", outcome.refusals);
}

#[test]
fn refuses_to_bring_a_key_twice_where_it_does_not_know_how_layers_merge() {
    let text = "x-common-hardening-opts: &hardening\n  security_opt:\n    - \"no-new-privileges=true\"\n  restart: always\n\
        services:\n  base: &base\n    image: x\n  child:\n    <<: *base\n    extends: base\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{:?}", outcome.refusals);
}

#[test]
fn keeps_a_colon_apart_from_the_comma_behind_it() {
    for list in ["[*b, c: ]", "[*b,\n      c: # why\n    ]", "[\n      c:\n    ]"] {
        let text = format!("x-b: &b {{tty: true}}\nservices:\n  a:\n    image: x\n    <<: {list}\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
        assert!(outcome.changes[0].after.contains("c: ,"), "{}", outcome.changes[0].after);
    }
}

#[test]
fn rejects_a_pair_whose_key_is_on_another_line_than_its_anchor() {
    for text in ["[&a\nb: c]\n", "[a, !!str\n b: c]\n"] {
        assert_eq!(check_parser(text), Agreement::Rejected, "{text:?}");
    }
    assert_eq!(check_parser("[a,\n &b c: d]\n"), Agreement::Events);
}

#[test]
fn passes_over_an_include_that_names_no_file() {
    for include in ["[~]", "[{}]", "[{path: }]", "[{path: [], project_directory: sub}]", "\n  -"] {
        let text = format!("include: {include}\nservices:\n  a:\n    image: x\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
    }
    for include in ["[\"\"]", "[{path: \"\"}]", "[{path: {}}]"] {
        let text = format!("include: {include}\nservices:\n  a:\n    image: x\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{include}");
    }
}

#[test]
fn refuses_to_put_a_dash_before_a_tab_and_a_collection() {
    for tabs in [" \t &a", "\t&a", " \t\t # why\n     &a", "  \t"] {
        let text = format!("services:\n  web:\n   <<:{tabs}\n      image: x\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        let anchored = usize::from(tabs.contains('&'));
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1 - anchored, anchored), "{text:?}");
    }
}

#[test]
fn rejects_a_comma_behind_a_pair_without_a_key() {
    for text in ["[ ?  ] , ]\n", "[?]]\n"] {
        assert_ne!(check_parser(text), Agreement::Events, "{text:?}");
        assert!(!parse(text).errors().is_empty(), "{text:?}");
    }
}

#[test]
fn rejects_a_colon_that_goes_on_with_a_plain_scalar() {
    for flow in ["[a :{b,e} ]", "{a :{b: e}}", "[a : , b]", "[a :, b]", "[a\n  :[b]]"] {
        let text = format!("x-a: {flow}\nservices:\n  a:\n    image: x\n");
        check_parser(&text);
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        let refused = usize::from(flow != "[a : , b]");
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1 - refused, refused), "{flow}");
    }
    check_parser("!%dd%aaD -- >\n");
}

#[test]
fn says_that_an_anchor_is_not_followed_into_a_later_document() {
    let block = "x-common-hardening-opts: &hardening\n  user: u\n";
    let text = format!("{block}x-a: [a: [b]]\n---\nservices:\n  a:\n    image: x\n");
    let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
    let titles: Vec<_> = outcome.refusals.iter().map(|refusal| refusal.diagnostic.title.as_str()).collect();
    assert_eq!(titles, ["the second reader does not follow an anchor into a later document"]);
}

#[test]
fn names_the_variable_that_a_service_of_another_file_depends_on() {
    for service in ["$", "$A", "\"${A:-d}\""] {
        let base = format!("services:\n  a:\n    extends: {{file: b.yaml, service: {service}}}\n");
        let files = files_of([base.as_str(), "services:\n  d:\n    image: x\n"]);
        let outcome = check_hardening(&files, Relation::First, &Policy::default());
        let texts = outcome.refusals.iter().map(|refusal| format!("{:?}", refusal.diagnostic));
        assert!(texts.collect::<String>().contains("variable"), "{service}: {:?}", outcome.refusals);
    }
}

#[test]
fn puts_no_comma_right_behind_a_tag_or_a_colon() {
    for item in ["x-a: !", "x-a: ! ", "x-a:", "x-a: !t "] {
        for end in ["]", "\n    ]", "# why\n    ]"] {
            let text =
                format!("x-b: &b {{tty: true}}\nservices:\n  a:\n    <<: [*b, {item} {end}\n    image: x\n");
            check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        }
    }
}

#[test]
fn puts_no_comma_right_behind_a_dash_by_itself() {
    for sequence in ["[*base, image: b\n-    ]", "[*base, image: b -\n    ]", "[*base, image: b - ]"] {
        let text =
            format!("x-a: &base {{restart: always}}\nservices:\n  a:\n    <<: {sequence}\n    image: x\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        assert_eq!(outcome.changes.len(), 1, "{sequence}: {:?}", outcome.refusals);
    }
}

#[test]
fn refuses_an_empty_value_over_one_that_it_does_not_know_how_layers_merge() {
    for (block, later) in [("image: x", "image:"), ("image: x", "image: ~"), ("dns: [x]", "dns: []")] {
        for (earlier, later, is_refused) in [("restart: no", later, true), (later, "restart: no", false)] {
            let text = format!(
                "x-common-hardening-opts: &hardening\n  {block}\nservices:\n  a:\n    {earlier}\n---\nservices:\n  a:\n    \
                 {later}\n"
            );
            let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
            let unknown =
                outcome.refusals.iter().any(|refusal| refusal.diagnostic.summary().contains("is not known"));
            assert_eq!(unknown, is_refused, "{text}: {:?}", outcome.refusals);
        }
    }
}

#[test]
fn refuses_an_include_with_tags() {
    for include in
        ["[{a: !reset b}]", "[!reset b.yaml]", "[{path: [!override b.yaml]}]", "!override [b.yaml]"]
    {
        let base = format!("include: {include}\nservices:\n  a:\n    image: x\n");
        let files = files_of([base.as_str(), "services:\n  b:\n    image: x\n"]);
        let outcome = check_hardening(&files, Relation::First, &Policy::default());
        let place = outcome.refusals[0].diagnostic.place.as_ref().map(|place| place.text.as_str());
        assert_eq!(place, Some("`!reset` and `!override` are not followed in `include`"), "{include}");
    }
}

#[test]
fn refuses_a_service_whose_keys_are_services_too() {
    let text = "x-a: &a\n  web: &web {db: {image: x}}\nservices:\n  <<: [*a, *web]\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{:?}", outcome.refusals);
}

#[test]
fn rejects_an_alias_as_a_key_of_what_is_no_string() {
    for value in ["{b: c}", "[b]", "1", "~", "true", ""] {
        for key in ["x-c: {*a : d}", "x-c: [? *a, d]", "x-c:\n  *a : d", "x-c:\n  ? *a"] {
            let text = format!("x-a: &a {value}\n{key}\nservices:\n  web:\n    image: x\n");
            let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
            let place = outcome.refusals[0].diagnostic.place.as_ref().map(|place| place.text.as_str());
            assert!(
                place.is_some_and(|text| text.contains("only a string can be a key")),
                "{text}: {place:?}"
            );
        }
    }
    let text = "x-a: &a b\nx-c: {*a : *a}\nservices:\n  web:\n    image: x\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn rejects_escapes_that_are_no_characters() {
    for text in ["a: \"\\U200eAe0a\"\n", "a: \"\\uD800\"\n", "a: \"\\Uffffffff\"\n", "a: \"\\u12\"\n"] {
        assert_eq!(check_parser(text), Agreement::Rejected, "{text:?}");
    }
    assert_eq!(check_parser("a: \"\\U0010FFFD\\uE000\\xff\"\n"), Agreement::Events);
}

#[test]
fn reads_includes_as_docker_compose_does() {
    let base = "x-b: &b {path: b.yaml}\ninclude: [ITEM]\nservices:\n  a:\n    image: x\n";
    for item in ["{<<: *b}", "{path: b.yaml, unknown: 1}", "{path: [b.yaml], project_directory: \"\"}"] {
        let base = base.replace("ITEM", item);
        let files = files_of([base.as_str(), "services:\n  b:\n    image: x\n"]);
        let outcome = check_hardening(&files, Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (2, 0), "{:?}", outcome.refusals);
    }
}

#[test]
fn refuses_a_file_that_is_included_and_loaded_over_what_includes_it() {
    let base = "include: [b.yaml]\nservices:\n  a:\n    image: x\n";
    let files = files_of([base, "services:\n  b:\n    image: x\n"]);
    let outcome = check_hardening(&files, Relation::Layers, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{:?}", outcome.refusals);
}

#[test]
fn refuses_to_add_a_line_behind_a_blank_one_that_a_block_scalar_would_gain() {
    for text in [
        "services:\n  web:\n    <<: &a\n      image: |\n  ",
        "services:\n  web:\n    <<:\n      - {image: a}\n      - environment:\n          A: >+ # why\n\n  ",
        "services:\n  web:\n    <<: &a\n      image: |\n        x\n  ",
    ] {
        let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (0, 1), "{text:?}");
    }
    let text = "services:\n  web:\n    <<: &a\n      image: |";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn proves_a_later_document_that_merges_a_hardened_service_and_gains_nothing_by_it() {
    let text = "services:\n  a: &a\n    image: x\n---\n\
        x-t: &t {<<: *a, security_opt: [], cap_drop: [], user: \"\", runtime: runc}\n\
        services:\n  a:\n    <<: *t\n    image: y\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn shows_a_tab_before_a_key_where_it_is() {
    let text = "\t\tservi\u{34c}: a\n";
    let error = parse(text).errors()[0];
    assert_eq!(&text[error.span.range()], "\t");
    assert_eq!(error.span.end(), 2);
    check_parser(text);
    check_parser("\u{feff}!\tus:\ta\n");
}

#[test]
fn keeps_a_comment_apart_from_what_is_put_before_it() {
    for service in ["{# why\n  }", "\n    <<: [# why\n    ]\n    image: x"] {
        let text = format!("services:\n  a: {service}\n");
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
    }
}

#[test]
fn knows_that_a_reset_has_no_effect_through_an_alias_of_its_service() {
    let base = "services:\n  a:\n    image: x\n  b:\n    image: x\n";
    let over = "services:\n  a: &a\n    tty: true\n    security_opt: !reset []\n  b: *a\n";
    let outcome = check_hardening(&files_of([base, over]), Relation::Layers, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 0), "{:?}", outcome.refusals);
}

#[test]
fn says_that_the_second_reader_sees_more_in_a_block_scalar_of_blank_lines() {
    let text = "services:\n  web:\n    <<: &a\n      image: |\n\n  \n \n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    let title = &outcome.refusals[0].diagnostic.title;
    assert!(title.starts_with("the two YAML readers disagree about this text"), "{title}");
}

#[test]
fn refuses_a_tag_on_what_a_list_merges() {
    let text = "services:\n  a:\n    <<: [!override {tty: true}]\n    image: x\n";
    let outcome = check_hardening(&files_of([text]), Relation::First, &Policy::default());
    let place = outcome.refusals[0].diagnostic.place.as_ref().map(|place| place.text.as_str());
    assert!(place.is_some_and(|text| text.contains("has a tag")), "{place:?}");
}

#[test]
fn what_a_file_of_no_project_extends_is_not_followed() {
    let base = "x-a: b\n---\nservices:\n  base:\n    image: x\n";
    let files = files_of([base, "services:\n  web:\n    extends: $A\n"]);
    let outcome = check_hardening(&files, Relation::Each, &Policy::default());
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 1), "{:?}", outcome.refusals);
}

#[test]
fn refuses_a_tag_of_what_is_merged_also_where_no_service_gains_by_that_merge() {
    for merged in
        ["[!reset {tty: true}, *hardening]", "[*hardening, !x {tty: true}]", "!override [*hardening]"]
    {
        let text = format!(
            "x-common-hardening-opts: &hardening\n  user: a\nservices:\n  web:\n    image: nginx\n  db:\n    \
             <<: {merged}\n    image: postgres\n"
        );
        let outcome = check_hardening(&files_of([text.as_str()]), Relation::First, &Policy::default());
        let place = outcome.refusals[0].diagnostic.place.as_ref().map(|place| place.text.as_str());
        let expected = "the merged mapping has a tag, and Docker Compose would apply it at another path";
        assert_eq!((place, outcome.changes.len()), (Some(expected), 0));
    }
}

#[test]
fn refuses_an_include_with_a_wrong_directory_also_where_it_names_no_file() {
    let text = "include:\n  - path:\n    project_directory: [a]\nservices:\n  web:\n    image: nginx\n";
    let outcome = check_hardening(
        &files_of([text, "services:\n  db:\n    image: postgres\n"]),
        Relation::Each,
        &Policy::default(),
    );
    assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 1), "{:?}", outcome.refusals);
}

#[test]
fn refuses_what_extends_in_a_wrong_way_also_where_more_is_wrong_with_it() {
    for wrong in ["web): {", "web: {user: 5, ", "web: {<<: {user: 5}, "] {
        let base = format!("services:\n  {wrong}extends: {{file: b.yaml, name: db}}}}\n");
        let variant = "services:\n  db:\n    image: postgres\n";
        let files = files_of([base.as_str(), variant]);
        let outcome = check_hardening(&files, Relation::Variants, &Policy::default());
        assert_eq!((outcome.changes.len(), outcome.refusals.len()), (1, 1), "{:?}", outcome.refusals);
    }
}

#[test]
fn an_anchor_on_a_line_of_its_own_is_indented_enough_to_be_in_an_item() {
    let text = |indentation: &str| {
        format!("services:\n  web:\n    <<:\n{indentation}&a\n          - {{tty: true}}\n    image: nginx\n")
    };
    for (indentation, hardened) in [("     ", 0), ("      ", 0), ("       ", 1)] {
        let outcome = check_hardening(&files_of([&*text(indentation)]), Relation::First, &Policy::default());
        assert_eq!(outcome.changes.len(), hardened, "{indentation:?}: {:?}", outcome.refusals);
    }
}
