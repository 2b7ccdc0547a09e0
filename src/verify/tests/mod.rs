//! What is proved, and what is doubted, from text to verdict.

mod documents;
mod limits;
mod merges;
mod pins;
mod reading;
mod services;

use super::*;
use crate::plan::{BlockPromise, DocumentPromise, OptionValue, Promise, ServicePromise};

const KEYS: [&str; 4] = ["security_opt", "cap_drop", "user", "runtime"];

const BLOCK: &str = r#"x-common-hardening-opts: &hardening
  security_opt:
    - "no-new-privileges=true"
  cap_drop:
    - ALL
  user: "${UID:-1000}:${GID:-1000}"
  runtime: runsc
"#;

fn document(services: &[(&str, &[&str])]) -> DocumentPromise {
    let text = |text: &str| OptionValue::Text(text.to_owned());
    let list = |item: &str| OptionValue::List(vec![item.to_owned()]);
    let values =
        [list("no-new-privileges=true"), list("ALL"), text("${UID:-1000}:${GID:-1000}"), text("runsc")];
    let options = KEYS.map(str::to_owned).into_iter().zip(values).collect();
    let service = |(name, gains): &(&str, &[&str])| ServicePromise {
        name: (*name).into(),
        gains: gains.iter().map(|key| (*key).to_owned()).collect(),
        pins: Box::default(),
    };
    DocumentPromise {
        block: Some(BlockPromise {
            key: "x-common-hardening-opts".to_owned(),
            document: 0,
            inserted: Some(options),
        }),
        services: services.iter().map(service).collect(),
    }
}

fn promise(services: &[(&str, &[&str])]) -> Promise {
    Promise { documents: vec![document(services)] }
}

fn verdict(before: &str, after: &str, promise: &Promise) -> Verdict {
    let [before, after] = [before, after].map(|text| Reading { text, separations: &[] });
    prove(&before, &after, promise)
}

/// Asserts that the block and `after` in the place of `before` are the promised change.
#[track_caller]
fn assert_proved(before: &str, after: &str, services: &[(&str, &[&str])]) {
    assert_eq!(verdict(before, &format!("{BLOCK}{after}"), &promise(services)), Verdict::Proved);
}

/// Asserts that the block and `after` in the place of `before` are doubted, in these words.
#[track_caller]
fn assert_doubted(before: &str, after: &str, services: &[(&str, &[&str])], words: &str) {
    match verdict(before, &format!("{BLOCK}{after}"), &promise(services)) {
        Verdict::Proved => panic!("proved"),
        Verdict::Doubted(doubt) => assert_eq!(doubt.to_string(), words),
    }
}

const WEB: &str = "services:\n  web:\n    image: nginx\n";
const HARD_WEB: &str = "services:\n  web:\n    <<: *hardening\n    image: nginx\n";
