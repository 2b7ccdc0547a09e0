//! The files as Docker Compose sees them before it puts them together: documents, services, includes.

use foldhash::HashMap;

use super::super::block::Blocks;
use super::super::budget::Exhausted;
use super::super::merge::{Entry, Merger};
use super::super::node::{Kind, NodeId};
use super::super::project_fault::{ProjectFault, Unclear};
use super::super::sides::Sides;
use super::super::tape::{OVERRIDE_TAG, RESET_TAG, Tape};
use super::super::unreadable::Side;
use super::super::verdict::Doubt;
use super::files::{FileId, UnitFiles};
use super::layer::{Layer, LayerError, LayerReader, count_inside, has_tags, is_null, marks, read_value};
use super::state::{BlockId, KeyId, Keys};
use super::value::{DefinitionId, Rule, Value, Values};

/// All files, the keys that their blocks set, and the blocks.
pub(super) struct Models<'t> {
    pub(super) files: Vec<FileModel<'t>>,
    pub(super) keys: Keys<'t>,
    /// What each block sets, in order.
    pub(super) blocks: Vec<Vec<(KeyId, Value)>>,
}

/// A file.
#[derive(Default)]
pub(super) struct FileModel<'t> {
    /// Its documents, and after them, where there are several, what they amount to together: a file that is
    /// extended is merged before.
    documents: Vec<Document<'t>>,
    /// The number of tags about earlier layers in its services, for each name that has some.
    tags: HashMap<&'t str, usize>,
}

/// A document, or several that are merged.
#[derive(Default)]
pub(super) struct Document<'t> {
    /// The names of its services.
    pub(super) names: Vec<&'t str>,
    /// Its services in the same order.
    pub(super) layers: Vec<Layer<'t>>,
    places: HashMap<&'t str, usize>,
    /// The services that it deletes from earlier documents and files.
    pub(super) removed: Vec<&'t str>,
    /// Whether it deletes all of them.
    pub(super) replaces: bool,
    pub(super) includes: Vec<Include<'t>>,
}

/// An entry of `include`.
#[derive(Default)]
pub(super) struct Include<'t> {
    pub(super) paths: Vec<&'t str>,
    pub(super) directory: Option<&'t str>,
}

impl<'t> FileModel<'t> {
    /// The number of tags in services of this name.
    pub(super) fn tags_of(&self, name: &str) -> usize {
        self.tags.get(name).copied().unwrap_or(0)
    }

    /// Whether services of other names have tags.
    pub(super) fn has_tags_beside(&self, name: &str) -> bool {
        self.tags.len() > usize::from(self.tags.contains_key(name))
    }

    /// The documents that are merged one after the other.
    pub(super) fn documents(&self) -> &[Document<'t>] {
        let several = usize::from(self.documents.len() > 1);
        &self.documents[..self.documents.len() - several]
    }

    /// A document, or with the number of documents, all of them together.
    pub(super) fn document(&self, number: usize) -> Option<&Document<'t>> {
        self.documents.get(number)
    }

    /// The number of what all documents amount to.
    pub(super) fn whole(&self) -> usize {
        self.documents.len().saturating_sub(1)
    }
}

impl<'t> Document<'t> {
    /// The place of a service.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Makes room for so many services.
    fn reserve(&mut self, services: usize) {
        self.names.reserve(services);
        self.layers.reserve(services);
        self.places.reserve(services);
    }

    fn add(&mut self, name: &'t str, layer: Layer<'t>) {
        self.places.insert(name, self.names.len());
        self.names.push(name);
        self.layers.push(layer);
    }
}

impl<'t> Models<'t> {
    pub(super) fn new(files: &UnitFiles<'t>, values: &mut Values<'t>) -> Result<Self, Doubt> {
        let mut models = Self { files: Vec::new(), keys: Keys::default(), blocks: Vec::new() };
        let mut of_documents: Vec<Vec<Option<BlockId>>> = Vec::new();
        for file in 0..files.tapes.len() {
            of_documents.push(models.blocks_of(files, file, values)?);
        }
        let mut definition = 0;
        for (file, blocks) in of_documents.iter().enumerate() {
            let mut reader = FileReader::new(files, file, definition, &models.keys, values);
            let model = reader.read(blocks)?;
            definition = reader.layers.definition;
            models.files.push(model);
        }
        Ok(models)
    }

