//! The parser and the whole of `fix` in memory, beside yaml-rust2's events over the same texts.
//!
//!     cargo bench
//!
//! Compare within one run: `tree` with `yaml_rust2_events`, `fix` with `yaml_rust2_events_before_and_after`, and
//! `fix_small_files` with `yaml_rust2_events_of_small_files`.

use compose_harden::harden::harden_file;
use compose_harden::policy::Policy;
use compose_harden::text::Source;
use compose_harden::yaml::parse;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use yaml_rust2::parser::{Event, Parser};

/// The program's own, for both sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MEGABYTES: [usize; 3] = [1, 10, 50];

/// How many small files are hardened one by one.
const SMALL_FILES: usize = 500;

fn main() {
    divan::main();
}

/// A Compose file of about `megabytes` MB with many services of everyday shape.
fn compose_file(megabytes: usize) -> String {
    let mut text = String::from("services:\n");
    let mut number = 0;
    while text.len() < megabytes * 1_000_000 {
        let service = format!(
            r#"  # service number {number}
  service-{number}:
    image: registry.example.com/team/service-{number}:1.2.3
    restart: unless-stopped
    environment:
      DATABASE_URL: "postgres://user:secret@db-{number}:5432/app"
      LOG_LEVEL: info # chatty
    ports:
      - "8080:80"
    volumes:
      - data-{number}:/var/lib/data
    depends_on: [db, cache]

"#
        );
        text.push_str(&service);
        number += 1;
    }
    text
}

/// A Compose file of everyday size and shape, about 3 KB long; no two `number`s make the same.
fn small_file(number: usize) -> Source {
    let mut text = format!(
        r#"# Stack {number}: what it needs to run, and nothing else.
version: "3.8"

x-logging: &logging
  driver: json-file
  options: {{ max-size: "10m", max-file: "3" }}

services:
"#
    );
    for service in 0..5 {
        let block = format!(
            r#"  service-{service}:
    image: "ghcr.io/example/service-{service}:${{TAG:-{number}}}"
    container_name: stack-{number}-{service}
    restart: unless-stopped
    logging: *logging
    command: ["--port", "80{service}0", '--quiet']
    environment:
      - TZ=Europe/Berlin
      - DATABASE_URL=postgres://user:${{PASSWORD}}@db:5432/app-{number}
    ports:
      - "80{service}0:80{service}0" # the front end
    volumes:
      - ./data/{service}:/var/lib/data:ro
    healthcheck:
      test: |
        curl --fail http://localhost:80{service}0/health           || exit 1
      interval: 30s
    networks: [front, back]

"#
        );
        text.push_str(&block);
    }
    text.push_str("networks:\n  front:\n  back:\n    internal: true\n");
    let path = format!("{number}/compose.yaml");
    Source::from_bytes(path, text.into_bytes()).expect("the text is short enough")
}

fn small_files() -> Vec<Source> {
    (0..SMALL_FILES).map(small_file).collect()
}

fn events(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text);
    let mut count = 0;
    loop {
        match parser.next_token().expect("the text is YAML") {
            (Event::StreamEnd, _) => return count,
            _ => count += 1,
        }
    }
}

fn changed(source: Source) -> String {
    let outcome = harden_file(source, &Policy::default());
    let change = outcome.changes.into_iter().next();
    change.unwrap_or_else(|| panic!("the text is hardened: {:?}", outcome.refusals)).after
}

fn source(megabytes: usize) -> Source {
    Source::from_bytes("compose.yaml", compose_file(megabytes).into_bytes())
        .expect("the text is short enough")
}

#[divan::bench(args = MEGABYTES, sample_count = 10)]
fn tree(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = compose_file(megabytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| parse(black_box(&text)));
}

#[divan::bench(args = MEGABYTES, sample_count = 10)]
fn yaml_rust2_events(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = compose_file(megabytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| events(black_box(&text)));
}

#[divan::bench(args = MEGABYTES, sample_count = 10)]
fn fix(bencher: Bencher<'_, '_>, megabytes: usize) {
    let source = source(megabytes);
    bencher
        .counter(BytesCount::of_str(source.text()))
        .with_inputs(|| source.clone())
        .bench_local_values(|source| changed(black_box(source)));
}

#[divan::bench(args = MEGABYTES, sample_count = 10)]
fn yaml_rust2_events_before_and_after(bencher: Bencher<'_, '_>, megabytes: usize) {
    let source = source(megabytes);
    let after = changed(source.clone());
    bencher
        .counter(BytesCount::of_str(source.text()))
        .bench_local(|| events(black_box(source.text())) + events(black_box(&after)));
}

#[divan::bench(sample_count = 20)]
fn fix_small_files(bencher: Bencher<'_, '_>) {
    let sources = small_files();
    bencher
        .counter(ItemsCount::new(SMALL_FILES))
        .with_inputs(|| sources.clone())
        .bench_local_values(|sources| sources.into_iter().map(|source| changed(source).len()).sum::<usize>());
}

#[divan::bench(sample_count = 20)]
fn yaml_rust2_events_of_small_files(bencher: Bencher<'_, '_>) {
    let texts: Vec<_> = small_files().into_iter().map(|source| (changed(source.clone()), source)).collect();
    bencher.counter(ItemsCount::new(SMALL_FILES)).bench_local(|| {
        texts.iter().map(|(after, source)| events(source.text()) + events(after)).sum::<usize>()
    });
}
