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
  1    `check`: a service is not hardened, or is left without hardening; `fix --exit-code`: something would change
  2    a file or repository could not be processed, or the command line is wrong
  130  interrupted";

const AFTER_MIGRATE_HELP: &str = "\
Exit codes:
  0    done
  2    a repository failed, a file was refused, or the command line is wrong
  130  interrupted";

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Show, as a unified diff, how hardening would change Compose files; `--write` changes them.
    #[command(after_help = AFTER_HELP)]
    Fix(FixArgs),
    /// Exit with 1 if a service is not hardened.
    #[command(after_help = AFTER_HELP)]
    Check(CheckArgs),
    /// Harden many repositories: create a branch with one commit in each, or a patch for each.
    #[command(after_help = AFTER_MIGRATE_HELP)]
    Migrate(MigrateArgs),
}

/// Which projects to work on.
#[derive(Clone, Debug, clap::Args)]
pub struct Selection {
    /// Compose files, or directories to search for projects; the current directory if none is named.
    #[arg(value_name = "PATH", conflicts_with = "files")]
    pub paths: Vec<PathBuf>,
    /// A Compose file of the one project to work on; repeat it for each file, in the order of `docker compose -f`.
    #[arg(short, long = "file", value_name = "FILE", conflicts_with_all = ["include", "exclude", "sniff"])]
    pub files: Vec<PathBuf>,
    /// What relative paths in the files of `-f` start from; the directory of the first file if it is not given.
    #[arg(long, value_name = "DIR", requires = "files")]
    pub project_directory: Option<PathBuf>,
    /// In searched directories, use only files that match GLOB (as in `.gitignore`), or lie below a directory that
    /// does; repeatable.
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// In searched directories, leave out files and directories that match GLOB (as in `.gitignore`); repeatable.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// In searched directories, read every `.yml` and `.yaml` file, and use those whose content is a Compose file.
    #[arg(long)]
    pub sniff: bool,
}

/// The arguments of `check`.
#[derive(Clone, Debug, clap::Args)]
pub struct CheckArgs {
    /// Which projects to work on.
    #[command(flatten)]
    pub selection: Selection,
    /// Print what each service ends up with, and the file and line that each value comes from.
    #[arg(long)]
    pub explain: bool,
}

/// The arguments of `fix`.
///
/// The diff goes to standard output, everything else to standard error.
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Clone, Debug, clap::Args)]
pub struct FixArgs {
    /// Which projects to work on.
    #[command(flatten)]
    pub selection: Selection,
    /// Change the files in place instead of showing the diff.
    #[arg(short, long)]
    pub write: bool,
    /// With `--write`: sync each file before the next, so that a power failure leaves the old or the new text.
    #[arg(long, requires = "write")]
    pub durable: bool,
    /// Exit with 1 if something would change.
    #[arg(long, conflicts_with = "write")]
    pub exit_code: bool,
    /// How to show the change.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", conflicts_with = "write")]
    pub format: DiffFormat,
    /// Show one line per file instead of the diff.
    #[arg(long, conflicts_with_all = ["write", "format"])]
    pub stat: bool,
    /// Exit with 0 even if a file is broken or refused; errors are still printed.
    #[arg(long)]
    pub tolerate_errors: bool,
}

/// The form of a diff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DiffFormat {
    /// For `git apply` and `patch -p1` in the current directory.
    #[default]
    Unified,
    /// With git's own header lines, for `git apply -3` in the top directory of the repository.
    Git,
}

/// The arguments of `migrate`.
///
/// A line for each repository goes to standard output, everything else to standard error.
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct MigrateArgs {
    /// The directory to search for repositories.
    #[arg(required_unless_present = "repos", conflicts_with = "repos")]
    pub root: Option<PathBuf>,
    /// A file that names a repository in each line, or `-` for standard input; lines that begin with `#` do not count.
    #[arg(long, value_name = "LIST")]
    pub repos: Option<PathBuf>,
    /// The branch to create in each repository that changes.
    #[arg(long, value_name = "NAME", default_value = "compose-harden")]
    pub branch: String,
    /// The message of the commits.
    #[arg(short, long, value_name = "TEXT", default_value = DEFAULT_MESSAGE, hide_default_value = true)]
    pub message: String,
    /// Change no repository; write a patch for `git am` for each one into this directory.
    #[arg(long, value_name = "DIR", conflicts_with = "branch")]
    pub patches: Option<PathBuf>,
    /// If files to harden have uncommitted changes, harden the committed text and leave the changes as they are.
    #[arg(long)]
    pub allow_dirty: bool,
    /// Write nothing; only say what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Stop after changing N repositories.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Process a fixed sample of N repositories.
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Add a line of JSON for each repository to this file, and skip repositories that it lists as done.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Process only the repositories that the report lists as failed.
    #[arg(long, requires = "report")]
    pub only_failed: bool,
    /// Exit with 0 even if files were refused or repositories failed.
    #[arg(long)]
    pub tolerate_errors: bool,
}

const DEFAULT_MESSAGE: &str = "\
Harden Docker Compose services

Merge one block of hardening options into every service.";
