//! How much of one kind a file may hold, exactly.

use compose_harden::compose::{
    ComposeFile, MAX_ALIASED_NODES, MAX_DOCUMENTS, MAX_MERGED_MAPPINGS, MAX_NAME_BYTES, MAX_SERVICES,
    MIN_BYTES_PER_SERVICE,
};
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

#[test]
fn the_documents_of_a_file_may_define_20000_services_or_one_for_each_500_bytes() {
    let document = |services: usize| {
        let services: Vec<_> = (0..services).map(|number| format!("  s{number}:\n")).collect();
        format!("services:\n{}", services.concat())
    };
    let file = |earlier: usize, later: usize| format!("{}---\n{}", document(earlier), document(later));
    let reason = "from here on there are more than 20,000 services (MAX_SERVICES), of less than 500 bytes each \
        (MIN_BYTES_PER_SERVICE)";
    let refusal = Some([TITLE, reason, "divide it into several files"].map(str::to_owned));
    assert_eq!(refused(&file(MAX_SERVICES - 2, 2)), None);
    assert_eq!(refused(&file(MAX_SERVICES - 2, 3)), refusal);

    let mut long = file(MAX_SERVICES, 1);
    let missing = (MAX_SERVICES + 1) * MIN_BYTES_PER_SERVICE - long.len();
    long.insert_str(0, &format!("#{}\n", "-".repeat(missing - 2)));
    assert_eq!(refused(&long), None);
    long.remove(1);
    assert_eq!(refused(&long), refusal);
}

#[test]
fn a_file_may_have_10000_documents() {
    let file = |documents: usize| "--- {services: {web: {image: a}}}\n".repeat(documents);
    assert_eq!(refused(&file(MAX_DOCUMENTS)), None);
    let reason = "this file has more than 10000 documents (MAX_DOCUMENTS)";
    let refusal = [TITLE, reason, "divide it into several files"].map(str::to_owned);
    assert_eq!(refused(&file(MAX_DOCUMENTS + 1)), Some(refusal));
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
fn the_services_of_a_file_may_be_made_of_4000000_mappings_entries_and_items() {
    let list = |count: usize, item: &str| {
        let items: Vec<_> = (0..count).map(|number| item.replace('#', &number.to_string())).collect();
        items.join(", ")
    };
    let templates = [
        format!("x-a: &a {{}}\nx-t: &t {{{}}}\n", list(9_997, "k#: a")),
        format!("x-m: &m [{}]\n", list(9_997, "*a")),
        format!("x-i: &i [{}]\n", list(9_998, "o#")),
        format!("x-f: &f [{}, 1]\n", list(9_995, "o#")),
        format!("x-e: &e {{<<: [{}], service: base}}\n", list(9_993, "*a")),
    ];
    // Each of 10,000 with itself and its entries.
    let bodies = [
        // The template and its entries.
        "{<<: *t}",
        // The items, and the mapping that they are.
        "{<<: *m}",
        "{security_opt: *i}",
        // The items; it is looked at once more for what it extends, as what Docker Compose may pass over.
        "{cap_add: *f}",
        // The mapping, its two entries, the items, and the mapping that they are.
        "{extends: *e, init: true}",
    ];
    let services = |range: std::ops::Range<usize>| {
        let services = range.map(|number| format!("  s{number}: {}\n", bodies[number % bodies.len()]));
        format!("services:\n{}", services.collect::<String>())
    };
    // Those of all documents count.
    let text = format!("{}{}---\n{}", templates.concat(), services(0..150), services(150..400));
    assert_eq!(refused(&text), None);
    let text = format!("{text}  last: {{}}\n");
    let tree = parse(&text);
    // Not `unwrap_err`, which would show the whole file.
    let error = ComposeFile::read(&tree).err().unwrap();
    let diagnostic = error.diagnostic();
    assert_eq!(
        [diagnostic.title.as_str(), diagnostic.help.as_deref().unwrap()],
        [TITLE, "merge fewer templates"]
    );
    let words = "the services of this file are made of more than 4000000 mappings, entries and items in total \
                 (MAX_MERGED_IN_FILE)";
    assert_eq!(error.to_string(), words);
    assert_eq!(tree.slice(error.span), "last");
}

#[test]
fn items_of_a_list_that_hardening_is_not_about_do_not_count() {
    let services: Vec<_> = (0..2_001).map(|number| format!("  s{number}: {{<<: *t}}\n")).collect();
    let template = format!("x-t: &t {{ports: [{}]}}\n", vec!["a"; 2_000].join(", "));
    assert_eq!(refused(&format!("{template}services:\n{}", services.concat())), None);
}

#[test]
fn the_services_of_a_large_file_may_be_made_of_16_times_its_nodes() {
    let keys: Vec<_> = (0..60).map(|key| format!("k{key}: a")).collect();
    let services: Vec<_> = (0..80_000).map(|it| format!("  s{it}: {{<<: *t, image: a}}\n")).collect();
    let long = "-".repeat(MIN_BYTES_PER_SERVICE * services.len());
    let text = format!("#{long}\nx-t: &t {{{}}}\nservices:\n{}", keys.join(", "), services.concat());
    assert_eq!(refused(&text), None);
}

#[test]
fn the_aliases_of_a_file_may_stand_for_10000000_nodes() {
    // Each list has 999 items and itself, and so often the list before it.
    let items: Vec<_> = (0..999).map(|number| number.to_string()).collect();
    let lists = format!("x-a: &a [{}]\nx-b: &b [{}]\n", items.join(", "), vec!["*a"; 999].join(", "));
    // 999,000 so far, and 1,000,000 for each that follows: the list, its aliases, and what they stand for.
    let aliases = |count: usize| format!("x-c: [{}]\n", vec!["*b"; count].join(", "));
    let rest = usize::try_from(MAX_ALIASED_NODES).unwrap() - 999_000 - 9 * 1_000_000;
    let single = |count: usize| format!("x-d: &d a\nx-e: [{}]\n", vec!["*d"; count].join(", "));
    let services = "services: {web: {image: a}}\n";
    assert_eq!(refused(&format!("{lists}{}{}{services}", aliases(9), single(rest))), None);
    let reason = "up to here, aliases stand for more than 10,000,000 nodes (MAX_ALIASED_NODES)";
    let refusal = [TITLE, reason, "let fewer aliases stand for one another"].map(str::to_owned);
    assert_eq!(refused(&format!("{lists}{}{}{services}", aliases(9), single(rest + 1))), Some(refusal));
}
