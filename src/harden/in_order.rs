//! Work on many items by several threads, whose results come in the order of the items.

use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, PoisonError};
use std::{thread, vec};

/// How many runs of results may wait for an earlier one, for each thread. It bounds what they hold in memory.
const WAITING_PER_THREAD: usize = 2;

/// How many items a thread takes at once where there are many: each hand-over costs more than a small item.
const LONGEST_RUN: usize = 4;

/// Calls `work` on each of `items`, and `take` on each result in the order of the items, until it breaks.
///
/// `take` runs on the calling thread, and so does everything where there is only one item or processor.
pub fn in_order<T: Send, R: Send, B>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    // `available_parallelism` reads cgroup files on Linux: not worth it for one item.
    let threads = match items.len() {
        0 | 1 => 1,
        many => thread::available_parallelism().map_or(1, usize::from).min(many),
    };
    if threads == 1 {
        return items.into_iter().try_for_each(|item| take(work(item)));
    }
    let waiting = threads * WAITING_PER_THREAD;
    // Few items may be large ones, and no thread should wait for another's.
    let length = (items.len() / (4 * waiting)).clamp(1, LONGEST_RUN);
    let line = Line::new(items, length, waiting);
    thread::scope(|scope| {
        // Without it the workers would wait forever if `take` or the work panics.
        let _end = EndOnDrop(&line);
        for _ in 0..threads {
            scope.spawn(|| {
                let _end = EndOnPanic(&line);
                while let Some((place, run)) = line.next() {
                    line.put(place, run.into_iter().map(&work).collect());
                }
            });
        }
        for place in 0..line.runs {
            let Some(results) = line.get(place) else { break };
            results.into_iter().try_for_each(&mut take)?;
        }
        ControlFlow::Continue(())
    })
}

/// The runs of items in line, and the results that wait for earlier ones.
struct Line<T, R> {
    state: Mutex<State<T, R>>,
    changed: Condvar,
    /// How many runs there are, and how many items each but the last has.
    runs: usize,
    length: usize,
    /// How far ahead of the next result work may be.
    ahead: usize,
}

struct State<T, R> {
    items: vec::IntoIter<T>,
    /// The results of each run.
    results: Vec<Option<Vec<R>>>,
    /// The next run to work on.
    next: usize,
    /// The results that were taken.
    taken: usize,
    ended: bool,
}

impl<T, R> Line<T, R> {
    fn new(items: Vec<T>, length: usize, ahead: usize) -> Self {
        let runs = items.len().div_ceil(length);
        let results = std::iter::repeat_with(|| None).take(runs).collect();
        let state = State { items: items.into_iter(), results, next: 0, taken: 0, ended: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), runs, length, ahead }
    }

    /// A run that nobody works on yet with its place, once it is not too far ahead.
    fn next(&self) -> Option<(usize, Vec<T>)> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = |state: &mut State<T, R>| {
            !state.ended && state.next < state.results.len() && state.next >= state.taken + self.ahead
        };
        let mut state = self.changed.wait_while(state, is_early).unwrap_or_else(PoisonError::into_inner);
        if state.ended || state.next >= state.results.len() {
            return None;
        }
        state.next += 1;
        Some((state.next - 1, state.items.by_ref().take(self.length).collect()))
    }

    fn put(&self, place: usize, result: Vec<R>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.results[place] = Some(result);
        if place == state.taken {
            self.changed.notify_all();
        }
    }

    /// The result of a run, once it is done; none where no more will come.
    fn get(&self, place: usize) -> Option<Vec<R>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_missing = |state: &mut State<T, R>| !state.ended && state.results[place].is_none();
        let mut state = self.changed.wait_while(state, is_missing).unwrap_or_else(PoisonError::into_inner);
        // Threads wait only for what is too far ahead.
        let others_wait = state.next >= state.taken + self.ahead;
        state.taken = place + 1;
        let result = state.results[place].take();
        drop(state);
        if others_wait {
            self.changed.notify_all();
        }
        result
    }

    fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.changed.notify_all();
    }
}

struct EndOnDrop<'l, T, R>(&'l Line<T, R>);

impl<T, R> Drop for EndOnDrop<'_, T, R> {
    fn drop(&mut self) {
        self.0.end();
    }
}

struct EndOnPanic<'l, T, R>(&'l Line<T, R>);

impl<T, R> Drop for EndOnPanic<'_, T, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_every_result_in_order() {
        let items: Vec<u64> = (0..500).collect();
        let mut taken = Vec::new();
        let work = |item: u64| {
            // Some are slow, so that later ones are done before them.
            (0..item % 7 * 1000).fold(item, |sum, _| std::hint::black_box(sum));
            item * 2
        };
        let end = in_order(items.clone(), work, |result| {
            taken.push(result);
            ControlFlow::<()>::Continue(())
        });
        assert_eq!(end, ControlFlow::Continue(()));
        assert_eq!(taken, items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }

    #[test]
    fn stops_where_it_is_told_to() {
        let items: Vec<u64> = (0..500).collect();
        let end = in_order(
            items,
            |item| item,
            |item| match item {
                100 => ControlFlow::Break(item),
                _ => ControlFlow::Continue(()),
            },
        );
        assert_eq!(end, ControlFlow::Break(100));
    }

    #[test]
    fn passes_a_panic_of_the_work_on() {
        let items: Vec<u64> = (0..50).collect();
        let work = |item: u64| assert_ne!(item, 20);
        let run = || in_order(items.clone(), work, |()| ControlFlow::<()>::Continue(()));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
