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
        let value = match self.choices.below(11) {
            0 | 1 => word.to_owned(),
            2 => format!("'{word} it''s'"),
            3 => format!("\"{word} \\\"\\u00e9\\n\""),
            4 => format!("{word}{eol}{deeper}more{eol}{eol}{deeper}words"),
            5 => format!("\"{word} \\{eol}{deeper}more{eol}{eol}{deeper}\""),
            6 => format!("!!str {word}"),
            7 => format!("'{word}{eol}{eol}{deeper}it''s more'"),
            8 => {
                // The indentation indicator counts from the mapping's column, and the first line has a space more.
                let digit = self.step.min(9);
                let text = format!("|{digit}-{eol}{}word{eol}{deeper}end", " ".repeat(indent + digit + 1));
                return self.raw_entry(indent, key, &text);
            }
            number => {
                let style = if number == 9 { '|' } else { '>' };
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
        let anchor = self.list_anchor().unwrap_or_default();
        if anchor.starts_with('*') {
            return self.entry(indent, key, &anchor);
        }
        let properties = format!("{}{anchor}", self.layer_tag());
        if items.is_empty() || self.choices.one_in(3) {
            let separator =
                if self.choices.one_in(4) { self.flow_separator(indent) } else { ", ".to_owned() };
            let comma = if !items.is_empty() && self.choices.one_in(5) { "," } else { "" };
            let list = format!("{properties} [{}{comma}]", items.join(&separator));
            return self.entry(indent, key, list.trim_start());
        }
        self.open(indent, key, properties.trim_end());
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
                let tag = self.layer_tag();
                self.entry(indent, key, &format!("{tag}{value}"));
            }
            "runtime" => {
                let value = *self.choices.of(&["runc", "\"\"", "'nvidia'"]);
                self.entry(indent, key, value);
            }
            _ => {
                let items = *self.choices.of(&[
                    &[][..],
                    &["\"seccomp:unconfined\""],
                    &["A", "'B'"],
                    &["no-new-privileges=true"],
                    &["\"no-new-privileges=${NNP:-true}\""],
                ]);
                self.list_entry(indent, key, items);
            }
        }
    }
}
