//! What prevents a proof about several files.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::mismatch::list;

/// The file, and the service in it or of its project, that a [`ProjectFault`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectPlace {
    /// The file; the first one of a project where it is about the whole of it.
    pub path: PathBuf,
    /// The service, where it is about one.
    pub service: Option<String>,
}

/// Why it is not proved that a project is as promised.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProjectFault {
    /// A file that another one needs is not among those that were read.
    #[error("needs `{0}`, which is not among the files that are read")]
    MissingFile(String),
    /// A file that another one needs is somewhere else.
    #[error("needs `{0}`, which is not a file on this machine")]
    RemoteFile(String),
    /// A path or name depends on a variable.
    #[error("needs `{0}`, which depends on a variable")]
    Variable(String),
    /// An `include`, or an entry of it, is not what Docker Compose accepts.
    #[error("has an `include` that cannot be understood (line {0})")]
    Include(usize),
    /// Files include each other.
    #[error("includes itself, or a file that includes it")]
    IncludeCycle,
    /// Included files include others, and those others again.
    #[error("is included by more than {limit} files, one inside the other ({name})")]
    IncludeDepth {
        /// The name of the limit.
        name: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The value of `extends` is not what Docker Compose accepts.
    #[error("has an `extends` that cannot be understood (line {0})")]
    Extends(usize),
    /// A service extends itself, or one that extends it.
    #[error("extends itself, or a service that extends it")]
    ExtendsCycle,
    /// There is no service to extend.
    #[error("extends `{service}`, and there is no such service in `{}`", path.display())]
    MissingService {
        /// Its name.
        service: String,
        /// The file that should have it.
        path: PathBuf,
    },
    /// The block itself extends a service.
    #[error("gets `{0}` from the hardening block, which is too much to prove")]
    BlockKey(String),
    /// A service changes, and versions of Docker Compose differ on what it is.
    #[error("changes, and {0}")]
    Unclear(Unclear),
    /// Docker Compose requires that the items of `security_opt` differ.
    #[error("would have `{0}` twice in its `security_opt`, which Docker Compose rejects")]
    Twice(String),
    /// Versions of Docker Compose lose an empty list before the next file, and then miss it.
    #[error("would have an empty `security_opt` when the next file is merged, which Docker Compose rejects")]
    EmptyList,
    /// A promise names a service that does not exist, or one service twice.
    #[error("is promised to change, but there is no such service left to change")]
    NoSuchService,
    /// A key is not what it was, and has neither the block's value nor the block's items in front.
    #[error(
        "would have another `{0}`, which is neither the hardening block's nor what it was with the block's items in front"
    )]
    OtherValue(String),
    /// A pin keeps an item of the block off a layer, and no other layer has it.
    #[error("would have `{key}` without `{item}` of the hardening block, which a pin keeps off")]
    LostItem {
        /// The key.
        key: String,
        /// The item.
        item: String,
    },
    /// Other keys change than promised.
    #[error(
        "gains {} and has {} extended, where {} and {} are promised",
        list(.gains), list(.extended), list(.promised_gains), list(.promised_extended)
    )]
    Gains {
        /// The keys that the service gains.
        gains: Vec<String>,
        /// The keys whose lists have the block's items in front.
        extended: Vec<String>,
        /// The keys that are promised to be gained.
        promised_gains: Vec<String>,
        /// The keys that are promised to be extended.
        promised_extended: Vec<String>,
    },
}

/// Why it is not known what Docker Compose makes of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unclear {
    /// A tag has an effect in some versions of Docker Compose, and none in others.
    #[error("what a `!reset` or `!override` does to it depends on the version of Docker Compose")]
    Tags,
    /// Two files that are put side by side define it.
    #[error("it is defined by two files side by side, which Docker Compose rejects, compares or merges")]
    Conflict,
    /// A service whose name looks like an extension is in several documents.
    #[error("versions of Docker Compose replace or merge a service whose name begins with `x-`")]
    Extension,
    /// Two documents of a file say what the service extends.
    #[error("two documents of one file say what it extends")]
    ExtendsTwice,
    /// A key of the block has a value of the wrong kind.
    #[error("a key of the hardening block has a value of another kind in one of its layers")]
    Kind,
    /// A variable may make two items of a list one.
    #[error("a variable may make two items of its `security_opt` one, which Docker Compose rejects")]
    Variable,
}

impl fmt::Display for ProjectPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            None => write!(formatter, "{}", self.path.display()),
            Some(service) => write!(formatter, "{}: service `{service}`", self.path.display()),
        }
    }
}
