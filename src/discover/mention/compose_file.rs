//! The lists of files that a value of `COMPOSE_FILE` may be: `a:b`, `$COMPOSE_FILE:c`.

use super::assignment::Reference;
use super::branches::Conditions;
use super::options::MAX_LISTS;
use super::values::Choice;
use super::variables::{Options, Variables};
use super::words::bracketed;

/// The name of the variable.
const NAME: &str = "COMPOSE_FILE";

/// Returns what the variable may be under `conditions`, after it was set to `value` or had that appended to what it was
/// `before`; none where that is not known.
pub(super) fn lists(
    variables: &mut Variables,
    value: &str,
    appends: bool,
    before: &[Choice<Option<Options>>],
    conditions: &Conditions,
) -> Vec<Choice<Option<Options>>> {
    let start = Choice { conditions: conditions.clone(), value: Some(Options::default()) };
    let mut lists = vec![start];
    let mut value = value;
    if appends {
        lists = before.to_vec();
        match value.strip_prefix(':') {
            Some(more) => value = more,
            // It is a part of the last name.
            None => lists.clear(),
        }
    }
    for file in split(value) {
        let is_itself =
            Reference::at(file).is_some_and(|found| found.name == NAME && found.length == file.len());
        let mut longer: Vec<Choice<Option<Options>>> = Vec::new();
        for Choice { conditions, value: list } in lists {
            if is_itself && !before.is_empty() {
                longer.extend(before.iter().filter_map(|more| {
                    let conditions = conditions.with(&more.conditions)?;
                    let mut list = list.clone();
                    match (&mut list, &more.value) {
                        (Some(list), Some(more)) => list.extend(more),
                        _ => list = None,
                    }
                    Some(Choice { conditions, value: list })
                }));
            } else {
                longer.extend(variables.path(file.to_owned(), &conditions).into_iter().map(|path| {
                    let list = list.clone().map(|mut list| {
                        list.files.extend(split(&path.value).map(str::to_owned));
                        list
                    });
                    Choice { conditions: path.conditions, value: list }
                }));
            }
            longer.truncate(MAX_LISTS);
        }
        lists = longer;
        for list in &mut lists {
            list.value = list.value.take().filter(Options::are_few);
        }
    }
    if lists.is_empty() {
        lists.push(Choice { conditions: conditions.clone(), value: None });
    }
    lists
}

/// Returns what is between the colons of `value` that are not in brackets.
fn split(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut at = 0;
        while let Some(letter) = text[at..].chars().next() {
            if letter == ':' {
                rest = Some(&text[at + 1..]);
                return Some(&text[..at]);
            }
            at += bracketed(&text[at..]).unwrap_or(letter.len_utf8());
        }
        rest = None;
        Some(text)
    })
}
