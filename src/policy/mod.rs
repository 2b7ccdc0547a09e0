//! What hardening means: the block's name, its options, and their values.

use crate::yaml::{ScalarType, Style, resolve_plain};

/// The value of a hardening option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A string.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
}

/// The hardening that services get where they say nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The top-level key of the block.
    pub key: String,
    /// The anchor of the block, where the file does not use that name.
    pub anchor: String,
    /// The options in order.
    pub options: Vec<(String, OptionValue)>,
}

impl Default for Policy {
    /// No new privileges, no capabilities, a user that is not root, and a sandbox of its own.
    fn default() -> Self {
        let list = |item: &str| OptionValue::List(vec![item.to_owned()]);
        let text = |text: &str| OptionValue::Text(text.to_owned());
        let options = [
            ("security_opt", list("no-new-privileges=true")),
            ("cap_drop", list("ALL")),
            ("user", text("${UID:-1000}:${GID:-1000}")),
            ("runtime", text("runsc")),
        ];
        Self {
            key: "x-common-hardening-opts".to_owned(),
            anchor: "hardening".to_owned(),
            options: options.map(|(key, value)| (key.to_owned(), value)).into(),
        }
    }
}

impl Policy {
    /// Returns the lines of the block in block style, without line ends.
    #[must_use]
    pub fn block_lines(&self, anchor: &str, style: Style) -> Vec<String> {
        let indentation = " ".repeat(style.step);
        let item_indentation = " ".repeat(style.step + style.sequence);
        let mut lines = vec![format!("{}: &{anchor}", self.key)];
        for (key, value) in &self.options {
            match value {
                OptionValue::Text(text) => lines.push(format!("{indentation}{key}: {}", scalar(text))),
                OptionValue::List(items) => {
                    lines.push(format!("{indentation}{key}:"));
                    lines.extend(items.iter().map(|item| format!("{item_indentation}- {}", scalar(item))));
                }
            }
        }
        lines
    }

    /// Returns the block in flow style, as an entry of a flow mapping.
    #[must_use]
    pub fn block_flow(&self, anchor: &str) -> String {
        let options = self.options.iter().map(|(key, value)| match value {
            OptionValue::Text(text) => format!("{key}: {}", scalar(text)),
            OptionValue::List(items) => {
                format!("{key}: [{}]", items.iter().map(|item| scalar(item)).collect::<Vec<_>>().join(", "))
            }
        });
        format!("{}: &{anchor} {{{}}}", self.key, options.collect::<Vec<_>>().join(", "))
    }
}

/// Writes a string as a scalar: plain where it is a word, double-quoted otherwise.
fn scalar(text: &str) -> String {
    if is_plain_word(text) {
        return text.to_owned();
    }
    let is_plain = |character: char| !matches!(character, '"' | '\\') && (' '..='~').contains(&character);
    if text.chars().all(is_plain) {
        return format!("\"{text}\"");
    }
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Writes a character of a double-quoted scalar (YAML 1.2.2, 5.7).
fn escaped(character: char) -> String {
    match character {
        '"' | '\\' => format!("\\{character}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
            format!("\\u{:04x}", u32::from(character))
        }
        _ => character.to_string(),
    }
}

/// Whether `text` can stand without quotes, and is a string for YAML 1.1 as well as for YAML 1.2.2.
fn is_plain_word(text: &str) -> bool {
    const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && resolve_plain(text) == ScalarType::String
        && !BOOLEANS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_default_block_as_documented() {
        let lines = Policy::default().block_lines("hardening", Style { step: 2, sequence: 2 });
        let expected = r#"x-common-hardening-opts: &hardening
  security_opt:
    - "no-new-privileges=true"
  cap_drop:
    - ALL
  user: "${UID:-1000}:${GID:-1000}"
  runtime: runsc"#;
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn quotes_what_would_be_no_string_or_no_character_of_a_line() {
        for word in ["true", "Null", "no", "ON", "1000", "", "a b"] {
            assert_eq!(scalar(word), format!("\"{word}\""));
        }
        assert_eq!(scalar("a\"\\\n\t\u{85}\u{7}"), r#""a\"\\\n\t\u0085\u0007""#);
        assert_eq!(scalar("runsc"), "runsc");
    }
}
