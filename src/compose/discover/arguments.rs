//! Files that were named one by one: which of them are loaded together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::names::{BASE_NAMES, OVERRIDE_NAMES, rank};
use super::path::{name, parent};
use super::{FileList, Origin};
use crate::text::Diagnostic;

/// Adds `files`, in the order in which they were named, to the folders they are in.
///
/// By itself a file is loaded alone, as with `docker compose -f`. Files of one directory are looked at together,
/// since hardening each by itself could harden a service twice.
pub(super) fn add_named(folders: &mut BTreeMap<PathBuf, Folder>, files: Vec<PathBuf>) {
    let mut named: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        named.entry(parent(&file).to_owned()).or_default().push(file);
    }
    for (directory, files) in named {
        let folder = folders.entry(directory).or_insert_with_key(|directory| Folder::new(directory));
        if folder.files().next().is_none() {
            load(folder, &files);
        }
        folder.add_variants(files);
    }
}

/// Adds the list that the names of `files` suggest.
fn load(folder: &mut Folder, files: &[PathBuf]) {
    let first = |names: &[&str]| {
        let ranked = files.iter().filter_map(|file| Some((rank(names, file.file_name())?, file)));
        ranked.min().map(|(_, file)| file.clone())
    };
    let files = match (first(&BASE_NAMES), first(&OVERRIDE_NAMES)) {
        (Some(base), layer) => [Some(base), layer].into_iter().flatten().collect(),
        (None, Some(layer)) if let Some(base) = base_in(&folder.directory) => {
            let title =
                format!("`{}` is read too: Docker Compose loads `{}` over it", name(&base), name(&layer));
            folder.messages.push((base.clone(), Diagnostic::warning(title)));
            vec![base, layer]
        }
        (None, None) if let Some(base) = base_in(&folder.directory) => {
            let title = format!("`{}` is read too: what is named may be a layer over it", name(&base));
            let help = "name the files of a project with `-f` if it is not";
            folder.messages.push((base.clone(), Diagnostic::warning(title).help(help)));
            vec![base]
        }
        _ => files.iter().take(1).cloned().collect(),
    };
    folder.lists.push(FileList { files, origin: Origin::Arguments });
}

fn base_in(directory: &Path) -> Option<PathBuf> {
    BASE_NAMES.iter().map(|name| directory.join(name)).find(|base| base.is_file())
}
