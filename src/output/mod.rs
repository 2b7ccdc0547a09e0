//! Words and files: the diff, messages with their place in the source, explanations, and the one writer.
//!
//! Decides nothing; it shows and writes what the other rooms decided.

pub mod diff;
pub mod disk;
pub mod explanation;
pub mod snippet;
pub mod write;
