//! Words and files: the diff, messages with their place in the source, and the one writer.
//!
//! Knows nothing of YAML or Compose; it shows and writes what the other rooms decided.

pub mod diff;
pub mod snippet;
pub mod write;
