//! Whether the cost of `fix` is linear: processor time per byte of the whole of it, in memory, over texts of 1, 10 and
//! 100 MB with 10, 100 and 1,000 services per MB.
//!
//!     cargo bench --bench linear
//!
//! Each row ends with how its cost per byte compares to that of the first; 1.30 is the most it should be.

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

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MEGABYTE: usize = 1_000_000;

/// Sizes in MB, and how often each is measured; the least time counts.
const SIZES: [(usize, usize); 3] = [(1, 30), (10, 7), (100, 3)];

const SERVICES_PER_MEGABYTE: [usize; 3] = [10, 100, 1_000];

fn main() {
    println!("{:>8} {:>16} {:>12} {:>8}", "MB", "services per MB", "ns per byte", "ratio");
    let mut first = None;
    for (megabytes, times) in SIZES {
        for services in SERVICES_PER_MEGABYTE {
            let source = compose_file(megabytes, services);
            let bytes = source.text().len();
            let least = (0..times).map(|_| cost(&source)).min().unwrap_or_default();
            let cost = least.as_nanos() as f64 / bytes as f64;
            let ratio = cost / *first.get_or_insert(cost);
            println!("{megabytes:>8} {services:>16} {cost:>12.1} {ratio:>8.2}");
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
fn cost(source: &Source) -> Duration {
    let source = source.clone();
    let start = processor_time();
    let outcome = harden_file(black_box(source), &Policy::default());
    let cost = processor_time().checked_sub(start).expect("processor time only grows");
    assert_eq!(outcome.changes.len(), 1, "the text is hardened: {:?}", outcome.refusals);
    cost
}

fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now).expect("no process has run for less than no time")
}
