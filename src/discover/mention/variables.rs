//! Variables of a script or a Makefile that hold a command, options of it or words, with all that each may hold.

use foldhash::{HashMap, HashSet};

use super::assignment::{Assignment, Reference};
use super::branches::Conditions;
use super::values::{Choice, Values};
use super::words::{Words, quote};

/// How many files a command may name, so that variables cannot grow without end.
const MAX_FILES: usize = 64;

/// How many bytes the names of these files may have.
const MAX_FILE_BYTES: usize = 4096;

/// How many bytes the words that a variable holds may have, so that variables cannot grow without end.
const MAX_WORDS_BYTES: usize = 512;

/// How many values are compared in one text beyond those of variables with one value; from there on, such variables are
/// not known.
const MAX_COMPARED_VALUES: usize = 1 << 14;

/// What the options of a command say, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) files: Vec<String>,
    pub(super) project_directory: Option<String>,
}

impl Options {
    /// Adds those in `more`, which come later.
    pub(super) fn extend(&mut self, more: &Self) {
        self.files.extend(more.files.iter().cloned());
        if more.project_directory.is_some() {
            self.project_directory.clone_from(&more.project_directory);
        }
    }

    /// Whether they are as few as in a command written by hand.
    pub(super) fn are_few(&self) -> bool {
        let words = self.files.iter().chain(&self.project_directory);
        self.files.len() <= MAX_FILES && words.map(String::len).sum::<usize>() <= MAX_FILE_BYTES
    }
}

/// The options that each variable of a text brings, and the words that it holds, as far as they are known.
#[derive(Debug)]
pub(super) struct Variables {
    options: HashMap<String, Values<Option<Options>>>,
    words: HashMap<String, Values<Option<Vec<String>>>>,
    /// Those that were set to a command.
    commands: HashSet<String>,
    compared_values_left: usize,
}

impl Default for Variables {
    fn default() -> Self {
        Self {
            options: HashMap::default(),
            words: HashMap::default(),
            commands: HashSet::default(),
            compared_values_left: MAX_COMPARED_VALUES,
        }
    }
}

impl Variables {
    /// Returns the options that a reference to `name` may stand for under `conditions`, none where they are not known.
    pub(super) fn options(
        &mut self,
        name: &str,
        conditions: &Conditions,
    ) -> Option<Vec<Choice<Option<Options>>>> {
        let values = self.options.get(name)?;
        under(values, conditions, &mut self.compared_values_left)
    }

    /// Whether `name` stands for options alone.
    pub(super) fn is_options(&self, name: &str) -> bool {
        self.options.contains_key(name) && !self.is_command(name)
    }

    /// Whether `name` stands for Docker Compose: it was set to a command, or its name says so.
    pub(super) fn is_command(&self, name: &str) -> bool {
        name.ends_with("COMPOSE") || self.commands.contains(name)
    }

    /// Says that `name` stands for Docker Compose.
    pub(super) fn set_command(&mut self, name: &str) {
        self.commands.insert(name.to_owned());
    }

    /// Sets the variable `name` to one of `choices` in each run under `conditions`; to options that are not known where
    /// there are none.
    pub(super) fn set_options(
        &mut self,
        name: &str,
        conditions: &Conditions,
        choices: impl IntoIterator<Item = Choice<Option<Options>>>,
    ) {
        let mut choices = choices.into_iter().peekable();
        let unknown = Choice { conditions: conditions.clone(), value: None };
        let unknown = if choices.peek().is_none() { Some(unknown) } else { None };
        self.options.entry(name.to_owned()).or_default().set(conditions, choices.chain(unknown));
    }

    /// Sets the variable of `assignment`, in `line`, to the words that its value is; none where something else decides.
    pub(super) fn set_words(&mut self, line: &str, assignment: &Assignment, conditions: &Conditions) {
        // What is appended to a word may begin another one or not.
        let words = if assignment.appends { None } else { only_words(line, assignment.value) };
        if words.as_ref().is_some_and(Vec::is_empty) {
            let nothing = Choice { conditions: conditions.clone(), value: Some(Options::default()) };
            self.set_options(assignment.name, conditions, [nothing]);
        } else if self.is_options(assignment.name) {
            self.set_options(assignment.name, conditions, []);
        }
        let mut choices = vec![Choice { conditions: conditions.clone(), value: Vec::new() }];
        for word in words.iter().flatten() {
            let mut longer = Vec::new();
            for Choice { conditions, value } in choices {
                longer.extend(self.path(word.clone(), &conditions).into_iter().map(|path| {
                    let value = value.iter().cloned().chain([path.value]).collect();
                    Choice { conditions: path.conditions, value }
                }));
            }
            choices = longer;
            choices.retain(|choice| choice.value.iter().map(String::len).sum::<usize>() <= MAX_WORDS_BYTES);
        }
        let is_known = |words: &Vec<String>| {
            let is_reference =
                |word: &String| Reference::at(word).is_some_and(|found| found.length == word.len());
            !words.is_empty() && !words.iter().any(is_reference)
        };
        let mut choices: Vec<Choice<Option<Vec<String>>>> = choices
            .into_iter()
            .map(|Choice { conditions, value }| Choice { conditions, value: Some(value).filter(is_known) })
            .collect();
        if choices.is_empty() {
            choices.push(Choice { conditions: conditions.clone(), value: None });
        }
        self.words.entry(assignment.name.to_owned()).or_default().set(conditions, choices);
    }

