//! The Compose files that a `devcontainer.json` names: `"dockerComposeFile": ["a.yml", "b.yml"]`.

use std::path::Path;

use memchr::memmem;
use serde_json::Value;

use super::command::Command;
use super::json;
use super::variables::Options;

/// The key of the files.
const KEY: &str = "dockerComposeFile";

/// The directory in which a project has its configuration, or a directory for each of several.
pub(super) const DIRECTORY: &str = ".devcontainer";

/// The name of a configuration in such a directory.
pub(super) const NAME: &str = "devcontainer.json";

/// How a configuration writes the directory that an editor opens.
const WORKSPACE: &str = "${localWorkspaceFolder}";

/// Returns the files that `text`, JSON with comments in the file at `path`, names, as a command does.
pub(super) fn files(text: &str, path: &Path) -> Option<Command> {
    let json = json::plain(text.trim_start_matches('\u{feff}'));
    let mut options = Options::default();
    let workspace = workspace(path);
    let mut add = |file: &Value| {
        let file = file.as_str()?;
        options.files.push(match file.strip_prefix(WORKSPACE) {
            Some(below) => format!("{workspace}{below}"),
            None => file.to_owned(),
        });
        options.are_few().then_some(())
    };
    match serde_json::from_slice::<Value>(&json).ok()?.get(KEY)? {
        Value::Array(files) => files.iter().try_for_each(&mut add)?,
        file => add(file)?,
    }
    let Options { files, project_directory } = options;
    let before = &json[..memmem::find(&json, KEY.as_bytes()).unwrap_or(0)];
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    (!files.is_empty()).then_some(Command { line, directory: None, files, project_directory })
}

/// Returns the way from the configuration at `path` to the directory that an editor opens, which has it or its directory.
fn workspace(path: &Path) -> &'static str {
    let is_directory =
        |above: usize| path.ancestors().nth(above).is_some_and(|above| above.ends_with(DIRECTORY));
    if is_directory(1) {
        ".."
    } else if is_directory(2) {
        "../.."
    } else {
        "."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_one_file_or_several() {
        let path = Path::new("/a/.devcontainer.json");
        for (text, line, expected) in [
            ("{\"dockerComposeFile\": \"a.yml\"}", 1, "a.yml"),
            ("{\n  \"dockerComposeFile\":[\n\"../a.yml\", // base\n \"b.yml\",\n]\n}", 2, "../a.yml b.yml"),
            ("{\n\n// \"dockerComposeFile\": \"x\",\n\"dockerComposeFile\" : [\"a\"]}", 4, "a"),
            (
                "\u{feff}{ // a\n/* \"dockerComposeFile\": \"x\", */ \"dockerComposeFile\": \"a\\u0062\",\n}",
                2,
                "ab",
            ),
            ("{\"b\": \"//\", \"dockerComposeFile\": [\"${localWorkspaceFolder}/a\"]}", 1, "./a"),
        ] {
            let command = files(text, path).unwrap();
            assert_eq!((command.line, command.files.join(" ").as_str()), (line, expected), "{text}");
        }
        for text in [
            "{}",
            "[\"dockerComposeFile\"]",
            "{\"dockerComposeFile\"}",
            "{\"dockerComposeFile\": [",
            "{\"dockerComposeFile\": []}",
            "{\"dockerComposeFile\": [\"a\", 1]}",
            "{\"dockerComposeFile\": null}",
            "{\"customizations\": {\"dockerComposeFile\": \"a\"}}",
            "// {\"dockerComposeFile\": \"a\"}",
        ] {
            assert_eq!(files(text, path), None, "{text}");
        }
        let many = format!("{{\"dockerComposeFile\": [{}\"a\"]}}", "\"a\",".repeat(10_000));
        assert_eq!(files(&many, path), None);
        assert_eq!(files(&"[".repeat(1 << 20), path), None);
    }

    #[test]
    fn the_directory_that_an_editor_opens_holds_the_configuration() {
        let text = "{\"dockerComposeFile\": \"${localWorkspaceFolder}/a.yml\"}";
        for (path, expected) in [
            ("/b/.devcontainer.json", "./a.yml"),
            ("/b/.devcontainer/devcontainer.json", "../a.yml"),
            ("/b/.devcontainer/c/devcontainer.json", "../../a.yml"),
        ] {
            assert_eq!(files(text, Path::new(path)).unwrap().files, [expected], "{path}");
        }
    }
}
