//! Many repositories, one after another: from targets to a record of each.

use std::ops::ControlFlow;

use super::head::{self, Ref};
use super::migration::Migration;
use super::path::{hash, path_text};
use super::report::patch_path;
use super::{Goal, Options, Reason, Record, Report, ReportError, Repository, Status, Target};
use crate::harden::Hardener;
use crate::policy::Policy;
use crate::yaml::Style;

/// What happened to a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was worked on.
    Done(Box<Record>),
    /// The report says that it was done before, and nothing it depends on has changed.
    Before,
}

/// Works on `targets` in their order, adds each to `report`, and then tells `tell` of it, which may stop the run.
///
/// What fails in one repository does not stop the others. Git is started only where something changes or changes in the
/// work tree are allowed, and where the files of a repository do not tell what `HEAD` names.
///
/// # Errors
/// Where the report cannot be written: nobody would know what was done.
pub fn migrate(
    targets: Vec<Target<'_>>,
    options: &Options,
    policy: &Policy,
    report: &mut Report,
    mut tell: impl FnMut(&Target<'_>, Event) -> ControlFlow<()>,
) -> Result<(), ReportError> {
    let migration = Migration { options, hardener: Hardener::new(policy.clone()) };
    let policy = policy_hash(policy);
    let mut changed = 0;
    for mut target in targets {
        if options.limit.is_some_and(|limit| changed >= limit) {
            return Ok(());
        }
        let repository =
            std::mem::replace(&mut target.repository, Err(Reason::NotRepository)).and_then(with_head);
        let head = repository.as_ref().ok().map(|(_, head)| head.clone());
        let done = repository.as_ref().is_ok_and(|(repository, head)| {
            let last = report.last(&target.path);
            last.is_some_and(|last| is_done(last, repository, head, &policy, &options.goal))
        });
        let event = if done {
            Event::Before
        } else {
            let mut record = Record {
                repository: path_text(&target.path),
                head,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                policy: policy.clone(),
                status: Status::Clean,
                reason: None,
                detail: None,
                branch: None,
                commit: None,
                patch: None,
                files: Vec::new(),
                services: 0,
                left: 0,
                refusals: Vec::new(),
            };
            let ended = repository.and_then(|(repository, head)| match target.unit.take() {
                Some(unit) => migration.migrate(&repository, &unit, &head, &mut record),
                None => migration.migrate_alone(&repository, &head, &mut record),
            });
            match ended {
                Ok(status) => record.status = status,
                Err(reason) => {
                    record.status = if reason.is_failure() { Status::Failed } else { Status::Skipped };
                    record.reason = Some(reason.class());
                    record.detail = Some(reason.to_string());
                    (record.branch, record.patch) = (None, None);
                }
            }
            changed += usize::from(record.status == Status::Changed);
            report.add(&record)?;
            Event::Done(Box::new(record))
        };
        if tell(&target, event).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Whether `last` says that all is done that a run with `head`, `policy` and `goal` would do, and that is still there.
fn is_done(last: &Record, repository: &Repository, head: &str, policy: &str, goal: &Goal) -> bool {
    last.is_final(head, policy)
        && match goal {
            Goal::Branch(name) => {
                last.branch.as_deref() == Some(name.as_str())
                    && head::branch(repository, name.as_str()).is_ok_and(|found| found != Ref::Missing)
            }
            Goal::Patch(folder) => {
                let patch = patch_path(folder, &repository.root);
                last.patch.as_deref() == Some(&path_text(&patch)) && patch.is_file()
            }
        }
}

fn with_head(repository: Repository) -> Result<(Repository, String), Reason> {
    match head::head(&repository)? {
        Ref::Commit(head) => Ok((repository, head)),
        Ref::Missing => Err(Reason::Empty),
    }
}

/// Returns a text that is another one for a policy that writes another block.
fn policy_hash(policy: &Policy) -> String {
    let block = policy.block_lines(&policy.anchor, Style { step: 2, sequence: 2 }).join("\n");
    format!("{:016x}", hash(block.as_bytes()))
}
