//! Work spread over threads, results taken in the order of the input.
//!
//! At most a few items a thread are on their way at any time, however fast the input and however slow a single
//! item: memory is bounded by the number of jobs and the largest item, not by the input.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::thread;

use crossbeam_channel::bounded;

/// Items on their way for each job.
const AHEAD: usize = 4;

/// Takes `work(item)` for each of `items`, in order, until `take` breaks off. The result is its last answer.
pub(super) fn run<T, U, E>(
    jobs: usize,
    mut items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> U + Sync,
    mut take: impl FnMut(U) -> ControlFlow<E>,
) -> ControlFlow<E>
where
    T: Send,
    U: Send,
{
    if jobs <= 1 {
        return items.try_for_each(|item| take(work(item)));
    }
    thread::scope(|scope| {
        let (permit, permits) = bounded::<()>(jobs * AHEAD);
        let (give, given) = bounded::<(u64, T)>(jobs * AHEAD);
        let (send, done) = bounded::<(u64, U)>(jobs * AHEAD);
        scope.spawn(move || {
            for item in (0..).zip(items) {
                // Refused once the taker has broken off.
                if permit.send(()).is_err() || give.send(item).is_err() {
                    return;
                }
            }
        });
        let work = &work;
        for _ in 0..jobs {
            let (given, send) = (given.clone(), send.clone());
            scope.spawn(move || {
                for (number, item) in given {
                    if send.send((number, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop((given, send));
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, result) in done {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                let _ = permits.recv();
                take(result)?;
            }
        }
        ControlFlow::Continue(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_few_are_on_their_way() {
        let started = std::sync::atomic::AtomicUsize::new(0);
        for jobs in [1, 2, 5] {
            let mut taken = Vec::new();
            started.store(0, std::sync::atomic::Ordering::SeqCst);
            let ended: ControlFlow<()> = run(
                jobs,
                0..1000_usize,
                |n| {
                    started.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    if n % 100 == 0 {
                        thread::sleep(std::time::Duration::from_millis(2));
                    }
                    n
                },
                |n| {
                    let ahead = started.load(std::sync::atomic::Ordering::SeqCst) - n;
                    assert!(ahead <= jobs * AHEAD + 1, "{ahead} on their way");
                    taken.push(n);
                    ControlFlow::Continue(())
                },
            );
            assert!(ended.is_continue());
            assert!(taken.iter().copied().eq(0..1000));
        }
    }

    #[test]
    fn breaking_off_ends_an_endless_input() {
        let ended = run(3, 0.., |n| n, |n| if n == 50 { ControlFlow::Break(n) } else { ControlFlow::Continue(()) });
        assert_eq!(ended, ControlFlow::Break(50));
    }
}
