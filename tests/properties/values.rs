//! Values in every style that YAML has.

use super::grammar::Grammar;

/// The keys of a service that are not about hardening, with values for which every style is right.
pub(crate) const OTHERS: [&str; 6] =
    ["container_name", "hostname", "command", "labels", "environment", "volumes"];

impl Grammar<'_> {
    /// Writes `key` and a scalar in any style, at column `indent`.
    pub(crate) fn scalar_entry(&mut self, indent: usize, key: &str, word: &str) {
        let deeper = " ".repeat(indent + self.step + 1);
        let eol = self.eol;
        let value = match self.choices.below(9) {
            0 | 1 => word.to_owned(),
            2 => format!("'{word} it''s'"),
            3 => format!("\"{word} \\\"\\u00e9\\n\""),
            4 => format!("{word}{eol}{deeper}more{eol}{eol}{deeper}words"),
            5 => format!("\"{word} \\{eol}{deeper}more{eol}{eol}{deeper}\""),
            6 => format!("!!str {word}"),
            number => {
                let style = if number == 7 { '|' } else { '>' };
                let chomp = *self.choices.of(&["", "-", "+"]);
                let blank = if self.choices.one_in(3) { eol.to_owned() + eol } else { String::new() };
                let text = format!(
                    "{style}{chomp}{eol}{deeper}{word}{eol}{eol}{deeper} # text{eol}{deeper}end{blank}"
                );
                return self.raw_entry(indent, key, &text);
            }
        };
        self.entry(indent, key, &value);
    }

    /// Writes `key` and a list in any style, at column `indent`.
    pub(crate) fn list_entry(&mut self, indent: usize, key: &str, items: &[&str]) {
        if items.is_empty() || self.choices.one_in(3) {
            let separator = if self.choices.one_in(4) {
                format!(",{}{}", self.eol, " ".repeat(indent + self.step + 2))
            } else {
                ", ".to_owned()
            };
            let last = if !items.is_empty() && self.choices.one_in(5) { "," } else { "" };
            return self.entry(indent, key, &format!("[{}{last}]", items.join(&separator)));
        }
        self.open(indent, key, "");
        let column = indent + if self.indentless { 0 } else { self.step };
        for item in items {
            let spaces = " ".repeat(1 + self.choices.below(2));
            self.line(column, &format!("-{spaces}{item}"));
        }
    }

    /// Writes an entry that has nothing to do with hardening.
    pub(crate) fn other_entry(&mut self, indent: usize, key: &str) {
        match key {
            "volumes" => self.list_entry(indent, key, &["a:/b", "\"c:/d\"", "'/e'"]),
            "labels" | "environment" => {
                if self.choices.one_in(3) {
                    return self.entry(indent, key, "{A: \"b\", 'c.d': e, \"f\": }");
                }
                self.open(indent, key, "");
                let inner = indent + self.step;
                self.scalar_entry(inner, "A", "b");
                self.scalar_entry(inner, "\"user\"", "c");
            }
            key => self.scalar_entry(indent, key, "value"),
        }
    }

    /// Writes an entry of a hardening option as a service may set it.
    pub(crate) fn option_entry(&mut self, indent: usize, key: &str) {
        match key {
            "user" => {
                let value = *self.choices.of(&["\"\"", "root", "'1000:1000'", "\"${UID}\"", "20:20"]);
                self.entry(indent, key, value);
            }
            "runtime" => {
                let value = *self.choices.of(&["runc", "\"\"", "'nvidia'"]);
                self.entry(indent, key, value);
            }
            _ => {
                let items = *self.choices.of(&[&[][..], &["\"seccomp:unconfined\""], &["A", "'B'"]]);
                self.list_entry(indent, key, items);
            }
        }
    }
}
