//! Finds the commands in a text that name Compose files: `docker compose -f A -f B`, `COMPOSE_FILE=A:B`.
//!
//! Knows nothing of which files are there.

use super::assignment::{Assignment, Reference};
use super::branches::{Branches, Conditions};
use super::compose_file;
use super::continued::continued;
use super::options::{is_option, options};
use super::place::{Place, is_start};
use super::values::{Choice, Values};
use super::variables::{Options, Variables};
use super::words::{Words, gap, quote};
use crate::text::lines;

/// How many commands of one text are looked at.
const MAX_COMMANDS: usize = 1000;

/// A command, or a setting of `COMPOSE_FILE`, that names files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Its line, counted from 1.
    pub(super) line: usize,
    /// The directory that it changes to before.
    pub(super) directory: Option<String>,
    /// The files as they are written, in order.
    pub(super) files: Vec<String>,
    /// The directory that it says the project is in.
    pub(super) project_directory: Option<String>,
}

/// Returns the commands in `text`, in order and each with other files than those before it.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut reader = Reader::default();
    let text = continued(text);
    let mut rest = text.as_str();
    while !rest.is_empty() && reader.commands.len() < MAX_COMMANDS {
        let length = logical_line(rest);
        reader.read(&rest[..length]);
        rest = &rest[length..];
    }
    reader.commands
}

/// Returns the length of the first line of `text` with the lines that continue it.
fn logical_line(text: &str) -> usize {
    let mut length = 0;
    for line in lines(text) {
        length += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
            break;
        }
    }
    length
}

#[derive(Default)]
struct Reader {
    variables: Variables,
    branches: Branches,
    /// The values that `COMPOSE_FILE` was set to.
    compose_file: Values<Option<Options>>,
    commands: Vec<Command>,
    /// The lines before the one that is read.
    lines_before: usize,
}

/// What a command starts with.
enum Start {
    /// The program, with the offset after it and the variable that it is.
    Program(usize, Option<String>),
    /// `COMPOSE_FILE` and a sign, with the offset after them and whether it appends.
    Setting(usize, bool),
    /// `cd`, with the offset after it.
    ChangeDirectory(usize),
}

impl Reader {
    fn read(&mut self, line: &str) {
        self.branches.enter(line);
        let mut place = Place::new(self.branches.conditions());
        let mut directory: Option<String> = None;
        let mut assigned: Option<(String, usize, Conditions)> = None;
        let mut at = 0;
        while let Some(letter) = line[at..].chars().next() {
            place.pass(line, at);
            if is_start(line, at)
                && let Some(assignment) = Assignment::at(line, at)
            {
                let conditions = place.conditions(assignment.target, &mut self.branches);
                if let Some(behind) = self.assign(line, &assignment, &conditions) {
                    at = behind.max(at + letter.len_utf8());
                    continue;
                }
                assigned = Some((assignment.name.to_owned(), assignment.value, conditions));
            }
            let start = self.start(line, at);
            let here = at;
            at += letter.len_utf8();
            match start {
                Some(Start::Program(behind, variable)) => {
                    let brought = self.brought(variable.as_deref(), place.of_line());
                    let mut words = Words::new(line, behind);
                    let choices = options(&mut self.variables, &mut words, brought);
                    at = words.at().max(at);
                    if let Some((name, _, conditions)) = assigned.as_ref().filter(|found| found.1 == here) {
                        self.variables.set_command(name);
                        let known = choices.iter().filter_map(|choice| {
                            let conditions = choice.conditions.with(conditions)?;
                            Some(Choice { conditions, value: Some(choice.value.clone()) })
                        });
                        self.variables.set_options(name, conditions, known);
                    }
                    for choice in choices {
                        self.add(line, here, directory.as_deref(), choice.value);
                    }
                }
                Some(Start::Setting(behind, appends)) => {
                    let mut words = Words::new(line, behind);
                    let value = words.next().unwrap_or_default();
                    at = words.at().max(at);
                    let conditions = place.conditions(None, &mut self.branches);
                    for options in self.set_compose_file(&value, appends, &conditions) {
                        self.add(line, here, directory.as_deref(), options);
                    }
                }
                Some(Start::ChangeDirectory(behind)) => {
                    let mut words = Words::new(line, behind);
                    let target = words.next().map(with_slashes);
                    let rest = &line[words.at()..];
                    let rest = &rest[gap(rest)..];
                    if rest.starts_with("&&") || rest.starts_with(';') {
                        directory = match (directory, target) {
                            (Some(directory), Some(target)) => Some(format!("{directory}/{target}")),
                            (_, target) => target,
                        };
                    }
                }
                None => {}
            }
        }
        self.lines_before += lines(line).count();
    }

    /// Takes in `assignment`, which is in `line`, and returns the offset after its value where that is options.
    fn assign(&mut self, line: &str, assignment: &Assignment, conditions: &Conditions) -> Option<usize> {
        let (name, value) = (assignment.name, &line[assignment.value..]);
        let before = self.variables.options(name, conditions).filter(|_| assignment.appends);
        let are_options =
            |found: &Reference| self.variables.is_options(found.name) && ends_word(&value[found.length..]);
        if before.is_none()
            && !is_option(value)
            && !Reference::at(value).is_some_and(|found| are_options(&found))
        {
            self.variables.set_words(line, assignment, conditions);
            return None;
        }
        let nothing = Choice { conditions: conditions.clone(), value: Some(Options::default()) };
        let before = before.unwrap_or_else(|| if assignment.appends { Vec::new() } else { vec![nothing] });
        let mut brought = Vec::new();
        let mut unknown = Vec::new();
        for Choice { conditions, value } in before {
            match value {
                Some(value) => brought.push(Choice { conditions, value }),
                None => unknown.push(Choice { conditions, value }),
            }
        }
        let mut words = Words::new(line, assignment.value);
        let known = options(&mut self.variables, &mut words, brought);
        let known = known
            .into_iter()
            .map(|choice| Choice { conditions: choice.conditions, value: Some(choice.value) });
        self.variables.set_options(name, conditions, known.chain(unknown));
        Some(words.at())
    }

