//! Ctrl-C: at once while nothing is written, and after the files of a project that are written together otherwise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of an interrupted run.
pub(super) const EXIT_CODE: u8 = 130;

static WRITING: Mutex<()> = Mutex::new(());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Has Ctrl-C end the process, or the loop that asks [`is_interrupted`].
pub(super) fn listen() {
    let handler = || {
        let is_second = INTERRUPTED.swap(true, Ordering::SeqCst);
        // With the lock held, no writing begins before the end.
        let lock = WRITING.try_lock();
        if is_second || lock.is_ok() {
            std::process::exit(EXIT_CODE.into());
        }
    };
    // Without a handler of its own the system's ends the process, which is right but for a temporary file.
    let _ = ctrlc::set_handler(handler);
}

/// Says that files are written as long as what it returns is held.
pub(super) fn writing() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether to stop before the next file.
pub(super) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
