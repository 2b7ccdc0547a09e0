//! Explanations as text: a project, its services, and for each value its origin.

use std::io::{self, Write};

use super::snippet::{clean_message, clean_path};
use crate::compose::{Certainty, Provenance};
use crate::harden::{Explained, Explanation};

/// Writes `explanation` to `out`: one line for the files, one for each service, one for each value,
/// with nothing in them that a terminal would obey.
///
/// # Errors
/// Those of `out`.
pub fn write_explanation(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let files: Vec<_> = explanation.files.iter().map(|file| clean_path(file)).collect();
    let because = match &explanation.certainty {
        Certainty::Mentioned(path, line) => format!(" (as {}:{line} loads them)", clean_path(path)),
        Certainty::Layer(service) => format!(" (service {} of the last is a layer)", clean_message(service)),
        Certainty::Given | Certainty::Possible(_) | Certainty::SameIncludes(_) | Certainty::Alone => {
            String::new()
        }
    };
    writeln!(out, "{}{because}", files.join(" + "))?;
    for service in &explanation.services {
        writeln!(out, "  {}", clean_message(&service.name))?;
        for (key, parts) in &service.values {
            let key = clean_message(key);
            if parts.is_empty() {
                writeln!(out, "    {key}: not set")?;
            }
            for part in parts {
                let (text, path) = (clean_message(&part.text), clean_path(&part.path));
                writeln!(out, "    {key}: {text} ({path}:{}, {})", part.line, origin(part))?;
            }
        }
    }
    Ok(())
}

fn origin(part: &Explained) -> &'static str {
    match part.provenance {
        Provenance::Extended if part.from_block => "hardening block by extends",
        Provenance::Included if part.from_block => "hardening block of an included file",
        _ if part.from_block => "hardening block",
        Provenance::Own => "own key",
        Provenance::Merged => "merge key",
        Provenance::Extended => "extends",
        Provenance::Override => "override",
        Provenance::Included => "included file",
    }
}
