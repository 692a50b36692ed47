//! The time that a live message has waited for the model, as the mock measures it.

use std::cell::Cell;
use std::future::Future;

use crate::clocks::monotonic_ns;

tokio::task_local! {
    static MODEL_TIME: ModelTime;
}

#[derive(Default)]
struct ModelTime {
    /// The calls that are awaited now.
    open: Cell<u32>,
    /// When the first of them began.
    since_ns: Cell<u64>,
    sum_ns: Cell<u64>,
}

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

/// Awaits `model`, and adds the time to that of the message. Without one to measure it only awaits.
pub async fn add(model: impl Future<Output = ()>) {
    let _awaited = Awaited::begin();
    model.await;
}

/// A model that is awaited. A call that is dropped before its answer ends too.
struct Awaited;

impl Awaited {
    fn begin() -> Self {
        let _ = MODEL_TIME.try_with(|time| {
            if time.open.get() == 0 {
                time.since_ns.set(monotonic_ns());
            }
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
                let elapsed_ns = monotonic_ns() - time.since_ns.get();
                time.sum_ns.set(time.sum_ns.get() + elapsed_ns);
            }
        });
    }
}

#[cfg(test)]
mod tests {
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

    async fn wait_ms(ms: u64) {
        sleep(Duration::from_millis(ms)).await;
    }

    #[test]
    fn calls_one_after_another_add_up_without_what_is_between() {
        let model_ms = measure_ms(async {
            add(wait_ms(20)).await;
            wait_ms(300).await;
            add(wait_ms(20)).await;
        });
        assert!((40..300).contains(&model_ms), "{model_ms} ms");
    }

    #[test]
    fn calls_that_overlap_count_once() {
        let model_ms = measure_ms(async {
            tokio::join!(add(wait_ms(200)), add(wait_ms(150)));
        });
        assert!((200..350).contains(&model_ms), "{model_ms} ms");
    }

    #[test]
    fn a_call_that_is_given_up_ends_then() {
        let model_ms = measure_ms(async {
            tokio::select! {
                () = add(wait_ms(60_000)) => unreachable!("it takes a minute"),
                () = wait_ms(20) => {}
            }
            add(wait_ms(20)).await;
        });
        assert!((40..10_000).contains(&model_ms), "{model_ms} ms");
    }
}
