//! Runs `migrate`: repositories in, a line for each and a summary out.

use std::fs;
use std::io::{self, Read as _, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::args::MigrateArgs;
use super::end::End;
use super::interrupt;
use super::presenter::say;
use super::summary::count;
use super::tally::Tally;
use crate::discover::Request;
use crate::migrate::{
    BranchName, Event, Goal, Message, Options, Record, Report, Status, Target, find, listed, migrate,
    only_failed, sample, search,
};
use crate::output::snippet::{clean_message, clean_path};
use crate::policy::Policy;

/// Works on the repositories that `args` name: a line for each that is not clean goes to `out`.
///
/// # Errors
/// Arguments and a report that cannot be used, and those of `out` in a dry run.
pub(super) fn run(args: &MigrateArgs, out: &mut impl Write) -> anyhow::Result<End> {
    let current_directory = std::env::current_dir().context("cannot determine the current directory")?;
    let options = options(args, &current_directory)?;
    interrupt::listen();
    let mut request = Request::default();
    if let Some(root) = &args.root {
        request = search(root).with_context(|| format!("cannot search `{}`", root.display()))?;
    }
    let mut targets = match &args.repos {
        Some(list) => listed(&read_list(list)?, &current_directory),
        None => find(&request),
    };
    let mut report = match &args.report {
        Some(path) => {
            anyhow::ensure!(!args.only_failed || path.exists(), "there is no report `{}`", path.display());
            Report::open(path, args.dry_run).with_context(|| format!("report `{}`", path.display()))?
        }
        None => Report::default(),
    };
    if args.only_failed {
        only_failed(&mut targets, &report);
    }
    if let Some(count) = args.sample {
        sample(&mut targets, count);
    }
    let total = targets.len();
    let mut tally = Tally::default();
    let mut closed = None;
    let bar = bar(total);
    let _writing = (!args.dry_run).then(interrupt::writing);
    let tell = |target: &Target<'_>, event: Event| {
        match event {
            Event::Before => tally.add_before(),
            Event::Done(record) => {
                tally.add(&record);
                let text = lines(target, &record, &options);
                if let Err(error) = bar.suspend(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()))
                {
                    closed.get_or_insert(error);
                }
            }
        }
        bar.inc(1);
        // Where something is written, the work goes on though nobody listens any more.
        let stop = interrupt::is_interrupted() || (args.dry_run && closed.is_some());
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let ended = migrate(targets, &options, &Policy::default(), &mut report, tell);
    bar.finish_and_clear();
    say(&format!("{}\n", tally.line(total, args.dry_run)));
    ended?;
    match closed {
        Some(error) if args.dry_run => Err(error.into()),
        _ if interrupt::is_interrupted() => Ok(End::Interrupted),
        _ => Ok(tally.end(args.tolerate_errors)),
    }
}

fn options(args: &MigrateArgs, current_directory: &Path) -> anyhow::Result<Options> {
    let message = if args.patches.is_some() { Message::for_mail } else { Message::new };
    let message = message(&args.message)?;
    let goal = match &args.patches {
        Some(folder) => {
            let folder = current_directory.join(folder);
            if !args.dry_run {
                let cannot = || format!("cannot create the directory `{}`", folder.display());
                fs::create_dir_all(&folder).with_context(cannot)?;
            }
            Goal::Patch(folder)
        }
        None => Goal::Branch(BranchName::new(&args.branch)?),
    };
    Ok(Options { goal, message, allow_dirty: args.allow_dirty, dry_run: args.dry_run, limit: args.limit })
}

fn read_list(list: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read the list `{}`", list.display());
    if list != Path::new("-") {
        return fs::read(list).with_context(cannot);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

/// Returns a bar that shows on a terminal only.
fn bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    // Without the template the bar looks otherwise, and counts the same.
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} repositories, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Returns what there is to say about a repository; nothing where it is hardened.
fn lines(target: &Target<'_>, record: &Record, options: &Options) -> String {
    let name = match target.name.as_os_str() {
        name if name.is_empty() => ".".to_owned(),
        _ => clean_path(&target.name),
    };
    // Git says more than one line at times, with empty ones between.
    let words = record.detail.as_deref().unwrap_or_default().split('\n').map(str::trim);
    let words = words.filter(|line| !line.is_empty()).map(clean_message);
    let detail = words.collect::<Vec<_>>().join("\n    ");
    let mut text = match record.status {
        Status::Clean => String::new(),
        Status::Skipped => format!("skipped {name}: {detail}\n"),
        Status::Failed => format!("failed {name}: {detail}\n"),
        Status::Changed => {
            let verb = if options.dry_run { "would change" } else { "changed" };
            let to = match (&record.branch, &record.patch) {
                (Some(branch), _) => format!("branch {branch}"),
                (None, patch) => format!("patch {}", patch.as_deref().unwrap_or_default()),
            };
            let (services, files) = (count(record.services, "service"), count(record.files.len(), "file"));
            format!("{verb} {name}: {services} in {files}, {}\n", clean_path(Path::new(&to)))
        }
    };
    if record.left > 0 {
        let services = count(record.left, "service");
        text.extend(["left ", &name, ": ", &services, " without hardening; `fix` says why\n"]);
    }
    for refusal in &record.refusals {
        text.extend(["  refused ", &clean_message(refusal), "\n"]);
    }
    text
}
