//! Ctrl-C: at once while nothing is written, and between two files otherwise.

use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of an interrupted run.
pub(super) const EXIT_CODE: u8 = 130;

static WRITING: AtomicBool = AtomicBool::new(false);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Has Ctrl-C end the process, or the loop that asks [`is_interrupted`].
pub(super) fn listen() {
    let handler = || {
        if !WRITING.load(Ordering::SeqCst) || INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(EXIT_CODE.into());
        }
    };
    // Without a handler of its own the system's ends the process, which is right but for a temporary file.
    let _ = ctrlc::set_handler(handler);
}

/// Says that files are written from now on, one after another.
pub(super) fn start_writing() {
    WRITING.store(true, Ordering::SeqCst);
}

/// Whether to stop before the next file.
pub(super) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
