//! The Compose files that a `devcontainer.json` names: `"dockerComposeFile": ["a.yml", "b.yml"]`.

use super::command::Command;
use super::variables::Options;
use crate::text::lines;

/// The key of the files.
const KEY: &str = "\"dockerComposeFile\"";

/// Returns the files that `text`, JSON with comments, names, as a command does.
pub(super) fn files(text: &str) -> Option<Command> {
    let mut behind = 0;
    let (line, at) = (1..).zip(lines(text)).find_map(|(number, line)| {
        let start = behind;
        behind += line.len();
        let at = line.find(KEY).filter(|_| !is_comment(line))?;
        Some((number, start + at + KEY.len()))
    })?;
    let mut rest = behind_space(&text[at..]).strip_prefix(':')?;
    rest = behind_space(rest);
    let mut options = Options::default();
    if let Some(items) = rest.strip_prefix('[') {
        rest = behind_space(items);
        while !rest.starts_with(']') {
            let (file, behind) = string(rest)?;
            options.files.push(file.to_owned());
            if !options.are_few() {
                return None;
            }
            rest = behind_space(behind);
            rest = behind_space(rest.strip_prefix(',').unwrap_or(rest));
        }
    } else {
        options.files.push(string(rest)?.0.to_owned());
    }
    let Options { files, project_directory } = options;
    (!files.is_empty()).then_some(Command { line, directory: None, files, project_directory })
}

/// Whether `line` is a comment.
fn is_comment(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with("//")
}

/// Returns the string that `text` opens with, and what follows it; none with an escape, which no path needs.
fn string(text: &str) -> Option<(&str, &str)> {
    let (string, behind) = text.strip_prefix('"')?.split_once('"')?;
    (!string.contains(['\\', '\n'])).then_some((string, behind))
}

/// Returns `text` without the white space and the comments of one line that it opens with.
fn behind_space(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("//") {
        rest = comment.find('\n').map_or("", |end| comment[end..].trim_start());
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_one_file_or_several() {
        for (text, line, expected) in [
            ("{\"dockerComposeFile\": \"a.yml\"}", 1, "a.yml"),
            ("{\n  \"dockerComposeFile\":[\n\"../a.yml\", // base\n \"b.yml\",\n]\n}", 2, "../a.yml b.yml"),
            ("{\n\n// \"dockerComposeFile\": \"x\",\n\"dockerComposeFile\" : [\"a\"]}", 4, "a"),
        ] {
            let command = files(text).unwrap();
            assert_eq!((command.line, command.files.join(" ").as_str()), (line, expected), "{text}");
        }
        for text in [
            "{}",
            "\"dockerComposeFile\"",
            "\"dockerComposeFile\": [",
            "\"dockerComposeFile\": []",
            "\"dockerComposeFile\": [\"a\", 1]",
            "\"dockerComposeFile\": \"a\\u0062\"",
            "// \"dockerComposeFile\": \"a\"",
        ] {
            assert_eq!(files(text), None, "{text}");
        }
    }
}
