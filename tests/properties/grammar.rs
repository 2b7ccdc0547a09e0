//! A grammar of Compose projects: numbers in, the texts of one to four files out.
//!
//! Every number chooses; where they end, the simplest alternative is taken. So what fails can be made small.

use super::values::OTHERS;

/// Numbers to choose by.
pub(crate) struct Choices<'c>(std::slice::Iter<'c, u32>);

impl<'c> Choices<'c> {
    pub(crate) fn new(numbers: &'c [u32]) -> Self {
        Self(numbers.iter())
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0.next().map_or(0, |number| *number as usize % bound)
    }

    /// Returns true once in `count` times; false where the numbers have ended.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn of<'t, T>(&mut self, alternatives: &'t [T]) -> &'t T {
        &alternatives[self.below(alternatives.len())]
    }
}

/// Writes one file.
pub(crate) struct Grammar<'g> {
    pub(crate) choices: Choices<'g>,
    pub(crate) eol: &'static str,
    pub(crate) step: usize,
    pub(crate) indentless: bool,
    text: String,
    /// Whether lines get comments and blank lines between them.
    comments: bool,
    /// Whether the file lies over others.
    layer: bool,
    /// Anchors of mappings that can be merged from here on.
    anchors: Vec<String>,
    /// How many lists have an anchor so far: `l0`, `l1` and so on.
    lists: usize,
}

/// A project's files, the base first.
pub(crate) struct Project {
    pub(crate) texts: Vec<String>,
    /// Whether the base includes the second file.
    pub(crate) includes: bool,
}

/// Mappings that are merged where they are written.
const INLINE: [&str; 3] = [
    "{ user: \"5\" }",
    "{ security_opt: [no-new-privileges=true], cap_drop: [ALL] }",
    "{ <<: { security_opt: [no-new-privileges=true] }, security_opt: [] }",
];

const OPTIONS: [&str; 4] = ["user", "runtime", "security_opt", "cap_drop"];
const NAMES: [&str; 6] = ["web", "db", "\"quoted\"", "'single'", "web.1", "_x-y.z"];

/// Returns a project.
pub(crate) fn project(choices: &mut Choices<'_>) -> Project {
    let includes = choices.one_in(12);
    let mut texts = vec![file(choices, true, includes)];
    while texts.len() < 4 && (choices.one_in(3) || includes && texts.len() == 1) {
        let base = includes && texts.len() == 1;
        texts.push(file(choices, base, false));
    }
    Project { texts, includes }
}

fn file(choices: &mut Choices<'_>, base: bool, includes: bool) -> String {
    let eol = *choices.of(&["\n", "\n", "\r\n"]);
    let (step, indentless) = (1 + (choices.below(5) + 1) % 5, choices.one_in(2));
    let comments = choices.one_in(2);
    let mark = choices.one_in(6);
    let mut grammar = Grammar {
        choices: Choices(choices.0.clone()),
        eol,
        step,
        indentless,
        text: if mark { "\u{feff}".to_owned() } else { String::new() },
        comments,
        layer: !base,
        anchors: Vec::new(),
        lists: 0,
    };
    grammar.root(base, includes);
    *choices = grammar.choices;
    grammar.text
}

