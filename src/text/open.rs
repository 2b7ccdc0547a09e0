//! Opening a file that other processes may exchange at any moment: from a path to a handle that never waits.
//!
//! What is known of a path may be wrong a moment later, so what counts is asked of the handle.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Whether a symbolic link at the end of a path is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// What it leads to is opened.
    Follow,
    /// It is an error.
    Refuse,
}

/// Why there is no regular file to read.
#[derive(Debug)]
pub enum OpenError {
    /// It is something else, and reading it might never end.
    NotRegular(FileType),
    /// The system says no.
    Io(io::Error),
}

/// Opens the regular file at `path` for reading; returns it with its metadata.
///
/// # Errors
/// [`OpenError`]; what is not a regular file is not opened, unless it takes the place of one at that moment.
pub fn open_regular(path: &Path, links: Links) -> Result<(File, Metadata), OpenError> {
    let found = match links {
        Links::Follow => fs::metadata(path),
        Links::Refuse => fs::symlink_metadata(path),
    };
    // To open a device is to use it: a tape rewinds, a watchdog starts.
    regular(found)?;
    let file = open_at_once(path, OpenOptions::new().read(true), links).map_err(OpenError::Io)?;
    let metadata = regular(file.metadata())?;
    Ok((file, metadata))
}

/// Opens what is at `path` and does not wait, not even for the other end of a pipe.
///
/// # Errors
/// Those of the system; among them one for a link, if those are refused (not outside of Unix).
pub fn open_at_once(path: &Path, options: &mut OpenOptions, links: Links) -> io::Result<File> {
    at_once(options, links).open(path)
}

#[cfg(unix)]
fn at_once(options: &mut OpenOptions, links: Links) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;

    let follow = match links {
        Links::Follow => OFlags::empty(),
        Links::Refuse => OFlags::NOFOLLOW,
    };
    options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY | follow).bits().cast_signed())
}

#[cfg(not(unix))]
fn at_once(options: &mut OpenOptions, _: Links) -> &mut OpenOptions {
    options
}

fn regular(found: io::Result<Metadata>) -> Result<Metadata, OpenError> {
    let metadata = found.map_err(OpenError::Io)?;
    if metadata.is_file() { Ok(metadata) } else { Err(OpenError::NotRegular(metadata.file_type())) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use rustix::fs::{CWD, RenameFlags, renameat_with};

    use super::*;

    /// How often a file is opened while a pipe trades places with it.
    const TRIES: usize = 20_000;

    /// The paths of a regular file and of a pipe that nobody writes to.
    fn file_and_pipe(folder: &Path) -> (PathBuf, PathBuf) {
        let (file, pipe) = (folder.join("file"), folder.join("pipe"));
        File::create(&file).expect("the folder is new");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("this test needs `mkfifo`").success());
        (file, pipe)
    }

    #[test]
    fn a_pipe_that_takes_the_place_of_a_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = file_and_pipe(folder.path());
        let ended = AtomicBool::new(false);
        let (done, is_done) = mpsc::channel();
        let path = file.clone();
        // Not in the scope, which would wait for it.
        thread::spawn(move || {
            let opened = (0..TRIES).filter(|_| open_regular(&path, Links::Refuse).is_ok()).count();
            done.send(opened)
        });
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    renameat_with(CWD, &file, CWD, &pipe, RenameFlags::EXCHANGE).unwrap();
                }
            });
            let opened = is_done.recv_timeout(Duration::from_secs(30));
            ended.store(true, Ordering::Relaxed);
            let opened = opened.expect("a pipe is waited for");
            assert!(opened > 0 && opened < TRIES, "{opened}");
        });
    }

    #[test]
    fn a_link_is_followed_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = file_and_pipe(folder.path());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(open_regular(&link, Links::Follow).is_ok());
        let refused = open_regular(&link, Links::Refuse);
        assert!(matches!(refused, Err(OpenError::NotRegular(kind)) if kind.is_symlink()));
        // Without the look before, the system refuses it.
        assert!(open_at_once(&link, OpenOptions::new().read(true), Links::Refuse).is_err());
        assert!(open_at_once(&pipe, OpenOptions::new().write(true), Links::Refuse).is_err());
        assert!(open_at_once(&pipe, OpenOptions::new().read(true), Links::Refuse).is_ok());
    }
}
