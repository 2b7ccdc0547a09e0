//! Writes what fuzzing starts from, the texts that `tests/mutation` changes at random, into `fuzz/corpus`.

#[path = "../../tests/mutation/seeds.rs"]
mod seeds;

use std::fs;
use std::io;
use std::path::Path;

/// What parts the files of one input of `fix_project`, behind the byte that says how they belong together.
const BORDER: &str = "\n%%\n";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let streams = seeds::streams(&root);
    let projects = seeds::projects(&root);
    let relations = ["0", "1", "2", "3"];
    let projects = projects.iter().map(|files| files.join(BORDER));
    let projects = projects.flat_map(|text| relations.map(|relation| format!("{relation}{text}")));
    write(&root.join("fuzz/corpus/fix_project"), projects)?;
    write(&root.join("fuzz/corpus/fix_file"), streams.clone())?;
    write(&root.join("fuzz/corpus/parser"), streams)
}

fn write(folder: &Path, texts: impl IntoIterator<Item = String>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, text) in texts.into_iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:04}")), text)?;
    }
    Ok(())
}