    /// Returns the options that `variable`, which is a command, brings under `conditions`.
    fn brought(&mut self, variable: Option<&str>, conditions: &Conditions) -> Vec<Choice<Options>> {
        let choices = variable.and_then(|name| self.variables.options(name, conditions));
        let nothing = || vec![Choice { conditions: conditions.clone(), value: Options::default() }];
        choices.map_or_else(nothing, |choices| {
            let known = |Choice { conditions, value }| Some(Choice { conditions, value: value? });
            choices.into_iter().filter_map(known).collect()
        })
    }

    /// Sets `COMPOSE_FILE`, and returns the lists that it may be.
    fn set_compose_file(&mut self, value: &str, appends: bool, conditions: &Conditions) -> Vec<Options> {
        let Some(before) = self.variables.compared(&self.compose_file, conditions) else {
            let unknown = Choice { conditions: conditions.clone(), value: None };
            self.compose_file.set(conditions, [unknown]);
            return Vec::new();
        };
        let choices = compose_file::lists(&mut self.variables, value, appends, &before, conditions);
        self.compose_file.set(conditions, choices.iter().cloned());
        choices.into_iter().filter_map(|choice| choice.value).collect()
    }

    fn add(&mut self, line: &str, at: usize, directory: Option<&str>, options: Options) {
        let Options { files, project_directory } = options;
        let files: Vec<String> = files.into_iter().map(with_slashes).collect();
        let project_directory = project_directory.map(with_slashes);
        let is_known = |known: &Command| {
            known.files == files
                && known.directory.as_deref() == directory
                && known.project_directory == project_directory
        };
        if files.is_empty() || self.commands.len() == MAX_COMMANDS || self.commands.iter().any(is_known) {
            return;
        }
        let line = self.lines_before + lines(&line[..=at]).count();
        let directory = directory.map(str::to_owned);
        self.commands.push(Command { line, directory, files, project_directory });
    }

    fn start(&self, line: &str, at: usize) -> Option<Start> {
        let rest = &line[at..];
        // Most bytes of a text open nothing.
        if !rest.starts_with(['d', 'p', 'n', 'c', 'C', '$', '{']) {
            return None;
        }
        if let Some(reference) = Reference::at(rest) {
            let behind = at + reference.length;
            let behind = behind + quote(&line[behind..]).map_or(0, str::len);
            let known = self.variables.is_command(reference.name) && ends_word(&line[behind..]);
            return known.then(|| Start::Program(behind, Some(reference.name.to_owned())));
        }
        if line[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter)) {
            return None;
        }
        if let Some(behind) = rest.strip_prefix("cd").filter(|behind| gap(behind) > 0) {
            return Some(Start::ChangeDirectory(line.len() - behind.len()));
        }
        if let Some(behind) = rest.strip_prefix("COMPOSE_FILE") {
            return setting(behind).map(|(value, appends)| Start::Setting(line.len() - value.len(), appends));
        }
        let behind = ["docker", "podman", "nerdctl"].iter().find_map(|tool| rest.strip_prefix(tool))?;
        let verb = behind.strip_prefix('-').unwrap_or_else(|| behind_options(behind));
        let behind = verb.strip_prefix("compose").filter(|_| verb.len() < behind.len())?;
        ends_word(behind).then(|| Start::Program(line.len() - behind.len(), None))
    }
}

/// How many options before `compose` are passed over, so that many in a row cost little.
const MAX_TOOL_OPTIONS: usize = 8;

/// Options of Docker and Podman before `compose` whose value is the next word.
const TOOL_OPTIONS_WITH_VALUE: [&str; 12] = [
    "-c",
    "--context",
    "-H",
    "--host",
    "-l",
    "--log-level",
    "--config",
    "--connection",
    "--url",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
];

/// Returns `text`, which follows the name of a tool, from the first word on that is neither an option nor its value.
fn behind_options(text: &str) -> &str {
    let mut words = Words::new(text, 0);
    for _ in 0..MAX_TOOL_OPTIONS {
        let rest = &text[words.at()..];
        let rest = &rest[gap(rest)..];
        if !rest.starts_with('-') {
            return rest;
        }
        if words.next().is_some_and(|option| TOOL_OPTIONS_WITH_VALUE.contains(&option.as_str())) {
            words.next();
        }
    }
    ""
}

/// Returns the value after the sign that `text`, after a name, opens with, and whether that appends.
fn setting(text: &str) -> Option<(&str, bool)> {
    let text = text.strip_prefix(quote(text).unwrap_or_default())?;
    let text = text.trim_start_matches(' ');
    let sign = text.trim_start_matches(['?', ':', '+']);
    let value =
        sign.strip_prefix('=').or_else(|| sign.strip_prefix(' ').filter(|_| text.starts_with(':')))?;
    Some((value.trim_start_matches(' '), text.starts_with('+')))
}

/// Returns `path`, which may be written as on Windows, with slashes.
fn with_slashes(path: String) -> String {
    if path.contains('\\') { path.replace('\\', "/") } else { path }
}

/// Whether a word ends before `text`.
fn ends_word(text: &str) -> bool {
    !text.starts_with(|letter: char| letter.is_alphanumeric() || "_-./[".contains(letter))
}
