//! Which lists of files, and files that no list names, are taken for projects, and in which order.

use std::path::PathBuf;

use compose_harden::compose::{Candidate, Certainty, FileList, Group, Library, Origin, candidates};
use typed_arena::Arena;

use super::hardening::{NAMES, Relation, files_of};
use super::{assert_hardened, run, said};

/// A list of the files with these places among the names.
fn list(places: &[usize], origin: Origin) -> FileList {
    FileList::new(places.iter().map(|place| PathBuf::from(NAMES[*place])).collect(), origin)
}

fn mention() -> Origin {
    Origin::Mention { file: PathBuf::from("/p/Makefile"), line: 1 }
}

/// The places of the files of each candidate, in order.
fn found(texts: &[&str], lists: &[FileList]) -> Vec<Vec<usize>> {
    let (sources, trees) = (Arena::new(), Arena::new());
    let mut library = Library::new(&sources, &trees);
    let place = |path: &PathBuf| NAMES.iter().position(|name| PathBuf::from(name) == *path).unwrap();
    let places = |candidate: Candidate| candidate.paths.iter().map(place).collect();
    let group = Group { lists: lists.to_vec(), ..Group::default() };
    let found = candidates(&group, &mut library, &mut files_of(texts.iter().copied()));
    found.into_iter().map(places).collect()
}

const WEB: &str = "services:\n  web:\n    image: a\n";

#[test]
fn a_mention_of_several_files_comes_before_one_of_a_single_file() {
    let lists = [list(&[1], mention()), list(&[0, 1], mention()), list(&[2], Origin::Options)];
    assert_eq!(found(&[WEB, WEB, WEB], &lists), [vec![2], vec![0, 1], vec![1]]);
    let lists = [list(&[2], Origin::Options), list(&[0, 1], Origin::Options)];
    assert_eq!(found(&[WEB, WEB, WEB], &lists), [vec![2], vec![0, 1]]);
}

#[test]
fn a_file_with_the_name_of_a_project_is_none_where_it_is_a_layer_that_cannot_stand_alone() {
    let lists = [list(&[1], Origin::Names), list(&[0, 1], mention())];
    assert_eq!(found(&[WEB, WEB], &lists), [vec![1], vec![0, 1]]);
    let extending = "services:\n  web:\n    extends: {file: compose.yaml, service: web}\n";
    assert_eq!(found(&[WEB, extending], &lists), [vec![1], vec![0, 1]]);
    assert_eq!(found(&[WEB, "services:\n  web:\n    tty: true\n"], &lists), [vec![0, 1]]);
}

const INCLUDE: &str = "include: [sub/d.yaml]\n";

#[test]
fn only_a_file_that_includes_the_same_may_be_a_layer_without_services() {
    let (base, file) = (PathBuf::from(NAMES[0]), PathBuf::from(NAMES[1]));
    let certainties = |include: &str| -> Vec<_> {
        let (sources, trees) = (Arena::new(), Arena::new());
        let mut library = Library::new(&sources, &trees);
        let mut files = files_of([INCLUDE, include, WEB, WEB]);
        let lists = vec![list(&[0], Origin::Options)];
        let group = Group { lists, variants: vec![file.clone()], ..Group::default() };
        let found = candidates(&group, &mut library, &mut files);
        found.into_iter().skip(1).map(|candidate| (candidate.paths, candidate.certainty)).collect()
    };
    let alone = (vec![file.clone()], Certainty::Alone);
    let layered = (vec![base, file.clone()], Certainty::SameIncludes("sub/d.yaml".to_owned()));
    for other in ["include: [c.yaml]\n", "include: [sub/d.yaml, c.yaml]\n", "name: a\n"] {
        assert_eq!(certainties(other), std::slice::from_ref(&alone), "{other}");
    }
    assert_eq!(certainties(INCLUDE), [layered, alone]);
}

#[test]
fn what_files_include_that_may_be_loaded_together_stays_and_is_noted() {
    let texts = [INCLUDE, INCLUDE, INCLUDE, WEB];
    let (files, outcome) = run(&texts, Relation::Variants);
    assert!(outcome.changes.is_empty());
    assert_eq!(
        said(&files, &outcome.notes),
        [
            "d.yaml:2: it is made of the same layer twice, so its lists would have duplicate items",
            "d.yaml:2: its file may be a layer over another one, and is not hardened twice",
        ]
    );
}

#[test]
fn what_is_left_bare_alone_and_over_a_base_is_noted_once() {
    let variant = format!("{WEB}  db:\n    tty: true\n");
    let (files, outcome) = run(&[WEB, &variant], Relation::Variants);
    let words = [
        "b.yaml:2: its file may be a layer over another one, and is not hardened twice",
        "b.yaml:4: it has neither image nor build, so it is a layer over an unknown file",
    ];
    assert_eq!(said(&files, &outcome.notes), words);
}

#[test]
fn a_file_with_services_of_its_own_or_other_includes_is_a_project_by_itself() {
    let hard_web = format!("#block\n{}", WEB.replace("    image", "    <<: *hardening\n    image"));
    let db = "services:\n  db:\n    image: b\n";
    let hard_db = format!("#block\n{}", db.replace("    image", "    <<: *hardening\n    image"));
    let both = format!("{INCLUDE}{db}");
    let hard_both = format!("{INCLUDE}{hard_db}");
    assert_hardened(&[INCLUDE, &both, db, WEB], Relation::Variants, &["=", &hard_both, &hard_db, &hard_web]);
}
