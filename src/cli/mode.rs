//! What a run does with the changes that it finds.

use super::args::DiffFormat;

/// What to do with a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Show { shape: Shape, exit_code: bool },
    Write { durable: bool },
    Check { explain: bool },
}

/// How a change is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Diff(DiffFormat),
    Stat,
}
