//! Hardens Docker Compose projects: lossless edits, proved by a second reader.

pub mod plan;
pub mod text;
pub mod yaml;
