//! What the second reader can read, and what it says where it cannot.

use super::*;

#[test]
fn says_which_side_cannot_be_read_and_where() {
    let doubts = [
        (verdict("a: 1\na: 2\n", WEB, &promise(&[])), "before hardening: line 2: duplicate key `a`"),
        (
            verdict(WEB, "a: b\n c: d\n", &promise(&[])),
            "after hardening: line 2: mapping values are not allowed in this context",
        ),
        (
            verdict("# \u{2028}\n", WEB, &promise(&[])),
            "before hardening: line 1: the character U+2028 is not allowed here, or can be read in two ways",
        ),
        (
            verdict(
                "services:\n  a:\n    <<: b\n",
                &format!("{BLOCK}services:\n  a:\n    <<: b\n"),
                &promise(&[]),
            ),
            "before hardening: line 3: a merge key (`<<`) takes a mapping or a sequence of mappings",
        ),
    ];
    for (verdict, words) in doubts {
        let Verdict::Doubted(doubt) = verdict else { panic!("proved") };
        assert_eq!(doubt.to_string(), format!("cannot read the text {words}"));
    }
}

#[test]
fn a_byte_order_mark_and_other_line_ends_do_not_matter() {
    let before = format!("\u{FEFF}{WEB}").replace('\n', "\r\n");
    let after = format!("\u{FEFF}{BLOCK}{HARD_WEB}").replace('\n', "\r\n");
    assert_eq!(verdict(&before, &after, &promise(&[("web", &KEYS)])), Verdict::Proved);
}

#[test]
fn reads_what_docker_compose_reads_with_the_help_of_separations() {
    let before =
        "services:\n  web:\n    command: [\n    a\n    ]\n    image:\tb\n    entrypoint: \"c\n    d\"\n";
    let after = before.replace("    command", "    <<: *hardening\n    command");
    let after = format!("{BLOCK}{after}");
    let separations = |text: &str| -> Vec<Separation> {
        let places = ["    a", "    ]", "\tb", "    d"].map(|place| text.find(place).unwrap());
        places.map(|place| Separation { offset: u32::try_from(place).unwrap(), spaces: 1 }).to_vec()
    };
    let [here, there] = [separations(before), separations(&after)];
    let reading = Reading { text: before, separations: &here };
    let hard = Reading { text: &after, separations: &there };
    let promised = promise(&[("web", &KEYS)]);
    assert_eq!(prove(&reading, &hard, &promised), Verdict::Proved);
    let without = prove(&reading, &Reading { text: &after, separations: &[] }, &promised);
    assert!(matches!(without, Verdict::Doubted(Doubt::Unreadable { side: Side::After, .. })), "{without:?}");
}
