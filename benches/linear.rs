//! Whether the cost of `fix` is linear: processor time per byte of the whole of it, in memory, over texts of 1, 10 and
//! 100 MB with 10, 100 and 1,000 services per MB; beside it that of yaml-rust2, which reads the text once and builds nothing.
//!
//!     cargo bench --bench linear
//!
//! Each row is measured in turn with the first one, so that both meet the machine in the same state: the figures are medians, and
//! so is the ratio after each, of the row to the first. 1.30 is the most that `fix` should reach.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "it shows figures, none of which is exact"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use compose_harden::harden::harden_file;
use compose_harden::policy::Policy;
use compose_harden::text::Source;
use rustix::time::{ClockId, clock_gettime};
use yaml_rust2::parser::{Event, Parser};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MEGABYTE: usize = 1_000_000;

const SIZES_IN_MEGABYTES: [usize; 3] = [1, 10, 100];

const SERVICES_PER_MEGABYTE: [usize; 3] = [10, 100, 1_000];

/// How many MB are read at least each time.
const MEGABYTES_AT_A_TIME: usize = 10;

/// How often each row is measured.
const ROUNDS: usize = 21;

/// How often it is where it takes longer than the others.
const ROUNDS_OF_LONG_ROWS: usize = 7;

fn main() {
    let texts = SIZES_IN_MEGABYTES
        .into_iter()
        .flat_map(|size| SERVICES_PER_MEGABYTE.map(|services| (size, services)));
    println!(
        "{:>4} {:>16} {:>19} {:>24}",
        "MB", "services per MB", "fix, ns per byte", "yaml-rust2, ns per byte"
    );
    let mut first = None;
    for (megabytes, services_per_megabyte) in texts {
        let text = compose_file(megabytes, services_per_megabyte);
        let first = first.get_or_insert_with(|| text.clone());
        let rounds = if megabytes > MEGABYTES_AT_A_TIME { ROUNDS_OF_LONG_ROWS } else { ROUNDS };
        print!("{megabytes:>4} {services_per_megabyte:>16}");
        for (cost, width) in [(fix as fn(&Source) -> Duration, 12), (read_by_yaml_rust2, 17)] {
            let measured: Vec<_> =
                (0..rounds).map(|_| [first, &text].map(|text| per_byte(cost, text))).collect();
            let own = median(measured.iter().map(|[_, own]| *own));
            let ratio = median(measured.iter().map(|[base, own]| own / base));
            print!(" {own:>width$.1} {ratio:>6.2}");
        }
        println!();
    }
}

/// The nanoseconds that `cost` finds for each byte of a text, on average over as many runs as it takes.
fn per_byte(cost: fn(&Source) -> Duration, text: &Source) -> f64 {
    let bytes = text.text().len();
    let runs = (MEGABYTES_AT_A_TIME * MEGABYTE).div_ceil(bytes);
    let total: Duration = (0..runs).map(|_| cost(text)).sum();
    total.as_nanos() as f64 / (runs * bytes) as f64
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// A Compose file of so many MB with services of equal length.
fn compose_file(megabytes: usize, services_per_megabyte: usize) -> Source {
    let length = MEGABYTE / services_per_megabyte;
    let mut text = String::from("services:\n");
    for number in 0..megabytes * services_per_megabyte {
        let end = text.len() + length;
        let head = format!(
            "  service-{number}:\n    image: example.com/team/service-{number}:1.2.3\n    ports: [\"8080:80\"]\n    environment:\n"
        );
        text.push_str(&head);
        let mut variable = 0;
        while text.len() < end {
            writeln!(text, "      VARIABLE_{variable}: \"value {variable} of {number}\" # a comment")
                .expect("a string takes every byte");
            variable += 1;
        }
    }
    Source::from_bytes("compose.yaml", text.into_bytes()).expect("the text is short enough")
}

/// The time of the processor that hardening takes, in all threads together.
fn fix(source: &Source) -> Duration {
    let source = source.clone();
    let start = processor_time();
    let outcome = harden_file(black_box(source), &Policy::default());
    let cost = processor_time().saturating_sub(start);
    assert_eq!(outcome.changes.len(), 1, "the text is hardened: {:?}", outcome.refusals);
    cost
}

/// The time of the processor that yaml-rust2 takes for all events of the text.
fn read_by_yaml_rust2(source: &Source) -> Duration {
    let start = processor_time();
    let mut parser = Parser::new(black_box(source.text()).chars());
    loop {
        match parser.next_token() {
            Ok((Event::StreamEnd, _)) => break,
            Ok(event) => drop(black_box(event)),
            Err(error) => panic!("yaml-rust2 reads the text: {error}"),
        }
    }
    processor_time().saturating_sub(start)
}

fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now).expect("no process has run for less than no time")
}
