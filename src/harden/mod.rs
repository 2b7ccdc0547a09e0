//! One Compose file from start to end: parsed, planned, edited, proved. Writes nothing.

use crate::compose::ComposeFile;
use crate::plan::{PlannedService, Promise, plan};
use crate::policy::Policy;
use crate::text::{Diagnostic, EditSet, LineEnding, Source};
use crate::verify::{Doubt, Reading, Separation, Verdict, prove};
use crate::yaml::{TokenKind, Tree, dialect, parse};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is hardened already, or has no services.
    Clean(Vec<PlannedService>),
    /// It would change.
    Changed(Change),
    /// It is left as it is, for a reason.
    Refused(Vec<Diagnostic>),
}

/// A proved change to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The edits.
    pub edits: EditSet,
    /// The text with the edits made.
    pub after: String,
    /// The services and what is done with each.
    pub services: Vec<PlannedService>,
}

/// Hardens the Compose file `source` by `policy`.
#[must_use]
pub fn harden(source: &Source, policy: &Policy) -> Outcome {
    match change(source, policy) {
        Ok(outcome) => outcome,
        Err(diagnostic) => Outcome::Refused(vec![diagnostic]),
    }
}

fn change(source: &Source, policy: &Policy) -> Result<Outcome, Diagnostic> {
    if source.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let help = "convert it to YAML; JSON has neither anchors nor merge keys";
        return Err(Diagnostic::error("a JSON file cannot be hardened").help(help));
    }
    if LineEnding::of(source.text()) == LineEnding::Cr {
        let help = "convert its line ends to LF or CRLF";
        return Err(Diagnostic::error("lines that end in a lone carriage return cannot be shown in a diff")
            .help(help));
    }
    let tree = parse(source.text());
    check(&tree)?;
    let file = ComposeFile::read(&tree).map_err(|error| error.diagnostic())?;
    let plan = plan(&file, policy).map_err(|refusal| refusal.diagnostic())?;
    if plan.edits.is_empty() {
        return Ok(Outcome::Clean(plan.services));
    }
    let after = plan.edits.apply(source.text());
    let before = Reading { text: source.text(), separations: &separations(&tree) };
    proved(&before, &after, &plan.promise)?;
    Ok(Outcome::Changed(Change { edits: plan.edits, after, services: plan.services }))
}

/// Checks that Docker Compose would read the text of `tree` as it is meant.
fn check(tree: &Tree<'_>) -> Result<(), Diagnostic> {
    match tree.errors().first() {
        Some(error) => Err(error.diagnostic()),
        None => dialect::check(tree).map_err(|error| error.diagnostic()),
    }
}

/// Has the second reader compare both texts.
fn proved(before: &Reading<'_>, after: &str, promise: &Promise) -> Result<(), Diagnostic> {
    // An edit is a plain insertion: where nothing was missing before, nothing is missing after.
    let missing = if before.separations.is_empty() { Vec::new() } else { separations(&parse(after)) };
    let after = Reading { text: after, separations: &missing };
    match prove(before, &after, promise) {
        Verdict::Proved => Ok(()),
        Verdict::Doubted(Doubt::TooMuchWork { document, name, limit }) => {
            let title =
                format!("document {document} merges more than {limit} entries ({name}), too many to prove");
            Err(Diagnostic::error(title).help("merge fewer or smaller templates"))
        }
        Verdict::Doubted(doubt) => Err(own_fault(&doubt.to_string())),
    }
}

fn own_fault(doubt: &str) -> Diagnostic {
    let title = format!("cannot prove that hardening changes nothing else: {doubt}");
    Diagnostic::error(title).help("the file is untouched; this is a bug of compose-harden, please report it")
}

/// The white space that the second reader misses where Docker Compose does not, in order of place.
fn separations(tree: &Tree<'_>) -> Vec<Separation> {
    let relaxed = tree.relaxations().iter().map(|relaxation| (relaxation.offset, relaxation.spaces));
    let mut places: Vec<(u32, u32)> = relaxed.collect();
    if tree.text().contains(":\t") {
        // yaml-rust2 takes no tab for the white space behind a colon, where YAML 1.2 does.
        let tabs = tree.tokens().filter(|(kind, span)| {
            *kind == TokenKind::MappingValue
                && tree.text().as_bytes().get(span.end() as usize) == Some(&b'\t')
        });
        places.extend(tabs.map(|(_, span)| (span.end(), 1)));
    }
    places.sort_unstable();
    places.into_iter().map(|(offset, spaces)| Separation { offset, spaces }).collect()
}
