//! The options of a command, with each of the values that variables in them may have.

use super::assignment::Reference;
use super::branches::Conditions;
use super::values::Choice;
use super::variables::{Options, Variables};
use super::words::Words;

/// How many lists of files one command, or one value of `COMPOSE_FILE`, may stand for; later ones are left out.
pub(super) const MAX_LISTS: usize = 16;

/// What was read of a command's options in some of the runs.
#[derive(Clone)]
struct Reading {
    options: Options,
    /// Whether no variable that is not known was among them.
    is_complete: bool,
}

/// Returns the options of a command after each of those in `brought`.
///
/// Left out are those with a variable that is not known before a file. Stops at the subcommand, whose `-f` means
/// something else.
pub(super) fn options(
    variables: &mut Variables,
    words: &mut Words,
    brought: Vec<Choice<Options>>,
) -> Vec<Choice<Options>> {
    let read = |Choice { conditions, value }| Choice {
        conditions,
        value: Reading { options: value, is_complete: true },
    };
    let mut readings: Vec<Choice<Reading>> = brought.into_iter().map(read).collect();
    while let Some(word) = words.next() {
        if let Some(reference) = Reference::at(&word).filter(|found| found.length == word.len()) {
            readings = each(readings, |conditions, reading| {
                add_variable(variables, reference.name, conditions, reading)
            });
        } else if let Some(file) = file_of(&word) {
            let file = if file.is_empty() { words.next() } else { Some(file.to_owned()) };
            let Some(file) = file else { return Vec::new() };
            readings.retain(|reading| reading.value.is_complete);
            readings = each(readings, |conditions, reading| {
                let paths = variables.path(file.clone(), conditions);
                with_each(paths, &reading, |reading, path| reading.options.files.push(path))
            });
        } else if let Some(directory) = word.strip_prefix(PROJECT_DIRECTORY) {
            let directory = match directory.strip_prefix('=') {
                Some(directory) => Some(directory.to_owned()),
                None => words.next(),
            };
            let Some(directory) = directory else { break };
            readings = each(readings, |conditions, reading| {
                let paths = variables.path(directory.clone(), conditions);
                with_each(paths, &reading, |reading, path| reading.options.project_directory = Some(path))
            });
        } else if OPTIONS_WITH_VALUE.contains(&word.as_str()) {
            words.next();
        } else if !word.starts_with('-') {
            break;
        }
    }
    let options = |Choice { conditions, value }: Choice<Reading>| Choice { conditions, value: value.options };
    readings.into_iter().map(options).filter(|choice| choice.value.are_few()).collect()
}

/// Returns what becomes of each of `readings` with `next`, as far as they are few.
fn each(
    readings: Vec<Choice<Reading>>,
    mut next: impl FnMut(&Conditions, Reading) -> Vec<Choice<Reading>>,
) -> Vec<Choice<Reading>> {
    let mut all = Vec::new();
    for Choice { conditions, value } in readings {
        all.extend(next(&conditions, value).into_iter().filter(|choice| choice.value.options.are_few()));
        all.truncate(MAX_LISTS);
    }
    all
}

/// Returns `reading` once for each of `choices`, changed by `add`.
fn with_each<T>(
    choices: Vec<Choice<T>>,
    reading: &Reading,
    add: impl Fn(&mut Reading, T),
) -> Vec<Choice<Reading>> {
    let with = |Choice { conditions, value }| {
        let mut reading = reading.clone();
        add(&mut reading, value);
        Choice { conditions, value: reading }
    };
    choices.into_iter().map(with).collect()
}

fn add_variable(
    variables: &mut Variables,
    name: &str,
    conditions: &Conditions,
    mut reading: Reading,
) -> Vec<Choice<Reading>> {
    let Some(choices) = variables.options(name, conditions) else {
        reading.is_complete = false;
        return vec![Choice { conditions: conditions.clone(), value: reading }];
    };
    with_each(choices, &reading, |reading, options| match options {
        Some(options) => reading.options.extend(&options),
        None => reading.is_complete = false,
    })
}

/// Options before the subcommand whose value is the next word.
const OPTIONS_WITH_VALUE: [&str; 11] = [
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--ansi",
    "--progress",
    "--parallel",
    "--log-level",
    "-H",
    "--host",
    "--context",
];

/// The option that names the project's directory.
const PROJECT_DIRECTORY: &str = "--project-directory";

/// Whether `text` opens with an option that says something about the files.
pub(super) fn is_option(text: &str) -> bool {
    ["-f", "--file", PROJECT_DIRECTORY].iter().any(|option| text.starts_with(option))
}

/// Returns the file that `option` names; an empty one where it is the next word.
fn file_of(option: &str) -> Option<&str> {
    if let Some(behind) = option.strip_prefix("--file") {
        return if behind.is_empty() { Some("") } else { behind.strip_prefix('=') };
    }
    let behind = option.strip_prefix("-f")?;
    Some(behind.strip_prefix('=').unwrap_or(behind))
}
