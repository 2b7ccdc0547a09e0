//! What is proved about several files, and what is doubted.
//!
//! Texts are written once, with marks: `#b` where the block goes, `#h` where a service merges it, `#p` where a
//! service is pinned. Before, the marks are not there.

mod layers;
mod links;
mod tags;

use std::path::{Path, PathBuf};

use super::super::shadow::Reading;
use super::*;
use crate::plan::{BlockPromise, DocumentPromise, EffectivePromise, OptionValue, Promise, ServicePromise};

const KEYS: [&str; 4] = ["security_opt", "cap_drop", "user", "runtime"];
const LISTS: [&str; 2] = ["security_opt", "cap_drop"];
const TEXTS: [&str; 2] = ["user", "runtime"];

const BLOCK: &str = "x-opts: &h {security_opt: [nnp], cap_drop: [ALL], user: u, runtime: runsc}\n";

struct File {
    path: String,
    names: Vec<PathBuf>,
    before: String,
    after: String,
    promise: Promise,
}

/// A file that is not to change, unless promises are added.
fn file(path: &str, marked: &str) -> File {
    let before = marked.replace("#b", "").replace("#h ", "").replace("#p ", "");
    let after = marked.replace("#b", BLOCK).replace("#h ", "<<: *h, ").replace("#p ", "security_opt: [], ");
    let documents = if marked.is_empty() { 0 } else { 1 + marked.matches("---").count() };
    let documents = vec![DocumentPromise::default(); documents];
    File { path: path.to_owned(), names: Vec::new(), before, after, promise: Promise { documents } }
}

impl File {
    /// Adds the promise that services of a document gain these keys; where `security_opt` is not one of them
    /// although the text pins it, that is promised too.
    fn gains_in(mut self, document: usize, block: usize, services: &[(&str, &[&str])]) -> Self {
        let text = |text: &str| OptionValue::Text(text.to_owned());
        let list = |item: &str| OptionValue::List(vec![item.to_owned()]);
        let values = [list("nnp"), list("ALL"), text("u"), text("runsc")];
        let is_new = self.before.matches("x-opts").count() < self.after.matches("x-opts").count();
        let options = KEYS.map(str::to_owned).into_iter().zip(values).collect();
        let promised = &mut self.promise.documents[document];
        promised.block = Some(BlockPromise {
            key: "x-opts".to_owned(),
            document: block,
            inserted: is_new.then_some(options),
        });
        promised.services = services
            .iter()
            .map(|(name, gains)| ServicePromise {
                name: (*name).into(),
                gains: gains.iter().map(|key| (*key).to_owned()).collect(),
                pins: Box::default(),
            })
            .collect();
        self
    }

    fn gains(self, services: &[(&str, &[&str])]) -> Self {
        self.gains_in(0, 0, services)
    }

    fn pins(mut self, service: usize) -> Self {
        self.promise.documents[0].services[service].pins = ["security_opt".to_owned()].into();
        self
    }
}

type Effective<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

fn verdict(files: &[File], project: &[&str], services: &[Effective<'_>]) -> Verdict {
    let readings = files.iter().map(|file| FileReading {
        path: Path::new(&file.path),
        names: &file.names,
        before: Reading { text: &file.before, separations: &[] },
        after: Reading { text: &file.after, separations: &[] },
        promise: &file.promise,
    });
    let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let services = services.iter().map(|(name, gains, extended)| EffectivePromise {
        name: (*name).into(),
        gains: owned(gains),
        extended: owned(extended),
    });
    let files: Vec<PathBuf> = project.iter().map(PathBuf::from).collect();
    let directory = files[0].parent().unwrap().to_owned();
    let project = ProjectPromise { files, directory, services: services.collect() };
    prove_projects(&readings.collect::<Vec<_>>(), &[project], &Tapes::default())
}

#[track_caller]
fn assert_proved(files: &[File], project: &[&str], services: &[Effective<'_>]) {
    match verdict(files, project, services) {
        Verdict::Proved => {}
        Verdict::Doubted(doubt) => panic!("{doubt}"),
    }
}

#[track_caller]
fn assert_doubted(files: &[File], project: &[&str], services: &[Effective<'_>], words: &str) {
    match verdict(files, project, services) {
        Verdict::Proved => panic!("proved"),
        Verdict::Doubted(doubt) => assert_eq!(doubt.to_string(), words),
    }
}

const AB: [&str; 2] = ["a.yml", "b.yml"];

/// A hardened base, and an override file with this body of the service.
fn over(body: &str) -> [File; 2] {
    let base = file("a.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]);
    [base, file("b.yml", &format!("services:\n  web: {body}\n"))]
}
