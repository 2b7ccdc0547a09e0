//! Where to look when it is not certain what Docker Compose makes of a service.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compose::{ComposeFile, MergeStep, Service, is_compose_tag};
use crate::text::{Diagnostic, FileDiagnostic, Source, Span};
use crate::verify::{ProjectPlace, Unclear};
use crate::yaml::parse;

/// Returns the message about what is `unclear` at `place`, at the tag that makes it so or at the service.
pub(super) fn diagnose(
    place: &ProjectPlace,
    unclear: Unclear,
    sources: &BTreeMap<PathBuf, Source>,
) -> FileDiagnostic {
    let help = match unclear {
        Unclear::Tags => "write the value without the tag, or harden the service by hand",
        Unclear::Conflict | Unclear::ExtendsTwice | Unclear::Extension => {
            "define it in one place, or harden it by hand"
        }
        Unclear::Variable => "write the item without the variable",
        Unclear::Kind => "give the key a value of the same kind as in the block",
    };
    let title = match &place.service {
        Some(service) => format!("what service `{service}` ends up with is not certain"),
        None => "what a service ends up with is not certain".to_owned(),
    };
    let diagnostic = Diagnostic::error(title);
    let Some(found) = place.service.as_ref().and_then(|service| find(&place.path, service, sources)) else {
        let diagnostic = Diagnostic { title: format!("{}: {unclear}", diagnostic.title), ..diagnostic };
        return FileDiagnostic::new(&place.path, diagnostic.help(help));
    };
    let span = found.tag.filter(|_| unclear == Unclear::Tags).unwrap_or(found.key);
    FileDiagnostic::new(found.path, diagnostic.at(span, unclear.to_string()).help(help))
}

/// Where a service is defined.
struct DefinitionPlace<'s> {
    path: &'s Path,
    key: Span,
    /// A key with a tag that says how layers are merged.
    tag: Option<Span>,
}

/// Finds the definition of `service` with a tag, or else the first one, in the file at `path` or in others.
fn find<'s>(
    path: &Path,
    service: &str,
    sources: &'s BTreeMap<PathBuf, Source>,
) -> Option<DefinitionPlace<'s>> {
    let own = sources.get_key_value(path);
    let others = sources.iter().filter(|(other, _)| *other != path);
    let mut first = None;
    for (path, source) in own.into_iter().chain(others) {
        let tree = parse(source.text());
        let Ok(file) = ComposeFile::read(&tree) else { continue };
        let services = file.documents().iter().flat_map(|document| &document.services);
        for definition in services.filter(|definition| definition.name == service) {
            let place =
                DefinitionPlace { path, key: definition.key.span(), tag: tagged_key(definition, &file) };
            if place.tag.is_some() {
                return Some(place);
            }
            first = first.or(Some(place));
        }
    }
    first
}

/// The first key of `service` whose value has a tag that says how layers are merged.
fn tagged_key<'t>(service: &Service<'t>, file: &ComposeFile<'t>) -> Option<Span> {
    let mut found = None;
    // A merge key that is wrong was reported where the service was read.
    let _ = service.walk_merged(file.aliases(), |step| {
        let MergeStep::Enter(layer) = step else { return };
        let mut entries = layer.entries();
        let tagged = entries.find(|entry| is_compose_tag(entry.value));
        found = found.or(tagged.map(|entry| entry.key.span()));
    });
    found
}
