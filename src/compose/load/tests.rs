use std::path::{Path, PathBuf};

use typed_arena::Arena;

use super::super::MAX_LAYERS;
use super::*;
use crate::text::Source;

/// One file, whatever its path.
struct One(&'static str);

impl Files for One {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        Source::from_bytes(path, self.0.into()).map_err(|error| Diagnostic::error(error.to_string()))
    }
}

/// Merges the documents of `text` where `copied` layers were looked at before; how many there were then, or the title and
/// the help of the message.
fn merge(text: &'static str, copied: usize) -> Result<usize, (String, Option<String>)> {
    let (sources, trees) = (Arena::new(), Arena::new());
    let (mut library, mut files) = (Library::new(&sources, &trees), One(text));
    let mut builder = ProjectBuilder::new(&mut library, &mut files);
    builder.copied = copied;
    let mut loader = Loader::new(builder);
    let merged = loader.model(&[PathBuf::from("/p/compose.yaml")], Path::new("/p"), 0);
    match merged {
        Ok(_) => Ok(loader.builder.copied),
        Err(error) => Err((error.diagnostic.title, error.diagnostic.help)),
    }
}

/// Three layers below, and two that are merged over them.
const FIVE_LAYERS: &str = "\
services: {web: {image: a}}
---
services: {web: {tty: true}}
---
services: {web: {init: true}}
---
services: {web: {extends: two}, one: {image: b}, two: {extends: one}}
";

#[test]
fn as_many_layers_are_repeated_as_there_may_be() {
    assert_eq!(merge(FIVE_LAYERS, 0), Ok(5));
    assert_eq!(merge(FIVE_LAYERS, MAX_LAYERS - 5), Ok(MAX_LAYERS));
    let title = "the services of this project have more than 10000000 layers (MAX_LAYERS)";
    let refused = (title.to_owned(), Some("extend fewer services".to_owned()));
    assert_eq!(merge(FIVE_LAYERS, MAX_LAYERS - 4), Err(refused));
}

/// A project that includes a file from two directories, with what the file extends in each.
struct Twice {
    here: &'static str,
    there: &'static str,
}

impl Files for Twice {
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let text = match path.to_str() {
            Some("/p/compose.yaml") => "include: [a.yaml, {path: a.yaml, project_directory: sub}]\n",
            Some("/p/a.yaml") => {
                "services: {web: {extends: one}, two: {extends: one}, one: {extends: {file: b.yaml, service: web}}}\n"
            }
            Some("/p/sub/b.yaml") => self.there,
            _ => self.here,
        };
        One(text).read(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        let is_link = self.here == self.there && path == Path::new("/p/sub/b.yaml");
        if is_link { PathBuf::from("/p/b.yaml") } else { path.to_owned() }
    }
}

#[test]
fn a_service_that_is_included_twice_is_one_only_where_all_that_it_extends_is() {
    let load = |here, there| {
        let (sources, trees) = (Arena::new(), Arena::new());
        let mut library = Library::new(&sources, &trees);
        let project = Project::load(
            &[PathBuf::from("/p/compose.yaml")],
            None,
            &mut library,
            &mut Twice { here, there },
        );
        project.map(|project| project.services.len()).map_err(|error| error.diagnostic.title)
    };
    let [web, other] = ["services: {web: {image: a}}\n", "services: {web: {image: b}}\n"];
    assert_eq!(load(web, web), Ok(3));
    let title = "service `web` comes from this included file and from elsewhere";
    assert_eq!(load(web, other), Err(title.to_owned()));
}
