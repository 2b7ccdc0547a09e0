//! Hardens Docker Compose projects: lossless edits, proved by a second reader.
//!
//! The rooms, each of which uses only those before it: [`text`], [`yaml`], [`compose`], [`discover`], [`policy`], [`plan`],
//! [`verify`], [`harden`], [`output`], [`migrate`], [`cli`].

pub mod cli;
pub mod compose;
pub mod discover;
pub mod harden;
pub mod migrate;
pub mod output;
pub mod plan;
pub mod policy;
pub mod text;
pub mod verify;
pub mod yaml;
