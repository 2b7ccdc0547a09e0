//! What is too deep, too long or too much: it ends soon, within its stack, and is named.

use std::fmt::Write;

use super::*;

/// Runs `body` on a stack of 1 MB.
fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(body).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    on_a_small_stack(|| {
        let depth = 50_000;
        let flow = format!("{WEB}x-deep: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        let hard = format!("{BLOCK}{}", flow.replace("    image", "    <<: *hardening\n    image"));
        let found = verdict(&flow, &hard, &promise(&[("web", &KEYS)]));
        let too_deep = Doubt::Unreadable { side: Side::Before, line: 4, reason: Unreadable::TooDeep };
        assert_eq!(found, Verdict::Doubted(too_deep));
        let block = format!("{WEB}x-deep:\n{}x\n", "- ".repeat(depth));
        let hard = format!("{BLOCK}{}", block.replace("    image", "    <<: *hardening\n    image"));
        assert_eq!(verdict(&block, &hard, &promise(&[("web", &KEYS)])), Verdict::Proved);
        let other = verdict(&block, &hard.replace("x\n", "y\n"), &promise(&[("web", &KEYS)]));
        assert!(matches!(other, Verdict::Doubted(Doubt::Differs { .. })), "{other:?}");
    });
}

#[test]
fn long_merge_chains_do_not_overflow_the_stack() {
    on_a_small_stack(|| {
        let mut chain = "x-0: &x0\n  image: a\n".to_owned();
        for link in 1..100_000 {
            writeln!(chain, "x-{link}: &x{link} {{<<: *x{}}}", link - 1).unwrap();
        }
        let before = format!("{chain}services:\n  web:\n    <<: *x99999\n");
        let after = format!("{chain}services:\n  web:\n    <<: [*x99999, *hardening]\n");
        assert_proved(&before, &after, &[("web", &KEYS)]);
    });
}

/// Looked into one by one, the last level has more aliases than can ever be followed.
#[test]
fn bombs_of_aliases_and_merges_end() {
    let mut bomb = "x-0: &x0 {image: a, l: [b, b]}\n".to_owned();
    for level in 1..60 {
        let below = level - 1;
        writeln!(bomb, "x-{level}: &x{level} {{<<: [*x{below}, *x{below}], l: [*x{below}, *x{below}]}}")
            .unwrap();
    }
    let before = format!("{bomb}services:\n  web:\n    <<: *x59\n");
    let after = format!("{bomb}services:\n  web:\n    <<: [*x59, *hardening]\n");
    assert_proved(&before, &after, &[("web", &KEYS)]);
}

#[test]
fn a_quadratic_pile_of_merges_is_doubted_by_the_name_of_the_limit() {
    let mut chain = "services:\n  s0: &s0\n    k0: a\n".to_owned();
    for link in 1..3_000 {
        writeln!(chain, "  s{link}: &s{link}\n    <<: *s{}\n    k{link}: a", link - 1).unwrap();
    }
    let found = verdict(&chain, &format!("{BLOCK}{chain}"), &promise(&[]));
    let Verdict::Doubted(Doubt::TooMuchWork(Exhausted { name, .. })) = found else { panic!("{found:?}") };
    assert_eq!(name, "MAX_MERGED_PER_NODE");
}

#[test]
fn a_template_that_many_services_merge_is_proved() {
    let mut template = "x-base: &base\n".to_owned();
    for key in 0..60 {
        writeln!(template, "  k{key}: [a, b]").unwrap();
    }
    let (mut before, mut after) = (format!("{template}services:\n"), format!("{template}services:\n"));
    let names: Vec<_> = (0..5_000).map(|service| format!("s{service}")).collect();
    for name in &names {
        writeln!(before, "  {name}:\n    <<: *base").unwrap();
        writeln!(after, "  {name}:\n    <<: [*base, *hardening]").unwrap();
    }
    let services: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &KEYS[..])).collect();
    assert_proved(&before, &after, &services);
}

#[test]
fn a_large_value_of_many_services_is_compared_once() {
    let many = 3_000;
    let items: Vec<_> = (0..many).map(|item| format!("      - {item}\n")).collect();
    let base = format!("  s0: &base\n    image: a\n    ports:\n{}", items.concat());
    let names: Vec<_> = (0..many).map(|service| format!("s{service}")).collect();
    let gain = |names: &[String]| -> Promise {
        promise(&names.iter().map(|name| (name.as_str(), &KEYS[..])).collect::<Vec<_>>())
    };
    for (body, hard) in [("*base", "*base"), ("*base", "{<<: [*base]}"), ("{<<: *base}", "{<<: *base}")] {
        let others = |body: &str| {
            let lines: Vec<_> = names[1..].iter().map(|name| format!("  {name}: {body}\n")).collect();
            lines.concat()
        };
        let before = format!("services:\n{base}{}", others(body));
        let hard_base = base.replace("    image", "    <<: *hardening\n    image");
        let after = format!("{BLOCK}services:\n{hard_base}{}", others(hard));
        assert_eq!(verdict(&before, &after, &gain(&names)), Verdict::Proved, "{body} {hard}");
    }
}
