//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Makes Docker Compose files secure by default, without breaking or reformatting them.
#[derive(Clone, Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0    done
  1    `check`: a service is not hardened; `fix --exit-code`: something would change
  2    a file or the usage is wrong
  130  interrupted";

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Show, as a unified diff, how hardening would change Compose files; `--write` changes them.
    Fix(FixArgs),
    /// Exit with 1 while a service is not hardened.
    Check {
        /// Compose files, or directories with one of the default names.
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
}

/// The arguments of `fix`.
#[derive(Clone, Debug, clap::Args)]
pub struct FixArgs {
    /// Compose files, or directories with one of the default names.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Change the files in place instead of showing the diff.
    #[arg(short, long)]
    pub write: bool,
    /// Exit with 1 where something would change.
    #[arg(long, conflicts_with = "write")]
    pub exit_code: bool,
}
