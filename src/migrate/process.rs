//! Runs a process to its end: input in, output out, within a limit of time.

use std::io::{self, Read, Write as _};
use std::process::{Child, Output};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// How long a process that is told to end may take to clean up after itself.
const GRACE: Duration = Duration::from_secs(5);

/// Writes `input` to `child`, which has a pipe for each of its streams, and returns what it prints.
///
/// None where it takes longer than `limit`: the process, which leads a group then, is ended with all of that.
///
/// # Errors
/// Those of the pipes and of the system.
pub(super) fn output(mut child: Child, input: &[u8], limit: Option<Duration>) -> io::Result<Option<Output>> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // Nothing is sent: the channel closes once both have been read to their ends.
    let (open, ended) = mpsc::channel();
    let also_open = open.clone();
    // It may print before it has read all, and to either stream first.
    thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let stdout = scope.spawn(move || read(stdout, open));
        let stderr = scope.spawn(move || read(stderr, also_open));
        let is_late = limit.is_some_and(|limit| !ends_within(&ended, limit));
        if is_late {
            end(&mut child, &ended)?;
        }
        let status = child.wait()?;
        let panicked = |_| io::Error::other("a thread that reads has panicked");
        let stdout = stdout.join().map_err(panicked)??;
        let stderr = stderr.join().map_err(panicked)??;
        Ok((!is_late).then_some(Output { status, stdout, stderr }))
    })
}

fn read(stream: Option<impl Read>, open: Sender<()>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = stream.map_or(Ok(0), |mut stream| stream.read_to_end(&mut bytes));
    drop(open);
    read.map(|_| bytes)
}

fn ends_within(ended: &Receiver<()>, limit: Duration) -> bool {
    ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout)
}

/// Asks the group that `child` leads to end, which lets it remove its locks, and makes it where it does not.
#[cfg(unix)]
fn end(child: &mut Child, ended: &Receiver<()>) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process_group};

    let group = Pid::from_child(child);
    kill_process_group(group, Signal::TERM)?;
    if !ends_within(ended, GRACE) {
        kill_process_group(group, Signal::KILL)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn end(child: &mut Child, _: &Receiver<()>) -> io::Result<()> {
    child.kill()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use super::*;

    fn shell(script: &str) -> Child {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).process_group(0);
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("`sh` starts")
    }

    #[test]
    fn returns_what_both_streams_print_of_a_long_input() {
        let input = "a".repeat(1 << 20);
        for limit in [None, Some(Duration::from_secs(3600))] {
            let output = output(shell("tee /dev/stderr; exit 3"), input.as_bytes(), limit).unwrap().unwrap();
            assert_eq!(output.status.code(), Some(3));
            assert!(output.stdout == input.as_bytes() && output.stderr == input.as_bytes());
        }
    }

    #[test]
    fn ends_what_never_ends_and_what_it_has_started() {
        for script in ["sleep 1000000", "sleep 1000000 & sleep 1000000", "trap '' TERM; sleep 1000000 & wait"]
        {
            let ended = output(shell(script), b"", Some(Duration::from_millis(50))).unwrap();
            assert_eq!(ended, None, "{script}");
        }
    }
}