    /// Notes the blocks of a file; returns the block of each document.
    fn blocks_of(
        &mut self,
        files: &UnitFiles<'t>,
        file: FileId,
        values: &mut Values<'t>,
    ) -> Result<Vec<Option<BlockId>>, Doubt> {
        let tape = files.tapes[file].after();
        let mut known = Blocks::new(tape);
        let mut merger = Merger::without_resets(tape);
        let mut entries = Vec::new();
        let mut blocks = Vec::new();
        for (number, promise) in (1..).zip(&files.promises[file].documents) {
            let block = promise.block.as_ref().and_then(|block| known.find(block, number));
            let Some(block) = block.map(|block| tape.resolve(block)).filter(|block| tape.is_mapping(*block))
            else {
                blocks.push(None);
                continue;
            };
            merger
                .resolve(block, &mut entries)
                .map_err(|error| in_file(files, file, error.on(Side::After)))?;
            let options = self.options(tape, &entries, values)?;
            if let Some(name) =
                options.iter().map(|(key, _)| self.keys.names[*key as usize]).find(is_structure)
            {
                return Err(files.doubt(file, None, ProjectFault::BlockKey(name.to_owned())));
            }
            blocks.push(BlockId::try_from(self.blocks.len()).ok());
            self.blocks.push(options);
        }
        Ok(blocks)
    }

    fn options(
        &mut self,
        tape: &'t Tape,
        entries: &[Entry],
        values: &mut Values<'t>,
    ) -> Result<Vec<(KeyId, Value)>, Exhausted> {
        let mut options = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(name) = tape.text(entry.key) else { continue };
            let key = self.keys.insert(name);
            let value = match self.keys.rules[key as usize] {
                // What is known of such a key is which layers set it, and a block is not a layer.
                Rule::Unknown => None,
                rule => read_value(tape, entry.value, rule, values)?,
            };
            options.push((key, value.unwrap_or_default()));
        }
        Ok(options)
    }
}

/// Whether a key decides which layers there are.
fn is_structure(name: &&str) -> bool {
    *name == "extends"
}

/// Reads one file.
struct FileReader<'r, 't> {
    files: &'r UnitFiles<'t>,
    file: FileId,
    layers: LayerReader<'r, 't>,
}

impl<'r, 't> FileReader<'r, 't> {
    fn new(
        files: &'r UnitFiles<'t>,
        file: FileId,
        definition: DefinitionId,
        keys: &'r Keys<'t>,
        values: &'r mut Values<'t>,
    ) -> Self {
        let [before, after] = [&files.tapes[file].before, files.tapes[file].after()];
        let layers = LayerReader {
            mergers: Sides { before: Merger::without_resets(before), after: Merger::without_resets(after) },
            keys,
            values,
            marks: marks(before),
            block: None,
            definition,
            entries: Sides::default(),
        };
        Self { files, file, layers }
    }

    fn read(&mut self, blocks: &[Option<BlockId>]) -> Result<FileModel<'t>, Doubt> {
        let [before, after] = [&self.files.tapes[self.file].before, self.files.tapes[self.file].after()];
        let mut model = FileModel::default();
        let roots = before.roots.iter().zip(&after.roots);
        for (block, (root, new_root)) in blocks.iter().zip(roots) {
            self.layers.block = *block;
            model.documents.push(self.document(*root, *new_root)?);
        }
        for document in &model.documents {
            for (name, layer) in document.names.iter().zip(&document.layers) {
                if layer.tags > 0 {
                    *model.tags.entry(*name).or_default() += layer.tags;
                }
            }
        }
        if model.documents.len() > 1 {
            let whole = merge(&model.documents, self.layers.keys, self.layers.values)?;
            model.documents.push(whole);
        }
        Ok(model)
    }

    fn document(&mut self, root: NodeId, new_root: NodeId) -> Result<Document<'t>, Doubt> {
        let mut document = Document::default();
        let [left, right] = [self.layers.mergers.before.tape, self.layers.mergers.after.tape];
        let [here, there] = [self.list(Side::Before, root)?, self.list(Side::After, new_root)?];
        let mut resets = self.layers.mergers.before.resets.iter();
        document.replaces = resets.any(|key| left.text(*key) == Some("services"));
        if let Some(include) = find(&here, left, "include") {
            self.includes(include, &mut document)?;
        }
        let services = [find(&here, left, "services"), find(&there, right, "services")];
        let [Some(services), Some(new_services)] = services else { return Ok(document) };
        document.replaces = left.tag(services) == Some(OVERRIDE_TAG);
        let [services, new_services] = [left.resolve(services), right.resolve(new_services)];
        let is_tagged = matches!(left.tag(services), Some(RESET_TAG | OVERRIDE_TAG));
        // Docker Compose ignores other tags below this one, and beside includes it does not apply it.
        let is_clear = document.replaces
            && document.includes.is_empty()
            && count_inside(&self.layers.marks, left, services) == 1;
        let unclear = (is_tagged && !is_clear).then_some(Unclear::Tags);
        let [here, there] = [self.list(Side::Before, services)?, self.list(Side::After, new_services)?];
        document.removed.extend(self.layers.mergers.before.resets.iter().filter_map(|key| left.text(*key)));
        document.reserve(here.len());
        for (entry, found) in here.iter().zip(&there) {
            let name = left.text(entry.key).unwrap_or_default();
            let layer = self.layers.read(entry.value, found.value);
            let mut layer = layer.map_err(|error| self.layer_doubt(name, error))?;
            layer.own.unclear = layer.own.unclear.or(unclear);
            self.layers.definition += 1;
            document.add(name, layer);
        }
        Ok(document)
    }

    /// The entries of a mapping; none of anything else.
    fn list(&mut self, side: Side, mapping: NodeId) -> Result<Vec<Entry>, Doubt> {
        let merger = self.layers.mergers.of(side);
        let mut entries = Vec::new();
        merger.resets.clear();
        if merger.tape.is_mapping(mapping) {
            let resolved = merger.resolve(mapping, &mut entries);
            resolved.map_err(|error| in_file(self.files, self.file, error.on(side)))?;
        }
        Ok(entries)
    }

    fn includes(&mut self, include: NodeId, document: &mut Document<'t>) -> Result<(), Doubt> {
        let tape = self.layers.mergers.before.tape;
        let (files, file) = (self.files, self.file);
        let bad = || files.doubt(file, None, ProjectFault::Include(tape.line(include)));
        let list = tape.resolve(include);
        if is_null(tape, list) {
            return Ok(());
        }
        if tape.node(list).kind != Kind::Sequence || has_tags(tape, list) {
            return Err(bad());
        }
        for item in tape.children(list).map(|item| tape.resolve(item)) {
            let mut read = Include::default();
            if tape.is_mapping(item) {
                for entry in self.list(Side::Before, item)? {
                    match tape.text(entry.key) {
                        Some("path" | "project_directory") if is_null(tape, tape.resolve(entry.value)) => {}
                        Some("path") => read.paths = texts(tape, entry.value).ok_or_else(bad)?,
                        Some("project_directory") => {
                            let directory = tape.text(entry.value).ok_or_else(bad)?;
                            read.directory = Some(directory).filter(|directory| !directory.is_empty());
                        }
                        // Docker Compose skips others.
                        Some(_) => {}
                        None => return Err(bad()),
                    }
                }
            } else if !is_null(tape, item) {
                read.paths = texts(tape, item).ok_or_else(bad)?;
            }
            if read.paths.iter().any(|path| path.is_empty()) {
                return Err(bad());
            }
            // Docker Compose skips an item that names no file.
            if !read.paths.is_empty() {
                document.includes.push(read);
            }
        }
        Ok(())
    }

    fn layer_doubt(&self, service: &str, error: LayerError) -> Doubt {
        match error {
            LayerError::Doubt(doubt) => in_file(self.files, self.file, doubt),
            LayerError::TooMuchWork(exhausted) => exhausted.into(),
            LayerError::Fault(fault) => self.files.doubt(self.file, Some(service), fault),
        }
    }
}

