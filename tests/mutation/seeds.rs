//! Texts to start from: the fixtures, and small ones by hand for what fixtures have little of.

use std::fs;
use std::path::Path;

/// Small streams of YAML, each with other productions.
const YAML: [&str; 24] = [
    "a: b\n",
    "- a\n- b: c\n  d: e\n- - f\n",
    "? a\n: b\n? - c\n: - d\n",
    "a: |\n  text\n\n  more\nb: >-\n  folded\n  text\n",
    "a: |+2\n    x\n\nb: >\n\n  y\n   z\n",
    "a: \"x\\n\\u00e9\\x41 \\\n  y\"\nb: 'it''s\n  long'\n",
    "{a: b, \"c\": d, ? e : f, g, 'h':i}\n",
    "[a, [b, c], {d: e}, f: g, ? h : i, *x]\n",
    "a: &x 1\nb: *x\nc: &y {<<: *x}\n",
    "%YAML 1.2\n---\na\n...\n%TAG !e! tag:e.org,2000:\n---\n!e!x y\n",
    "--- |\n text\n--- # comment\n- a\n...\n",
    "!!map {!!str a: !local b, ! c: !<tag:x> d}\n",
    "a: b # comment\n# another\nc:\n  # inside\n  - d # last\n",
    "a:\n- b\n-\n  - c\n- d:\n   e\n",
    "&a a: &b\n  &c c: !!str\n *a : *b\n",
    "plain: a b\n  c\n\n  d\nurl: http://x:80/#y\n",
    "\u{feff}# comment\n\na: 1\r\nb:\r\n  - 2\r\n",
    "\"a\": 'b'\n'c': \"d\"\n",
    "a:\n  - [\n    b,\n  ]\n  - {\n    c: d\n  }\n",
    "a: [\n]\nb: {\n}\nc:\td\n",
    "|\n a\n",
    "- |\n- >\n- |-\n\n- x\n",
    "- ? a\n- : b\n- -\n",
    "a: -1\nb: -\n",
];

/// Small Compose files, alone and in pairs.
const COMPOSE: [&[&str]; 22] = [
    &["services:\n  web:\n    image: nginx\n"],
    &["services: {web: {image: nginx}, db: {user: \"\"}}\n"],
    &["x-a: &a\n  user: root\nservices:\n  web:\n    <<: *a\n  db:\n    <<: [*a]\n"],
    &["x-a: &a {image: x}\nservices:\n  web: *a\n  db: &db\n    <<: {user: x}\n  c:\n    <<: *db\n"],
    &["services:\n  web:\n    image: x\n  web.1:\n    image: y\n    cap_drop: []\n"],
    &["x-t: &t\n  web: &w\n    image: x\nservices:\n  <<: *t\n  api:\n    <<: *w\n"],
    &[
        "services:\n  a:\n    extends: b\n  b:\n    image: x\n    security_opt: [\"no-new-privileges=false\"]\n",
    ],
    &["services:\n  a:\n    image: x\n---\nservices:\n  a:\n    user: \"0\"\n  b:\n    image: y\n"],
    &[
        "# head\n\nversion: \"3\"\n\n# services\nservices:\n\n  # web\n  web:   # the web\n    image: nginx # pinned\n",
    ],
    &["services:\n  web:\n    security_opt: !reset []\n    user: !override \"\"\n    image: x\n"],
    &[
        "x-common-hardening-opts: &hardening\n  user: \"1\"\nservices:\n  web:\n    <<: *hardening\n    image: x\n  b: {image: y}\n",
    ],
    &[
        "services:\n  web:\n    <<: &a\n      image: x\n    command: |\n      a\n\n  db:\n    image: y\n    command: >+\n      z\n\n",
    ],
    &["services:\n  web: {}\n  db:\n    image: x\nvolumes:\n  a:\n"],
    &["{\"services\": {\"web\": {\"image\": \"x\"}}}\n"],
    &["? services\n: ? web\n  : image: x\n"],
    &["services:\n  web:\n    image: x\n", "services:\n  web:\n    user: root\n  db:\n    image: y\n"],
    &[
        "services:\n  web:\n    extends: {file: b.yaml, service: base}\n    security_opt: [a]\n",
        "services:\n  base:\n    image: x\n",
    ],
    &[
        "include: [b.yaml, {path: [c.yaml, sub/d.yaml]}]\nservices:\n  web:\n    image: x\n",
        "services:\n  b:\n    image: x\n",
        "services:\n  c:\n    image: x\n",
        "services:\n  c:\n    user: y\n",
    ],
    &[
        "services:\n  web:\n    image: x\n    cap_drop: [NET_RAW]\n",
        "services:\n  web: !override\n    image: y\n",
        "services:\n  web:\n    security_opt: !override []\n",
    ],
    &[
        "services:\n  web:\n    image: x\n",
        "services:\n  web:\n    security_opt: [\"no-new-privileges=true\"]\n",
    ],
    &[
        "services:\n  a:\n    extends: {file: sub/d.yaml, service: d}\n",
        "services:\n  b:\n    extends: {file: sub/d.yaml, service: d}\n",
        "services:\n  c: {image: x}\n",
        "services:\n  d:\n    extends: e\n  e:\n    image: x\n    runtime: runc\n",
    ],
    &[
        "services:\n  web:\n    image: x\n",
        "services:\n  web: !reset null\n  db:\n    image: y\n    user: null\n",
    ],
];

/// Texts of one stream each; `root` is the folder of the repository.
pub(crate) fn streams(root: &Path) -> Vec<String> {
    let fixtures = projects(root).into_iter().flatten();
    YAML.iter().map(|text| (*text).to_owned()).chain(fixtures).collect()
}

/// Projects of one to four files each; `root` is the folder of the repository.
pub(crate) fn projects(root: &Path) -> Vec<Vec<String>> {
    let mut projects: Vec<Vec<String>> =
        COMPOSE.iter().map(|files| files.iter().map(|&text| text.into()).collect()).collect();
    let mut folders: Vec<_> = fs::read_dir(root.join("tests/fixtures"))
        .expect("the fixtures are there")
        .map(|entry| entry.expect("the fixtures can be read").path())
        .collect();
    folders.sort();
    for folder in folders {
        let mut files = Vec::new();
        yaml_files(&folder, &mut files);
        files.truncate(4);
        projects.push(files);
    }
    projects.retain(|files| !files.is_empty());
    projects
}

fn yaml_files(folder: &Path, texts: &mut Vec<String>) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("the fixtures can be read").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            yaml_files(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            texts.push(fs::read_to_string(path).expect("a fixture is UTF-8"));
        }
    }
}
