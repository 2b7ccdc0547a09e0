//! Any hardening block.

use compose_harden::policy::{OptionValue, Policy};

use super::grammar::Choices;

const TEXTS: [&str; 4] = ["user", "runtime", "restart", "hostname"];
const LISTS: [&str; 4] = ["security_opt", "cap_drop", "cap_add", "dns"];
const VALUES: [&str; 16] = [
    "runsc",
    "${UID:-1000}:${GID:-1000}",
    "no-new-privileges=true",
    "ALL",
    "a: b",
    "# c",
    "it's",
    "\"q\"",
    "back\\slash",
    "",
    "é",
    "- x",
    "true",
    "No",
    "null",
    "a\nb",
];

/// Returns the default policy, or another one.
pub(crate) fn policy(choices: &mut Choices<'_>) -> Policy {
    if choices.one_in(3) {
        return Policy::default();
    }
    let mut policy = Policy {
        key: (*choices.of(&["x-hardening", "x-h", "x-common-hardening-opts"])).to_owned(),
        anchor: (*choices.of(&["h", "hardening", "t0"])).to_owned(),
        options: Vec::new(),
    };
    for key in TEXTS.into_iter().chain(LISTS) {
        if choices.one_in(2) {
            let value = |choices: &mut Choices<'_>| (*choices.of(&VALUES)).to_owned();
            let value = if TEXTS.contains(&key) {
                OptionValue::Text(value(choices))
            } else {
                let mut items: Vec<String> = (0..=choices.below(2)).map(|_| value(choices)).collect();
                items.dedup();
                OptionValue::List(items)
            };
            policy.options.push((key.to_owned(), value));
        }
    }
    if policy.options.is_empty() {
        return Policy::default();
    }
    policy
}
