//! Assignments to variables of a script, a Makefile or YAML, and references to them.

use super::words::{gap, quote};

/// The start of an assignment: `NAME =`, `NAME := "`, `export NAME=(`, `NAME: `, `target: NAME = `.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    pub(super) name: &'a str,
    /// The targets of a Makefile for which alone it counts.
    pub(super) target: Option<&'a str>,
    /// Whether it adds to what the variable holds.
    pub(super) appends: bool,
    /// The offset of the value, after its quote.
    pub(super) value: usize,
}

impl<'a> Assignment<'a> {
    /// Returns the assignment that `line` opens with from the byte at `at` on.
    pub(super) fn at(line: &'a str, at: usize) -> Option<Self> {
        let start = line[at..].trim_start_matches([' ', '\t']);
        if let Some((target, behind)) = target(start)
            && let Some(found) = Self::of(line, behind).filter(|found| found.has_equals_sign(line))
        {
            return Some(Self { target: Some(target), ..found });
        }
        Self::of(line, start)
    }

    /// Returns the assignment that `text`, the end of `line`, is.
    fn of(line: &'a str, text: &'a str) -> Option<Self> {
        // A list of commands in YAML has items.
        let mut rest = text.strip_prefix("- ").unwrap_or(text).trim_start_matches([' ', '\t']);
        for keyword in ["export", "local", "readonly", "declare", "typeset", "set"] {
            if let Some(behind) = rest.strip_prefix(keyword).filter(|behind| gap(behind) > 0) {
                rest = behind.trim_start_matches([' ', '\t']);
                let options = rest.strip_prefix('-').and_then(|options| options.split_once(' '));
                rest = options.map_or(rest, |(_, behind)| behind.trim_start_matches([' ', '\t']));
            }
        }
        // PowerShell writes `$NAME = value`.
        let rest = rest.strip_prefix('$').unwrap_or(rest);
        let (name, rest) = rest.split_at(name_length(rest));
        let sign = rest.trim_start_matches([' ', '\t']);
        let operator = sign.trim_start_matches([':', '?', '+']);
        let appends = sign.starts_with('+');
        // YAML writes `NAME: value`.
        let value = match operator.strip_prefix('=') {
            Some(value) => value,
            None => operator.strip_prefix(' ').filter(|_| sign.starts_with(": "))?,
        };
        let value = &value[gap(value)..];
        let value = value.strip_prefix(quote(value).unwrap_or("(")).unwrap_or(value);
        let value = &value[gap(value)..];
        (!name.is_empty()).then_some(Self { name, target: None, appends, value: line.len() - value.len() })
    }

    /// Whether it is written with `=`, and not as an entry of YAML.
    fn has_equals_sign(&self, line: &str) -> bool {
        line[..self.value].trim_end_matches(['"', '\'', '\\', '(', ' ', '\t', '\n', '\r']).ends_with('=')
    }
}

/// Returns the targets that `text` opens with, and what follows them.
fn target(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.%/ ".contains(letter)))?;
    let behind = text[end..].strip_prefix(": ")?;
    (end > 0).then_some((text[..end].trim_end(), behind.trim_start_matches([' ', '\t'])))
}

/// A reference to a variable: `$NAME`, `${NAME}`, `${NAME[@]}`, `$(NAME)`, `{{NAME}}`, `{{.NAME}}`, `%NAME%`.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) length: usize,
}

impl<'a> Reference<'a> {
    /// Returns the reference that `text` opens with.
    pub(super) fn at(text: &'a str) -> Option<Self> {
        let forms = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("$", ""), ("%", "%")];
        let (inner, end) = forms.iter().find_map(|(start, end)| Some((text.strip_prefix(start)?, *end)))?;
        let inner = if end == "}}" { inner.trim_start_matches([' ', '.']) } else { inner };
        let (name, rest) = inner.split_at(name_length(inner));
        let rest = match end {
            "}}" => rest.trim_start_matches(' '),
            "}" => rest.strip_prefix("[@]").or_else(|| rest.strip_prefix("[*]")).unwrap_or(rest),
            _ => rest,
        };
        let rest = rest.strip_prefix(end)?;
        (!name.is_empty()).then_some(Self { name, length: text.len() - rest.len() })
    }
}

fn name_length(text: &str) -> usize {
    let end =
        text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    if text.starts_with(|letter: char| letter.is_ascii_digit()) { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_assignments_of_shells_make_just_and_yaml() {
        for line in [
            "A=x",
            "A := x",
            "  export A=\"x",
            "A ?= x",
            "A=(x",
            "A: 'x",
            "A ::= x",
            "$A = x",
            "set A=x",
            "- A=x",
            "declare -a A=(x",
            "A = \\\n x",
            "A=( \\\r\n x",
        ] {
            let assignment = Assignment::at(line, 0).unwrap();
            assert_eq!((assignment.name, &line[assignment.value..]), ("A", "x"), "{line}");
            assert!(assignment.target.is_none(), "{line}");
        }
        for line in ["A x", "=x", "A:x", "1=x", "- A"] {
            assert!(Assignment::at(line, 0).is_none(), "{line}");
        }
    }

    #[test]
    fn reads_references_with_their_brackets() {
        for text in ["$A x", "${A} x", "${A[@]} x", "$(A) x", "{{A}} x", "{{ .A }} x", "%A% x"] {
            let reference = Reference::at(text).unwrap();
            assert_eq!((reference.name, &text[reference.length..]), ("A", " x"), "{text}");
        }
        assert!(Reference::at("$(A B)").is_none());
        assert!(Reference::at("$1").is_none());
    }

    #[test]
    fn a_target_has_variables_of_its_own() {
        for line in ["a b: A = x", "a b: A := x", "a b: export A=x", "a b:  A += x"] {
            let assignment = Assignment::at(line, 0).unwrap();
            assert_eq!((assignment.target, assignment.name), (Some("a b"), "A"), "{line}");
        }
        for line in ["a: A: x", "a: b", "a = b: c = d"] {
            assert!(Assignment::at(line, 0).is_none_or(|found| found.target.is_none()), "{line}");
        }
    }
}
