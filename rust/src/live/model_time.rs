//! The time that a live message has waited for the model, as the mock measures it.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use crate::clocks::{monotonic_ns, nanos};

tokio::task_local! {
    static MODEL_TIME: ModelTime;
}

#[derive(Default)]
struct ModelTime {
    /// The calls that are awaited now.
    open: Cell<u32>,
    /// When the first of them began.
    since_ns: Cell<u64>,
    /// They count no longer than until here.
    until_ns: Cell<u64>,
    sum_ns: Cell<u64>,
}

/// A timer may be late by this. What comes later finds the process busy, which is no model's time.
const TIMER: Duration = Duration::from_millis(1);

/// Awaits `message`, and returns with its outcome the nanoseconds in which at least one model that
/// it had called was awaited.
pub async fn measure<T>(message: impl Future<Output = T>) -> (T, u64) {
    MODEL_TIME
        .scope(ModelTime::default(), async {
            let outcome = message.await;
            (outcome, MODEL_TIME.with(|time| time.sum_ns.get()))
        })
        .await
}

/// Awaits a model that takes `delay`, and adds the time to that of the message. Without one to
/// measure it only awaits.
pub async fn add(delay: Duration) {
    let _awaited = Awaited::begin(delay);
    tokio::time::sleep(delay).await;
}

/// A model that is awaited. A call that is dropped before its answer ends too.
struct Awaited;

impl Awaited {
    fn begin(delay: Duration) -> Self {
        let _ = MODEL_TIME.try_with(|time| {
            let now_ns = monotonic_ns();
            if time.open.get() == 0 {
                time.since_ns.set(now_ns);
                time.until_ns.set(now_ns);
            }
            let until_ns = now_ns.saturating_add(nanos(delay + TIMER));
            time.until_ns.set(time.until_ns.get().max(until_ns));
            time.open.set(time.open.get() + 1);
        });
        Self
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        let _ = MODEL_TIME.try_with(|time| {
            time.open.set(time.open.get() - 1);
            if time.open.get() == 0 {
                let end_ns = monotonic_ns().min(time.until_ns.get());
                time.sum_ns
                    .set(time.sum_ns.get() + end_ns - time.since_ns.get());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::time::Duration;

    use tokio::time::sleep;

    use super::{add, measure};

    fn measure_ms<T>(message: impl Future<Output = T>) -> u64 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let (_, model_ns) = runtime.unwrap().block_on(measure(message));
        model_ns / 1_000_000
    }

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn calls_one_after_another_add_up_without_what_is_between() {
        let model_ms = measure_ms(async {
            add(ms(20)).await;
            sleep(ms(300)).await;
            add(ms(20)).await;
        });
        assert!((40..300).contains(&model_ms), "{model_ms} ms");
    }

    #[test]
    fn calls_that_overlap_count_once() {
        let model_ms = measure_ms(async {
            tokio::join!(add(ms(200)), add(ms(150)));
        });
        assert!((200..350).contains(&model_ms), "{model_ms} ms");
    }

    #[test]
    fn a_call_that_is_given_up_ends_then() {
        let model_ms = measure_ms(async {
            tokio::select! {
                () = add(ms(60_000)) => unreachable!("it takes a minute"),
                () = sleep(ms(20)) => {}
            }
            add(ms(20)).await;
        });
        assert!((40..10_000).contains(&model_ms), "{model_ms} ms");
    }

    #[test]
    fn a_process_that_is_busy_when_the_answer_comes_is_no_models_time() {
        let model_ms = measure_ms(async {
            let (called, ()) = tokio::join!(add(ms(20)), async {
                sleep(ms(10)).await;
                std::thread::sleep(ms(200));
            });
            called
        });
        assert!((20..=21).contains(&model_ms), "{model_ms} ms");
    }
}
