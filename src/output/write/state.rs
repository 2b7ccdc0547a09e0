//! What a file is and was: from metadata to values that can be compared.

use std::fmt;
use std::fs::{FileType, Metadata};

/// What is at a path, as far as it decides whether it can be read and replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A character or block device.
    Device,
    /// Something else.
    Other,
}

impl FileKind {
    pub(super) fn of(kind: FileType) -> Self {
        if kind.is_file() {
            Self::Regular
        } else if kind.is_dir() {
            Self::Directory
        } else if kind.is_symlink() {
            Self::Symlink
        } else {
            special(kind)
        }
    }
}

#[cfg(unix)]
fn special(kind: FileType) -> FileKind {
    use std::os::unix::fs::FileTypeExt as _;

    if kind.is_fifo() {
        FileKind::Fifo
    } else if kind.is_socket() {
        FileKind::Socket
    } else if kind.is_char_device() || kind.is_block_device() {
        FileKind::Device
    } else {
        FileKind::Other
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> FileKind {
    FileKind::Other
}

impl fmt::Display for FileKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Regular => "a regular file",
            Self::Directory => "a directory",
            Self::Symlink => "a symbolic link",
            Self::Fifo => "a named pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Other => "a special file",
        })
    }
}

/// The state of a regular file at one moment; two equal states are taken to be the same file, unchanged.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Bytes.
    size: u64,
    /// Nanoseconds since 1970, as are all times here.
    modified: i128,
    /// Changes with every write, and cannot be set back as the time of modification can.
    changed: i128,
    inode: u64,
    device: u64,
    /// The type and the permissions.
    mode: u32,
    uid: u32,
    gid: u32,
    links: u64,
    /// A digest of the bytes, where they were read.
    digest: u64,
}

#[cfg(unix)]
impl FileState {
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;

        let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: metadata.len(),
            modified: nanos(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanos(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
            mode: metadata.mode(),
            uid: metadata.uid(),
            gid: metadata.gid(),
            links: metadata.nlink(),
            digest: 0,
        }
    }

    /// Whether this is `other` under another name; a new name is a change only for the time of the last change.
    pub(super) fn is_renamed(&self, other: &Self) -> bool {
        Self { changed: other.changed, digest: other.digest, ..*self } == *other
    }

    /// Whether both are states of one file.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }

    /// The number of names the file has in its file system.
    pub(super) fn links(&self) -> u64 {
        self.links
    }

    /// Whether its owner may execute it.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        self.mode & 0o100 != 0
    }

    /// The user and the group the file belongs to.
    pub(super) fn owner(&self) -> (u32, u32) {
        (self.uid, self.gid)
    }
}

/// The state of a regular file at one moment; two equal states are taken to be the same file, unchanged.
#[cfg(not(unix))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Bytes.
    size: u64,
    modified: Option<std::time::SystemTime>,
    readonly: bool,
    /// A digest of the bytes, where they were read.
    digest: u64,
}

#[cfg(not(unix))]
impl FileState {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            readonly: metadata.permissions().readonly(),
            digest: 0,
        }
    }

    /// Whether this is `other` under another name.
    pub(super) fn is_renamed(&self, other: &Self) -> bool {
        Self { digest: other.digest, ..*self } == *other
    }

    /// Whether both are states of one file; unknown here.
    pub(super) fn is_same_file(&self, _: &Self) -> bool {
        false
    }

    /// The number of names the file has; unknown here.
    pub(super) fn links(&self) -> u64 {
        1
    }

    /// Whether its owner may execute it; unknown here.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        false
    }
}

impl FileState {
    /// Adds the digest of the bytes that were read in this state.
    pub(super) fn with_digest(self, digest: u64) -> Self {
        Self { digest, ..self }
    }

    /// The digest of the bytes that were read in this state.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether the metadata are the same, whatever the bytes.
    pub(super) fn is_unchanged(&self, other: &Self) -> bool {
        self.with_digest(other.digest) == *other
    }

    /// The number of bytes the file had.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}
