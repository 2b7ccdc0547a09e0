//! Writes the texts that are changed at random for `fuzz/` to start from.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::seeds;

/// What parts the files of one input of `fix_project`, after the byte that says how they belong together.
const BORDER: &str = "\n%%\n";

#[test]
#[ignore = "writes into the folder that FUZZ_CORPUS names, one below it for each target"]
fn writes_seeds() {
    let corpus = std::env::var("FUZZ_CORPUS").unwrap();
    let corpus = Path::new(&corpus);
    let streams = seeds::streams(super::root());
    let projects = seeds::projects(super::root());
    let projects = projects.iter().map(|files| files.join(BORDER));
    let projects = projects.flat_map(|text| ["0", "1", "2", "3"].map(|relation| format!("{relation}{text}")));
    write(&corpus.join("fix_project"), projects);
    write(&corpus.join("fix_file"), streams.clone());
    write(&corpus.join("parser"), streams);
}

fn write(folder: &Path, texts: impl IntoIterator<Item = String>) {
    fs::create_dir_all(folder).unwrap();
    for (number, text) in texts.into_iter().enumerate() {
        let mut file = fs::File::create(folder.join(format!("seed-{number:04}"))).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
}
