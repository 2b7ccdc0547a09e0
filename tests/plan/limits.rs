//! How much of one kind a file may hold, exactly.

use compose_harden::compose::{ComposeFile, MAX_MERGED_IN_FILE, MAX_MERGED_MAPPINGS, MAX_NAME_BYTES};
use compose_harden::yaml::parse;

/// The title, the reason and the help where Docker Compose's model of `text` cannot be made.
fn refused(text: &str) -> Option<[String; 3]> {
    let tree = parse(text);
    let diagnostic = ComposeFile::read(&tree).err()?.diagnostic();
    Some([diagnostic.title, diagnostic.place.unwrap().text, diagnostic.help.unwrap()])
}

const TITLE: &str = "this file cannot be hardened exactly";

#[test]
fn a_name_may_have_4096_bytes() {
    let named = |bytes: usize| refused(&format!("services:\n  ? {}\n  : {{image: a}}\n", "n".repeat(bytes)));
    assert_eq!(named(MAX_NAME_BYTES), None);
    let reason = "a service's name is longer than 4096 bytes (MAX_NAME_BYTES)";
    let refusal = [TITLE, reason, "give the service a shorter name"].map(str::to_owned);
    assert_eq!(named(MAX_NAME_BYTES + 1), Some(refusal));
}

/// A file in which each of `services` services merges `mappings` mappings by one list.
fn merging(services: usize, mappings: usize) -> String {
    let templates: Vec<_> = (0..mappings).map(|number| format!("  - &t{number} {{}}\n")).collect();
    let items: Vec<_> = (0..mappings).map(|number| format!("*t{number}")).collect();
    let list = format!("x-list: &list [{}]\n", items.join(", "));
    let services: Vec<_> = (0..services).map(|number| format!("  s{number}: {{<<: *list}}\n")).collect();
    format!("x-templates:\n{}{list}services:\n{}", templates.concat(), services.concat())
}

#[test]
fn a_service_may_be_made_of_10000_mappings() {
    assert_eq!(refused(&merging(1, MAX_MERGED_MAPPINGS - 1)), None);
    let reason = "more than 10000 mappings are merged into one another here (MAX_MERGED_MAPPINGS)";
    let refusal = [TITLE, reason, "merge fewer templates"].map(str::to_owned);
    assert_eq!(refused(&merging(1, MAX_MERGED_MAPPINGS)), Some(refusal));
}

#[test]
fn the_services_of_a_file_may_be_made_of_4000000_mappings() {
    let services = MAX_MERGED_IN_FILE / MAX_MERGED_MAPPINGS;
    let text = merging(services + 1, MAX_MERGED_MAPPINGS - 1);
    let tree = parse(&text);
    // Not `unwrap_err`, which would show the whole file.
    let error = ComposeFile::read(&tree).err().unwrap();
    let diagnostic = error.diagnostic();
    assert_eq!(
        [diagnostic.title.as_str(), diagnostic.help.as_deref().unwrap()],
        [TITLE, "merge fewer templates"]
    );
    assert_eq!(
        error.to_string(),
        "the services of this document merge more than 4000000 mappings, all together (MAX_MERGED_IN_FILE)"
    );
    // The one before has all that there may be.
    assert_eq!(tree.slice(error.span), format!("s{services}"));
}
