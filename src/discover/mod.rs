//! Which files make up which Docker Compose project: from what the user asked for to groups of file lists.
//!
//! Looks at names, at `.gitignore` and `.env` files, and at the commands in a project's scripts and documents. Opens a
//! Compose file only to find one by its content; which variants are layers of which list is for others to decide.

mod directory;
mod dotenv;
mod filter;
mod folder;
mod ignore_rules;
mod ignored;
mod join;
mod limited;
mod mention;
mod names;
mod path;
mod reach;
mod request;
mod rules;
mod sniff;
mod submodule;
mod survey;
mod surveyor;
mod unit;
mod walk;
mod walked;

pub use self::filter::{Filter, GlobError};
pub use self::names::is_yaml_name;
pub use self::path::repository_of;
pub use self::request::Request;
pub use self::submodule::{Submodules, git_dir};
pub use self::survey::{Part, Searched, Survey, survey};
pub use self::unit::Unit;
