//! Explanations as text: a project, its services, and for each value its origin.

use std::io::{self, Write};

use crate::compose::{Certainty, Provenance};
use crate::harden::{Explained, Explanation};

/// Writes `explanation` to `out`: one line for the files, one for each service, one for each value.
///
/// # Errors
/// Those of `out`.
pub fn write_explanation(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let files: Vec<_> = explanation.files.iter().map(|file| file.display().to_string()).collect();
    let because = match &explanation.certainty {
        Certainty::Mentioned(path, line) => format!(" (as {}:{line} loads them)", path.display()),
        Certainty::Layer(service) => format!(" (service {service} of the last is a layer)"),
        Certainty::Given | Certainty::Possible(_) | Certainty::SameIncludes(_) | Certainty::Alone => {
            String::new()
        }
    };
    writeln!(out, "{}{because}", files.join(" + "))?;
    for service in &explanation.services {
        writeln!(out, "  {}", service.name)?;
        for (key, parts) in &service.values {
            if parts.is_empty() {
                writeln!(out, "    {key}: not set")?;
            }
            for part in parts {
                writeln!(
                    out,
                    "    {key}: {} ({}:{}, {})",
                    part.text,
                    part.path.display(),
                    part.line,
                    origin(part)
                )?;
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
