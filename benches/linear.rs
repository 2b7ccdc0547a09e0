//! Whether the cost of `fix` is linear: processor time per byte of the whole of it, in memory, over texts of 1, 10 and
//! 100 MB with 10, 100 and 1,000 services per MB; beside it that of yaml-rust2, which reads the text once and builds nothing.
//!
//!     cargo bench --bench linear
//!
//! Each figure is followed by how it compares to that of the first row; 1.30 is the most that `fix` should reach.

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

/// How often all is measured, and at least so many MB of each text each time; the least cost counts.
const ROUNDS: usize = 5;
const MEGABYTES_IN_A_ROUND: usize = 10;

fn main() {
    let texts = SIZES_IN_MEGABYTES
        .into_iter()
        .flat_map(|size| SERVICES_PER_MEGABYTE.map(|services| (size, services)));
    let mut rows: Vec<Row> = texts.map(Row::new).collect();
    // In turns, since the machine may be busier at one time than at another.
    for _ in 0..ROUNDS {
        rows.iter_mut().for_each(Row::measure);
    }
    println!(
        "{:>4} {:>16} {:>19} {:>24}",
        "MB", "services per MB", "fix, ns per byte", "yaml-rust2, ns per byte"
    );
    let first = rows.first().map(|row| row.costs).unwrap_or_default();
    for row in &rows {
        print!("{:>4} {:>16}", row.megabytes, row.services_per_megabyte);
        for ((cost, base), width) in row.costs.into_iter().zip(first).zip([12, 17]) {
            print!(" {cost:>width$.1} {:>6.2}", cost / base);
        }
        println!();
    }
}

/// A text, and what it costs in nanoseconds for each byte.
struct Row {
    megabytes: usize,
    services_per_megabyte: usize,
    source: Source,
    /// The costs of `fix` and of yaml-rust2.
    costs: [f64; 2],
}

impl Row {
    fn new((megabytes, services_per_megabyte): (usize, usize)) -> Self {
        let source = compose_file(megabytes, services_per_megabyte);
        Self { megabytes, services_per_megabyte, source, costs: [f64::INFINITY; 2] }
    }

    fn measure(&mut self) {
        for _ in 0..MEGABYTES_IN_A_ROUND.div_ceil(self.megabytes) {
            let bytes = self.source.text().len() as f64;
            for (least, cost) in self.costs.iter_mut().zip([fix, read_by_yaml_rust2]) {
                *least = least.min(cost(&self.source).as_nanos() as f64 / bytes);
            }
        }
    }
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