    /// Returns those of `values` that there may be under `conditions`; none where no more can be compared in this text.
    pub(super) fn compared<T: Clone>(
        &mut self,
        values: &Values<T>,
        conditions: &Conditions,
    ) -> Option<Vec<Choice<T>>> {
        under(values, conditions, &mut self.compared_values_left)
    }

    /// Returns what `word` may stand for under `conditions`: the variable that it is, or whose directory it starts from,
    /// is replaced by the path that this holds.
    pub(super) fn path(&mut self, word: String, conditions: &Conditions) -> Vec<Choice<String>> {
        let same = |word, conditions: &Conditions| Choice { conditions: conditions.clone(), value: word };
        let Some(reference) = Reference::at(&word) else { return vec![same(word, conditions)] };
        let behind = &word[reference.length..];
        let values = self.words.get(reference.name).filter(|_| behind.is_empty() || behind.starts_with('/'));
        let values = values.and_then(|values| under(values, conditions, &mut self.compared_values_left));
        let Some(values) = values else { return vec![same(word, conditions)] };
        let path = |Choice { conditions, value }: Choice<Option<Vec<String>>>| match value.as_deref() {
            Some([path]) => same(format!("{path}{behind}"), &conditions),
            _ => same(word.clone(), &conditions),
        };
        values.into_iter().map(path).collect()
    }
}

/// Returns those of `values` that there may be under `conditions`; none where no more can be compared.
fn under<T: Clone>(values: &Values<T>, conditions: &Conditions, left: &mut usize) -> Option<Vec<Choice<T>>> {
    *left = left.checked_sub(values.len().saturating_sub(1))?;
    Some(values.under(conditions).map(Choice::cloned).collect())
}

/// Returns the words from the byte at `at` in `line` on, where the value that starts there is nothing else.
fn only_words(line: &str, at: usize) -> Option<Vec<String>> {
    let mut words = Words::new(line, at);
    let mut found = Vec::new();
    let mut length = 0;
    loop {
        let before = words.at();
        match words.next() {
            // A comment ends the value.
            Some(word) if word.starts_with('#') => {
                words = Words::new(line, before);
                break;
            }
            Some(word) => {
                length += word.len();
                if length > MAX_WORDS_BYTES {
                    return None;
                }
                found.push(word);
            }
            None => break,
        }
    }
    let rest = &line[words.at()..];
    let rest = &rest[quote(rest).map_or(0, str::len)..];
    let rest = rest.strip_prefix(')').unwrap_or(rest).trim_start_matches([' ', '\t']);
    (rest.starts_with(['#', ';', '\r', '\n', '&', '}']) || rest.trim_end().is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Variables {
        let mut variables = Variables::default();
        for line in text.split_inclusive('\n') {
            variables.set_words(line, &Assignment::at(line, 0).unwrap(), &Conditions::default());
        }
        variables
    }

    #[test]
    fn a_path_is_the_only_word_of_its_value() {
        let path = |text: &str| {
            let [Choice { value, .. }] = &read(text).path("$A/x".to_owned(), &Conditions::default())[..]
            else {
                panic!("{text}");
            };
            value.clone()
        };
        for text in [
            "A=b\n",
            "A = 'b' # c\n",
            "A: \"b\"\r\n",
            "A=b; c",
            "B=b\nA=$B\n",
            "A=b\nA=b\n",
            "A=c\nA=b\n",
            "A=(b)\n",
        ] {
            assert_eq!(path(text), "b/x", "{text}");
        }
        for text in ["A=b c\n", "A='b c'\n", "A=\n", "A+=b\n", "A=$1\nA=$B\n", "A=b & c\n A=$B"] {
            assert_eq!(path(text), "$A/x", "{text}");
        }
        assert_eq!(path("B=b/c\nA=$B/d\n"), "b/c/d/x");
        assert_eq!(path(&format!("A={}\n", "b".repeat(600))), "$A/x");
    }

    #[test]
    fn no_more_values_are_compared_than_the_limit() {
        let mut values = Values::default();
        let mut branches = super::super::branches::Branches::default();
        for value in 0..3 {
            let conditions = branches.fresh().alone();
            values.set(&conditions, [Choice { conditions: conditions.clone(), value }]);
        }
        let mut left = 5;
        let mut count = || under(&values, &Conditions::default(), &mut left).map(|found| found.len());
        assert_eq!([count(), count(), count()], [Some(3), Some(3), None]);
    }
}
