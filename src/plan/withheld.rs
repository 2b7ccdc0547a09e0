//! Whether a service gets the hardening in one layer while the place chosen for it is another, in a file that is given up.
//!
//! A run after this one would find the hardening there, take the layers around it for covered, and choose another place in
//! what is given up now. So the layer is refused just as it would be over a place that is hardened.

use super::planner::Planner;
use super::table::Table;
use super::{Decision, Refusal, RefusalReason};
use crate::compose::{Definition, Project};

/// What the layers up to one bring, each by its latest definition.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// It would bring the hardening, were its file not given up.
    withheld: Option<Definition>,
    /// It brings the hardening.
    brought: Option<Definition>,
}

impl Planner<'_, '_> {
    /// Checks that no service of `project` with a place in a file that is given up is hardened in another layer.
    ///
    /// # Errors
    /// That of [`RefusalReason::late`], at the later of the two layers.
    pub(super) fn check_withheld(&self, project: &Project, sites: &Table<Decision>) -> Result<(), Refusal> {
        if !project.all_files.iter().any(|file| self.fixed.contains(*file)) {
            return Ok(());
        }
        let mut layers: Vec<Found> = Vec::with_capacity(project.layers.len());
        for layer in &project.layers {
            let definition = layer.definition;
            let mut found = layer.below.map_or_else(Found::default, |below| layers[below as usize]);
            let is_withheld =
                self.fixed.contains(definition.file) && *sites.get(definition) == Decision::Harden;
            let brings = self.gains.get(definition).document.is_some();
            let earlier = if brings { found.withheld } else { found.brought.filter(|_| is_withheld) };
            if let Some(earlier) = earlier {
                return Err(self.late(definition, earlier));
            }
            found.withheld = if is_withheld { Some(definition) } else { found.withheld };
            found.brought = if brings { Some(definition) } else { found.brought };
            layers.push(found);
        }
        Ok(())
    }

    fn late(&self, definition: Definition, earlier: Definition) -> Refusal {
        let service = self.library.service(definition);
        let reason = RefusalReason::late(service, self.library.shown(earlier.file));
        reason.at(service.key.span()).in_file(definition.file)
    }
}
