//! What `devcontainer.json` names.

use crate::Folder;

#[test]
fn names_the_files_of_an_editor() {
    let folder = Folder::new(&["compose.yml", ".devcontainer/compose.yml", "x.yml"]);
    folder.put(
        ".devcontainer/devcontainer.json",
        "{\n  // \"dockerComposeFile\": \"x.yml\",\n  \"dockerComposeFile\": [\"../compose.yml\", \"compose.yml\"]\n}\n",
    );
    folder.put(".devcontainer.json", "{\"dockerComposeFile\": \"x.yml\"}");
    let expected = [
        "Names: compose.yml",
        ".devcontainer/devcontainer.json:3: compose.yml + .devcontainer/compose.yml",
        ".devcontainer.json:1: x.yml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn is_read_in_each_of_its_places_and_forms() {
    let files = ["compose.yml", ".devcontainer/compose.yml", ".devcontainer/b/compose.yml", "x.yml"];
    for (path, text, expected) in [
        (
            ".devcontainer/devcontainer.json",
            "{ // see https://containers.dev\n  /* \"dockerComposeFile\": \"x.yml\", */\n\"a\": 1, \"dockerComposeFile\": \
             [\"../compose.yml\", /* ours */ \"compose.yml\",],\n}\n",
            "3: compose.yml + .devcontainer/compose.yml",
        ),
        (
            ".devcontainer/devcontainer.json",
            "{\"dockerComposeFile\": [\"${localWorkspaceFolder}/compose.yml\", \"compose.yml\"]}",
            "1: compose.yml + .devcontainer/compose.yml",
        ),
        (
            ".devcontainer/b/devcontainer.json",
            "{\"dockerComposeFile\": [\"${localWorkspaceFolder}/compose.yml\", \"../compose.yml\", \"compose.yml\"]}",
            "1: compose.yml + .devcontainer/compose.yml + .devcontainer/b/compose.yml",
        ),
        (
            ".devcontainer.json",
            "{\"dockerComposeFile\": [\"${localWorkspaceFolder}/compose.yml\", \"x.yml\"]}",
            "1: compose.yml + x.yml",
        ),
    ] {
        let folder = Folder::new(&files);
        folder.put(path, text);
        assert_eq!(folder.discover(&["."]), ["Names: compose.yml".to_owned(), format!("{path}:{expected}")]);
    }
    // No deeper than the editors look.
    let folder = Folder::new(&["compose.yml", "x.yml"]);
    folder.put(".devcontainer/a/b/devcontainer.json", "{\"dockerComposeFile\": \"../../../x.yml\"}");
    assert_eq!(folder.discover(&["."]), ["Names: compose.yml"]);
}
