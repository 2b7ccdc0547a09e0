//! Merge keys that are there already.

use super::assert_hardened;
use super::hardening::Relation;

#[test]
fn an_item_goes_behind_a_comma_that_is_there() {
    for (list, hard) in
        [("[*t , ]", "[*t , *hardening, ]"), ("[*t,]", "[*t, *hardening,]"), ("[ *t ]", "[ *t, *hardening ]")]
    {
        let text =
            |list: &str| format!("x-t: &t\n  tty: true\nservices:\n  web:\n    <<: {list}\n    image: a\n");
        let after = format!("#block\n{}", text(hard))
            .replace("#block\nx-t: &t\n  tty: true\n", "x-t: &t\n  tty: true\n#block\n");
        assert_hardened(&[&text(list)], Relation::First, &[&after]);
    }
}
