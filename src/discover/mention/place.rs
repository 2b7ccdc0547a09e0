//! Where in a line something is: a line of a shell may have several commands, some of which depend on others.

use super::branches::{Branch, Branches, Conditions};

/// A place in a line.
pub(super) struct Place {
    line: Conditions,
    /// How many branches of the line end before it, and whether there is one at all.
    inner: Option<usize>,
    block: Option<Branch>,
}

impl Place {
    /// Returns the beginning of a line under `conditions`.
    pub(super) fn new(conditions: Conditions) -> Self {
        Self { line: conditions, inner: None, block: None }
    }

    /// The conditions of the whole line.
    pub(super) fn of_line(&self) -> &Conditions {
        &self.line
    }

    /// Goes on over what is at `at` in `line`.
    pub(super) fn pass(&mut self, line: &str, at: usize) {
        let rest = &line.as_bytes()[at..];
        let turns = match rest.first() {
            Some(b'|') => rest.starts_with(b"||"),
            Some(b';') => rest.starts_with(b";;"),
            Some(b'e') => (rest.starts_with(b"else ") || rest.starts_with(b"elif ")) && is_start(line, at),
            Some(b'&') if rest.starts_with(b"&&") => false,
            Some(b'{') if rest.starts_with(b"{ ") => false,
            _ => return,
        };
        self.inner = Some(self.inner.unwrap_or(0) + usize::from(turns));
    }

    /// The conditions of what is here, for a `target` of a Makefile alone or for all; what comes after another command
    /// may depend on that.
    pub(super) fn conditions(&mut self, target: Option<&str>, branches: &mut Branches) -> Conditions {
        let mut conditions = self.line.clone();
        let mut add = |branch: Branch| {
            if let Some(narrower) = conditions.with(&branch.alone()) {
                conditions = narrower;
            }
        };
        if let Some(number) = self.inner {
            let first = *self.block.get_or_insert_with(|| branches.fresh());
            add(first.after(number));
        }
        if let Some(target) = target {
            add(branches.target(target));
        }
        conditions
    }
}

/// Whether a command of a shell may start at `at` in `line`.
pub(super) fn is_start(line: &str, at: usize) -> bool {
    if at == 0 {
        return true;
    }
    let bytes = line.as_bytes();
    let opens = |letter: u8| letter.is_ascii_alphabetic() || letter == b'_';
    if !opens(bytes[at]) || !matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'{' | b')')
    {
        return false;
    }
    let before = line[..at].trim_end_matches([' ', '\t', '\n', '\r', '\\']);
    before.ends_with([';', '&', '|', '{', ')'])
        || ["then", "do", "else"]
            .iter()
            .any(|word| before.strip_suffix(word).is_some_and(|rest| rest.ends_with([' ', ';'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_start_after_each_other() {
        let line = "a; b && c || { d; if e; then f; else g h; fi; x) i";
        let starts: Vec<char> =
            line.char_indices().filter(|(at, _)| is_start(line, *at)).map(|(_, letter)| letter).collect();
        assert_eq!(starts.iter().collect::<String>(), "abcditfegfxi");
    }

    #[test]
    fn what_comes_after_another_command_may_depend_on_it() {
        for (line, excludes) in [
            ("a && b || c", true),
            ("if a; then b; else c; fi", true),
            ("case a in x) b;; *) c;; esac", true),
            ("a && { b; c; }", false),
        ] {
            let mut branches = Branches::default();
            let mut place = Place::new(Conditions::default());
            let mut found = Vec::new();
            for (at, letter) in line.char_indices() {
                place.pass(line, at);
                if is_start(line, at) && ['b', 'c'].contains(&letter) && !line[at..].starts_with("ca") {
                    found.push(place.conditions(None, &mut branches));
                }
            }
            let [one, other] = &found[..] else { panic!("{line}") };
            assert_eq!(one.with(other).is_none(), excludes, "{line}");
        }
    }
}
