//! Has the second reader prove what is planned.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Change, disagreement, unclear};
use crate::plan::{ProjectPromise, Promise};
use crate::text::{Diagnostic, EditSet, FileDiagnostic, Source};
use crate::verify::{
    Doubt, FileReading, Mismatch, ProjectFault, Reading, Separation, Tapes, Unreadable, Verdict,
    prove_projects,
};
use crate::yaml::{TokenKind, Tree, parse};

/// A file of the projects, and what is to change in it.
pub(super) struct Before {
    pub(super) path: PathBuf,
    /// The other paths that it was read by.
    pub(super) names: Vec<PathBuf>,
    pub(super) edits: EditSet,
    pub(super) promise: Promise,
    pub(super) separations: Vec<Separation>,
}

/// What has to be proved.
#[derive(Default)]
pub(super) struct Work {
    /// The files whose texts were read, in the order of reading.
    pub(super) read: Vec<PathBuf>,
    pub(super) files: Vec<Before>,
    pub(super) projects: Vec<ProjectPromise>,
}

/// Returns the changes once all of them are proved, from `tapes` or by reading the texts.
pub(super) fn prove_all(
    work: Work,
    sources: &BTreeMap<PathBuf, Source>,
    tapes: &Tapes,
) -> Result<Vec<Change>, FileDiagnostic> {
    let Some(first) = work.files.iter().find(|file| !file.edits.is_empty()) else { return Ok(Vec::new()) };
    let mut texts = Vec::new();
    for file in &work.files {
        let before = sources[&file.path].text();
        let after = (!file.edits.is_empty()).then(|| file.edits.apply(before));
        // An edit is a plain insertion: where nothing was missing before, nothing is missing after.
        let missing = match &after {
            Some(after) if !file.separations.is_empty() => separations(&parse(after)),
            _ => file.separations.clone(),
        };
        texts.push((before, after, missing));
    }
    let readings = work.files.iter().zip(&texts).map(|(file, (before, after, missing))| FileReading {
        path: &file.path,
        names: &file.names,
        before: Reading { text: before, separations: &file.separations },
        after: Reading { text: after.as_deref().unwrap_or(before), separations: missing },
        promise: &file.promise,
    });
    let readings: Vec<_> = readings.collect();
    if let Verdict::Doubted(doubt) = prove_projects(&readings, &work.projects, tapes) {
        if let Doubt::Project { place, fault } = &doubt
            && let ProjectFault::Unclear(unclear) = **fault
        {
            return Err(unclear::diagnose(place, unclear, sources));
        }
        let diagnostic = known_limit(&doubt).map(|limit| FileDiagnostic::new(&first.path, limit));
        // Only if both read the same before can a change be at fault for what they read after.
        let diagnostic = diagnostic.or_else(|| readings.iter().find_map(disagreement::diagnose));
        return Err(diagnostic.unwrap_or_else(|| FileDiagnostic::new(&first.path, own_fault(&doubt))));
    }
    let changed = work.files.into_iter().zip(texts).filter_map(|(file, (_, after, _))| {
        Some(Change { path: file.path, edits: file.edits, after: after? })
    });
    Ok(changed.collect())
}

/// The message about a doubt that is not a fault of this program.
fn known_limit(doubt: &Doubt) -> Option<Diagnostic> {
    let cause = match doubt {
        Doubt::File { doubt, .. } => doubt,
        doubt => doubt,
    };
    let limited =
        |what: &str| Diagnostic::error(format!("{what}: {cause}")).help("merge fewer or smaller templates");
    Some(match cause {
        Doubt::TooMuchWork(_) => limited("too much is merged to prove a change"),
        Doubt::Unreadable { reason: reason @ Unreadable::TooDeep, .. } => {
            let title = format!("{reason}, too deep for the second reader");
            Diagnostic::error(title).help("write the outer ones in block style")
        }
        // A text that yaml-rust2 cannot read is read by a parser that does not do what Docker Compose does here.
        Doubt::Unreadable { reason: Unreadable::UnknownAnchor, .. } => {
            let title = "the second reader does not follow an anchor into a later document";
            Diagnostic::error(title).help("give each document a file of its own")
        }
        // If the clash is with an existing alias, no place for the new one avoids it.
        Doubt::Differs { mismatch: Mismatch::PathClash { .. }, .. } => {
            Diagnostic::error(format!("names with dots cannot share an alias: {cause}"))
                .help("rename one of them, or move the other alias")
        }
        _ => return None,
    })
}

fn own_fault(doubt: &Doubt) -> Diagnostic {
    let title = format!("cannot prove that hardening changes nothing else: {doubt}");
    Diagnostic::error(title).help("the file is untouched; this is a bug in compose-harden, please report it")
}

/// The white space that the second reader misses where Docker Compose does not, in order of place.
pub(super) fn separations(tree: &Tree<'_>) -> Vec<Separation> {
    let relaxed = tree.relaxations().iter().map(|relaxation| (relaxation.offset, relaxation.spaces));
    let mut places: Vec<(u32, u32)> = relaxed.collect();
    if memchr::memmem::find(tree.text().as_bytes(), b":\t").is_some() {
        // yaml-rust2 does not accept a tab as the white space after a colon, as YAML 1.2 does.
        let tabs = tree.tokens().filter(|(kind, span)| {
            *kind == TokenKind::MappingValue
                && tree.text().as_bytes().get(span.end() as usize) == Some(&b'\t')
        });
        places.extend(tabs.map(|(_, span)| (span.end(), 1)));
    }
    places.sort_unstable();
    places.into_iter().map(|(offset, spaces)| Separation { offset, spaces }).collect()
}