/// Merges the documents of a file that is extended.
fn merge<'t>(
    documents: &[Document<'t>],
    keys: &Keys<'t>,
    values: &mut Values<'t>,
) -> Result<Document<'t>, Exhausted> {
    let mut layers: HashMap<&str, Layer<'t>> = HashMap::default();
    let mut order = Vec::new();
    for document in documents {
        if document.replaces {
            layers.clear();
        }
        for name in &document.removed {
            layers.remove(name);
        }
        for (name, upper) in document.names.iter().zip(&document.layers) {
            let lower = layers.get(name).filter(|_| !upper.replaces);
            let merged = match lower {
                None => upper.clone(),
                Some(lower) => {
                    let mut own = lower.own.under(&upper.own, &upper.cleared, keys, values)?;
                    if lower.extends.is_some() && upper.extends.is_some() {
                        own.unclear = Some(Unclear::ExtendsTwice);
                    }
                    if name.starts_with("x-") {
                        own.unclear = own.unclear.or(Some(Unclear::Extension));
                    }
                    // Each key once: any number of documents may delete the same one.
                    let mut cleared = lower.cleared.clone();
                    cleared.extend(upper.cleared.iter().filter(|key| !lower.cleared.contains(key)));
                    Layer {
                        own,
                        cleared,
                        replaces: lower.replaces,
                        extends: upper.extends.or(lower.extends),
                        tags: lower.tags + upper.tags,
                    }
                }
            };
            if layers.insert(name, merged).is_none() {
                order.push(*name);
            }
        }
    }
    let mut whole = Document::default();
    for name in order {
        if let Some(layer) = layers.remove(name) {
            whole.add(name, layer);
        }
    }
    Ok(whole)
}

fn find(entries: &[Entry], tape: &Tape, key: &str) -> Option<NodeId> {
    entries.iter().find(|entry| tape.text(entry.key) == Some(key)).map(|entry| entry.value)
}

/// A text, or a list of texts.
fn texts(tape: &Tape, value: NodeId) -> Option<Vec<&str>> {
    let target = tape.resolve(value);
    if tape.node(target).kind == Kind::Sequence {
        let text = |item| tape.text(item).filter(|_| !is_null(tape, tape.resolve(item)));
        tape.children(target).map(text).collect()
    } else {
        tape.text(target).map(|text| vec![text])
    }
}

fn in_file(files: &UnitFiles<'_>, file: FileId, doubt: Doubt) -> Doubt {
    Doubt::File { path: files.path(file).to_owned(), doubt: Box::new(doubt) }
}