impl Grammar<'_> {
    fn root(&mut self, base: bool, includes: bool) {
        let column = if self.choices.one_in(8) { self.step } else { 0 };
        if self.choices.one_in(6) {
            self.line(0, "# a licence");
            self.text.push_str(self.eol);
        }
        if self.choices.one_in(8) {
            self.line(0, "---");
        }
        if self.choices.one_in(5) {
            self.entry(column, "name", "shop");
        }
        if includes {
            let value = *self.choices.of(&["[b.yaml]", "[{path: b.yaml}]", "[{path: [\"b.yaml\"]}]"]);
            self.entry(column, "include", value);
        }
        self.document(column, base);
        if self.choices.one_in(12) {
            self.line(0, "---");
            self.document(0, base);
        }
        if self.comments && self.choices.one_in(3) {
            self.comment(column);
        }
        if self.choices.one_in(4) {
            self.text.truncate(self.text.trim_end().len());
        }
    }

    fn document(&mut self, column: usize, base: bool) {
        for number in 0..self.choices.below(3) {
            let name = format!("t{number}");
            self.mapping(column, &format!("x-{name}"), Some(name.clone()), false, None);
        }
        if self.choices.one_in(12) {
            self.flow_services(column);
        } else {
            self.open(column, "services", "");
            let first = self.choices.below(NAMES.len());
            for number in 0..=self.choices.below(4) {
                let name = NAMES[(first + number) % NAMES.len()];
                let anchor = self.choices.one_in(3).then(|| format!("s{number}"));
                let image = base || self.choices.one_in(2);
                let extends = (number > 0 && self.choices.one_in(8)).then(|| NAMES[first]);
                self.mapping(column + self.step, name, anchor, image, extends);
            }
        }
        if self.choices.one_in(3) {
            self.open(column, "volumes", "");
            self.line(column + self.step, "a:");
        }
    }

    fn flow_services(&mut self, column: usize) {
        let separator = self.flow_separator(column);
        let web =
            *self.choices.of(&["{image: a}", "{\"image\": 'a', user: \"\"}", "{ image: a, cap_drop: [ ] }"]);
        let separator = if self.choices.one_in(2) { separator } else { ", ".to_owned() };
        self.entry(column, "services", &format!("{{web: {web}{separator}db: {{image: b}}}}"));
    }

    /// Writes a mapping of a service's keys: a template or a service.
    fn mapping(
        &mut self,
        indent: usize,
        key: &str,
        anchor: Option<String>,
        image: bool,
        extends: Option<&str>,
    ) {
        let anchored = anchor.as_ref().map_or(String::new(), |anchor| format!("&{anchor} "));
        let inner = indent + if self.choices.one_in(6) { 1 + self.choices.below(7) } else { self.step };
        if self.choices.one_in(7) {
            let merge = match self.anchors.last() {
                Some(anchor) if self.choices.one_in(2) => format!("<<: *{anchor}, "),
                _ => String::new(),
            };
            self.entry(indent, key, &format!("{anchored}{{{merge}image: a, runtime: \"runc\"}}"));
        } else if !self.anchors.is_empty() && anchor.is_none() && self.choices.one_in(10) {
            let target = self.choices.of(&self.anchors.clone()).clone();
            self.entry(indent, key, &format!("*{target}"));
        } else {
            self.open(indent, key, anchored.trim_end());
            let merge_at = self.choices.below(3);
            let mut written = 0;
            if merge_at == 1 {
                self.merge(inner);
            }
            if let Some(service) = extends {
                let value = if self.choices.one_in(2) {
                    format!("{{service: {service}}}")
                } else {
                    service.to_owned()
                };
                self.entry(inner, "extends", &value);
                written += 1;
            }
            if image || self.choices.one_in(2) {
                self.scalar_entry(inner, "image", "nginx:1.27");
                written += 1;
            }
            let start = self.choices.below(OTHERS.len());
            for number in 0..self.choices.below(4) {
                self.other_entry(inner, OTHERS[(start + number) % OTHERS.len()]);
                written += 1;
            }
            for key in OPTIONS {
                if self.choices.one_in(4) {
                    self.option_entry(inner, key);
                    written += 1;
                }
            }
            if merge_at == 2 {
                self.merge(inner);
            }
            if written == 0 {
                self.entry(inner, "tty", "true");
            }
        }
        self.anchors.extend(anchor);
    }

    fn merge(&mut self, indent: usize) {
        let Some(last) = self.anchors.last().cloned() else { return };
        let first = self.anchors[0].clone();
        match self.choices.below(6) {
            0 => self.entry(indent, "<<", &format!("*{last}")),
            1 => self.entry(indent, "<<", &format!("[*{last}]")),
            2 => self.entry(indent, "<<", &format!("[ *{last} , *{first} ]")),
            3 => {
                let inline = *self.choices.of(&INLINE);
                self.entry(indent, "<<", inline);
            }
            4 => {
                self.open(indent, "<<", "");
                self.line(indent + if self.indentless { 0 } else { self.step }, &format!("- *{last}"));
            }
            _ => {
                self.open(indent, "<<", "");
                self.entry(indent + self.step, "<<", &format!("*{last}"));
                self.entry(indent + self.step, "privileged", "false");
            }
        }
    }

    /// An anchor for a list, or an alias of an earlier one.
    pub(crate) fn list_anchor(&mut self) -> Option<String> {
        if !self.choices.one_in(8) {
            return None;
        }
        if self.lists > 0 && self.choices.one_in(2) {
            return Some(format!("*l{}", self.choices.below(self.lists)));
        }
        self.lists += 1;
        Some(format!("&l{}", self.lists - 1))
    }

    /// A tag that says how a layer's value is merged, with a space after it; nothing in a base.
    pub(crate) fn layer_tag(&mut self) -> &'static str {
        if self.layer && self.choices.one_in(10) {
            self.choices.of::<&str>(&["!reset ", "!override "])
        } else {
            ""
        }
    }

    /// What stands between the entries of a flow collection on several lines.
    pub(crate) fn flow_separator(&mut self, indent: usize) -> String {
        let comment = if self.comments && self.choices.one_in(2) { " # in here: [, too" } else { "" };
        format!(",{comment}{}{}", self.eol, " ".repeat(indent + self.step + 2))
    }

    /// Writes the key of a collection in block style, with its properties.
    pub(crate) fn open(&mut self, indent: usize, key: &str, properties: &str) {
        let space = if properties.is_empty() { "" } else { " " };
        self.line(indent, &format!("{key}:{space}{properties}"));
    }

    /// Writes an entry with its value after the key.
    pub(crate) fn entry(&mut self, indent: usize, key: &str, value: &str) {
        match self.choices.below(12) {
            10 => self.line(indent, &format!("{key} :  {value}")),
            // A merge key stays plain.
            11 if key != "<<" && !key.starts_with('"') && !key.starts_with('\'') => {
                self.line(indent, &format!("\"{key}\": {value}"));
            }
            _ => self.line(indent, &format!("{key}: {value}")),
        }
    }

    /// Writes an entry with a block scalar, whose lines are as they are.
    pub(crate) fn raw_entry(&mut self, indent: usize, key: &str, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(key);
        self.text.push_str(": ");
        self.text.push_str(text);
        self.text.push_str(self.eol);
    }

    pub(crate) fn line(&mut self, indent: usize, content: &str) {
        if self.comments {
            match self.choices.below(8) {
                5 => self.text.push_str(self.eol),
                6 => self.comment(indent),
                7 => self.comment(0),
                _ => {}
            }
        }
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(content);
        if self.comments && self.choices.one_in(6) {
            self.text.push_str(" # why: *not");
        }
        self.text.push_str(self.eol);
    }

    fn comment(&mut self, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str("# a comment: [of, \"its\" own]");
        self.text.push_str(self.eol);
    }
}
