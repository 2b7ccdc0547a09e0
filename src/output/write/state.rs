//! What a file is and was: from metadata to values that can be compared.

use std::fmt;
use std::fs::{FileType, Metadata};

/// What stands at a path, as far as it decides whether it can be read and replaced.
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
        }
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
}

#[cfg(not(unix))]
impl FileState {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            readonly: metadata.permissions().readonly(),
        }
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
    /// The number of bytes the file had.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}
