//! Waits, after a verification's last message, until the framework has nothing left to do.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::clocks::{nanos, process_cpu_ns};
use crate::measurement::Afterwards;

/// A framework that has called no model and changed nothing for so long is at rest.
const PAUSE: Duration = Duration::from_millis(500);
/// One that is not at rest by then is left at work.
const LONGEST: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(20);
/// The names of an adapter's methods that change nothing. Who only reads may be looking, on a timer
/// of its own, whether there is anything to do.
const READING: [&str; 8] = [
    "get", "search", "count", "find", "list", "is", "has", "ensure",
];

#[derive(Default)]
pub struct RestWatch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    embeddings: u64,
    calls: u64,
    /// `None` until the last message has returned.
    returned: Option<Reading>,
    last: Option<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    at: Instant,
    cpu_ns: u64,
}

impl Reading {
    fn take() -> Self {
        Self {
            at: Instant::now(),
            cpu_ns: process_cpu_ns(),
        }
    }
}

impl RestWatch {
    pub fn note_model(&self, is_embedding: bool) {
        let mut watched = self.lock();
        watched.embeddings += u64::from(is_embedding);
        watched.note();
    }

    pub fn note_database(&self, method: &str) {
        if !READING.iter().any(|word| method.starts_with(word)) {
            self.lock().note();
        }
    }

    /// Comes when the last message has returned.
    pub fn begin(&self) {
        self.lock().returned = Some(Reading::take());
    }

    pub async fn wait(&self) -> Afterwards {
        let began = self.lock().returned.unwrap_or_else(Reading::take);
        while !self.is_at_rest(began) && began.at.elapsed() < LONGEST {
            tokio::time::sleep(LOOK).await;
        }
        let at_rest = self.is_at_rest(began);
        let watched = self.lock();
        let last = watched.last.unwrap_or(began);
        Afterwards {
            at_rest,
            last_call_ns: nanos(last.at - began.at),
            cpu_ns: last.cpu_ns - began.cpu_ns,
            calls: watched.calls,
            embeddings: watched.embeddings,
        }
    }

    fn is_at_rest(&self, began: Reading) -> bool {
        self.lock().last.unwrap_or(began).at.elapsed() >= PAUSE
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().expect("nothing panics while it holds this")
    }
}

impl Watched {
    fn note(&mut self) {
        if self.returned.is_some() {
            self.calls += 1;
            self.last = Some(Reading::take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RestWatch;
    use std::time::Duration;

    #[tokio::test]
    async fn work_after_the_last_message_is_waited_for_and_reads_are_not() {
        let watch = RestWatch::default();
        watch.note_model(true);
        watch.begin();
        tokio::time::sleep(Duration::from_millis(30)).await;
        watch.note_database("create_memory");
        tokio::time::sleep(Duration::from_millis(30)).await;
        watch.note_database("get_memories");
        let found = watch.wait().await;
        assert!(found.at_rest);
        assert_eq!((found.calls, found.embeddings), (1, 1));
        assert!((30_000_000..500_000_000).contains(&found.last_call_ns));
    }
}
