//! A project as a plan sees it.

use crate::compose::{Certainty, Project};

/// A project that loads, and how certain it is that it is one.
#[derive(Debug)]
pub struct LoadedProject {
    /// How certain that is.
    pub certainty: Certainty,
    /// The project.
    pub project: Project,
    /// Whether it is given up: it still counts where places for the hardening are chosen, and nothing else is planned
    /// for it.
    pub given_up: bool,
}
