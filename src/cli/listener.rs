//! Output whose reader may go away, as `head` does.

use std::io::{self, ErrorKind, Write};

/// Writes to what somebody reads, and where that somebody is gone, if so asked, to nowhere.
pub(super) struct Listener<'w, W> {
    out: &'w mut W,
    outlives: bool,
    is_gone: bool,
}

impl<'w, W: Write> Listener<'w, W> {
    /// Returns a writer to `out`. One that `outlives` its reader takes a closed pipe for no error.
    pub(super) fn new(out: &'w mut W, outlives: bool) -> Self {
        Self { out, outlives, is_gone: false }
    }

    /// Does `work`, which is worth `nothing` where nobody listens.
    fn attempt<T>(&mut self, nothing: T, work: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.is_gone {
            return Ok(nothing);
        }
        match work(self.out) {
            Err(error) if self.outlives && error.kind() == ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(nothing)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Listener<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), Write::flush)
    }
}
