//! Finds the commands in a text that name Compose files: `docker compose -f A -f B`, `COMPOSE_FILE=A:B`.
//!
//! Knows nothing of which files are there.

use super::variables::{Assignment, Options, Reference, Variables};
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
    let mut rest = text;
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
    commands: Vec<Command>,
    /// The lines before the one that is read.
    lines_before: usize,
}

/// What a command starts with.
enum Start {
    /// The program, with the offset after it and the options that a variable brought.
    Program(usize, Options),
    /// `COMPOSE_FILE` and a sign, with the offset after them.
    Setting(usize),
    /// `cd`, with the offset after it.
    ChangeDirectory(usize),
}

impl Reader {
    fn read(&mut self, line: &str) {
        let assignment = Assignment::of(line);
        if let Some(assignment) = &assignment
            && (assignment.appends || is_option(&line[assignment.value..]))
        {
            let options = self.options(&mut Words::new(line, assignment.value), Options::default());
            self.variables.set(assignment, options);
        } else if let Some(assignment) = &assignment {
            self.variables.set_path(line, assignment);
        }
        let mut directory: Option<String> = None;
        let mut at = 0;
        while let Some(letter) = line[at..].chars().next() {
            let start = self.start(line, at);
            let here = at;
            at += letter.len_utf8();
            match start {
                Some(Start::Program(behind, brought)) => {
                    let mut words = Words::new(line, behind);
                    let options = self.options(&mut words, brought);
                    at = words.at().max(at);
                    if let Some(assignment) = assignment.as_ref().filter(|found| found.value == here) {
                        self.variables.set(assignment, options.clone());
                    }
                    self.add(line, here, directory.as_deref(), options.unwrap_or_default());
                }
                Some(Start::Setting(behind)) => {
                    let mut words = Words::new(line, behind);
                    let value = words.next().unwrap_or_default();
                    at = words.at().max(at);
                    let files = value.split(':').map(str::to_owned).collect();
                    let options = Options { files, project_directory: None };
                    if options.are_few() {
                        self.add(line, here, directory.as_deref(), options);
                    }
                }
                Some(Start::ChangeDirectory(behind)) => {
                    let mut words = Words::new(line, behind);
                    let target = words.next();
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

    fn add(&mut self, line: &str, at: usize, directory: Option<&str>, options: Options) {
        let Options { files, project_directory } = options;
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
            let brought = self.variables.options(reference.name).cloned().unwrap_or_default();
            let known = self.variables.is_command(reference.name) && ends_word(&line[behind..]);
            return known.then_some(Start::Program(behind, brought));
        }
        if line[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter)) {
            return None;
        }
        if let Some(behind) = rest.strip_prefix("cd").filter(|behind| gap(behind) > 0) {
            return Some(Start::ChangeDirectory(line.len() - behind.len()));
        }
        if let Some(behind) = rest.strip_prefix("COMPOSE_FILE") {
            return setting(behind).map(|value| Start::Setting(line.len() - value.len()));
        }
        let behind = ["docker", "podman", "nerdctl"].iter().find_map(|tool| rest.strip_prefix(tool))?;
        let verb = behind.strip_prefix('-').unwrap_or_else(|| behind_options(behind));
        let behind = verb.strip_prefix("compose").filter(|_| verb.len() < behind.len())?;
        ends_word(behind).then(|| Start::Program(line.len() - behind.len(), Options::default()))
    }

    /// Returns the options of a command after those in `options`.
    ///
    /// None where a variable that is not known is before a file. Stops at the subcommand, whose `-f` means
    /// something else.
    fn options(&self, words: &mut Words, mut options: Options) -> Option<Options> {
        let mut is_complete = true;
        while let Some(word) = words.next() {
            if let Some(reference) = Reference::at(&word).filter(|found| found.length == word.len()) {
                match self.variables.options(reference.name) {
                    Some(brought) => {
                        options.extend(brought);
                        if !options.are_few() {
                            return None;
                        }
                    }
                    None => is_complete = false,
                }
            } else if let Some(file) = file_of(&word) {
                let file = if file.is_empty() { words.next()? } else { file.to_owned() };
                if !is_complete {
                    return None;
                }
                options.files.push(self.variables.path(file));
            } else if let Some(directory) = word.strip_prefix(PROJECT_DIRECTORY) {
                let directory = match directory.strip_prefix('=') {
                    Some(directory) => Some(directory.to_owned()),
                    None => words.next(),
                };
                options.project_directory = directory.map(|directory| self.variables.path(directory));
            } else if OPTIONS_WITH_VALUE.contains(&word.as_str()) {
                words.next();
            } else if !word.starts_with('-') {
                break;
            }
        }
        options.are_few().then_some(options)
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
fn is_option(text: &str) -> bool {
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

/// Returns the value after the sign that `text`, after a name, opens with.
fn setting(text: &str) -> Option<&str> {
    let text = text.strip_prefix(quote(text).unwrap_or_default())?;
    let sign = text.trim_start_matches(' ').trim_start_matches(['?', ':']);
    let value =
        sign.strip_prefix('=').or_else(|| sign.strip_prefix(' ').filter(|_| text.starts_with(':')))?;
    Some(value.trim_start_matches(' '))
}

/// Whether a word ends before `text`.
fn ends_word(text: &str) -> bool {
    !text.starts_with(|letter: char| letter.is_alphanumeric() || "_-./[".contains(letter))
}
