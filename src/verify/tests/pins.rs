//! Empty lists of a service's own that keep the block's off it: pins.

use super::*;

#[test]
fn proves_a_pin_that_is_promised() {
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let mut promised = promise(&[("web", &KEYS[1..])]);
    promised.documents[0].services[0].pins = ["security_opt".to_owned()].into();
    assert_eq!(verdict(WEB, &format!("{BLOCK}{pinned}"), &promised), Verdict::Proved);
    let doubt = |after: &str| match verdict(WEB, &format!("{BLOCK}{after}"), &promised) {
        Verdict::Proved => panic!("proved"),
        Verdict::Doubted(doubt) => doubt.to_string(),
    };
    assert_eq!(
        doubt(HARD_WEB),
        "document 1: service `web` does not set `security_opt` to an empty list of its own, as promised"
    );
    let other =
        "document 1: service `web`: key `security_opt` has another value than the hardening block gives it";
    for list in ["[x]", "!override []", "{}", "\"\"", "[[]]"] {
        assert_eq!(doubt(&pinned.replace("[]", list)), other, "{list}");
    }
}

#[test]
fn doubts_a_pin_that_is_not_promised_or_no_key_of_the_block() {
    for (pin, words) in [
        ("cap_drop", "cap_drop` has another value than the hardening block gives it"),
        ("cap_add", "cap_add` is new, and not promised"),
    ] {
        let after = HARD_WEB.replace("    image", &format!("    {pin}: []\n    image"));
        assert_doubted(
            WEB,
            &after,
            &[("web", &["security_opt", "user", "runtime"])],
            &format!("document 1: service `web`: key `{words}"),
        );
    }
}

/// A service that has its hardening already.
fn hardened() -> String {
    format!("{BLOCK}{HARD_WEB}")
}

/// The verdict on a service that is promised a pin and `gains`, where the block may be new.
fn pinned(before: &str, after: &str, gains: &[&str]) -> Verdict {
    let mut promised = promise(&[("web", gains)]);
    let document = &mut promised.documents[0];
    document.services[0].pins = ["security_opt".to_owned()].into();
    if before.starts_with(BLOCK) {
        document.block.as_mut().unwrap().inserted = None;
    }
    verdict(before, after, &promised)
}

#[test]
fn proves_a_pin_of_what_the_block_brings_already() {
    let after = hardened().replace("    image", "    security_opt: []\n    image");
    assert_eq!(pinned(&hardened(), &after, &[]), Verdict::Proved);
}

#[test]
fn doubts_another_change_in_the_place_of_a_pin() {
    for own in ["user: root", "cap_drop: []", "security_opt: [x]", "image: [nginx]"] {
        let after = hardened().replace("    image: nginx", &format!("    {own}\n    image: nginx"));
        let after = if own.starts_with("image") { after.replace("    image: nginx\n", "") } else { after };
        let found = pinned(&hardened(), &after, &[]);
        let expected =
            |doubt: &Doubt| matches!(doubt, Doubt::Differs { place: DocumentPlace::ServiceKey(..), .. });
        assert!(matches!(&found, Verdict::Doubted(doubt) if expected(doubt)), "{own}: {found:?}");
    }
}

#[test]
fn doubts_a_pin_in_the_place_of_a_list_of_the_service_itself() {
    let before = "services:\n  web:\n    security_opt: [\"no-new-privileges=true\"]\n";
    let after = format!("{BLOCK}services:\n  web:\n    <<: *hardening\n    security_opt: []\n");
    let Verdict::Doubted(doubt) = pinned(before, &after, &KEYS[1..]) else { panic!("proved") };
    assert_eq!(
        doubt.to_string(),
        "document 1: service `web`: key `security_opt` is not what it was (line 3 before, line 11 after)"
    );
}

#[test]
fn doubts_a_pin_that_comes_from_a_template() {
    let template = "x-pin: &pin\n  security_opt: []\n";
    let before = format!("{template}{WEB}");
    let hard = HARD_WEB.replace("*hardening", "[*pin, *hardening]");
    let found = pinned(&before, &format!("{BLOCK}{template}{hard}"), &KEYS[1..]);
    let Verdict::Doubted(doubt) = found else { panic!("proved") };
    assert_eq!(
        doubt.to_string(),
        "document 1: service `web`: key `security_opt` has another value than the hardening block gives it"
    );
}

#[test]
fn doubts_a_pin_in_the_place_of_what_a_template_sets_and_not_of_what_it_removes() {
    let before = |list| format!("x-t: &t\n  security_opt: {list}\nservices:\n  web:\n    <<: *t\n");
    let pin = |before: String| {
        let after = before.replace("<<: *t\n", "<<: [*t, *hardening]\n    security_opt: []\n");
        pinned(&before, &format!("{BLOCK}{after}"), &KEYS[1..])
    };
    assert_eq!(pin(before("!reset []")), Verdict::Proved);
    let Verdict::Doubted(doubt) = pin(before("[x]")) else { panic!("proved") };
    assert_eq!(
        doubt.to_string(),
        "document 1: service `web`: key `security_opt` is not what it was (line 2 before, line 13 after)"
    );
}
