//! A database server as an iteration sees it: everything that the harness does with it beside the
//! framework, off every clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::time::sleep;

use crate::clocks::elapsed_ns;
use crate::databases::server_cpu::CpuReading;
use crate::failure::FrameworkError;

/// The marks of a verification. Whoever counts statements between the harness and its server counts
/// from one to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The messages begin.
    Messages,
    /// The last message has returned.
    Returned,
    /// The runtime has stopped, and the server has come to rest.
    Settled,
}

impl Mark {
    /// The statement that the mark is.
    pub fn statement(self) -> &'static str {
        match self {
            Self::Messages => "SELECT 'eliza-benchmark:messages'",
            Self::Returned => "SELECT 'eliza-benchmark:returned'",
            Self::Settled => "SELECT 'eliza-benchmark:settled'",
        }
    }
}

/// A database on a server. Every method uses a connection of the harness's own.
#[async_trait]
pub trait DatabaseServer: Send + Sync {
    /// Names the adapter and the server with their versions.
    fn describe(&self) -> String;

    /// Empties every table of the framework's. Tables stay, so that they are made once.
    async fn clear(&self) -> Result<(), FrameworkError>;

    /// Sends a statement that says where a verification is.
    async fn mark(&self, mark: Mark) -> Result<(), FrameworkError>;

    /// Reads the processor time of the other connections' server processes.
    async fn read_cpu(&self) -> Result<CpuReading, FrameworkError>;

    /// Returns the nanoseconds that they have run since `reading`, `None` where that cannot be
    /// told.
    async fn cpu_ns_since(&self, reading: &CpuReading) -> Result<Option<u64>, FrameworkError>;

    /// Counts the other connections that do anything.
    async fn count_busy(&self) -> Result<u64, FrameworkError>;
}

/// The server's part in the measured spans of one iteration. Without a server it does nothing.
pub struct ServerWatch {
    server: Option<Arc<dyn DatabaseServer>>,
    /// A verification marks where its messages begin and end.
    marks: bool,
    cpu_ns: Option<u64>,
}

impl ServerWatch {
    pub fn new(server: Option<Arc<dyn DatabaseServer>>, marks: bool) -> Self {
        Self {
            server,
            marks,
            cpu_ns: Some(0),
        }
    }

    /// Call it just before a span, and pass its answer to [`ServerWatch::end_span`].
    pub async fn begin_span(&self) -> Result<Option<CpuReading>, FrameworkError> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        if self.marks {
            server.mark(Mark::Messages).await?;
        }
        server.read_cpu().await.map(Some)
    }

    pub async fn end_span(&mut self, before: Option<CpuReading>) -> Result<(), FrameworkError> {
        let Some((server, before)) = self.server.as_ref().zip(before) else {
            return Ok(());
        };
        let used = server.cpu_ns_since(&before).await?;
        self.cpu_ns = self.cpu_ns.zip(used).map(|(sum, used)| sum + used);
        if self.marks {
            server.mark(Mark::Returned).await?;
        }
        Ok(())
    }

    /// Returns the processor time of all spans up to now, in nanoseconds.
    pub fn cpu_ns(&self) -> Option<u64> {
        self.cpu_ns
    }
}

const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Waits until no other connection has done anything in five looks. Returns the nanoseconds from
/// now to the last look that saw something, 0 if none did.
///
/// # Errors
/// Returns a [`FrameworkError`] where the server does not come to rest in ten seconds.
pub async fn settle(server: &dyn DatabaseServer) -> Result<u64, FrameworkError> {
    wait_until_quiet(LONGEST_WAIT, async || server.count_busy().await).await
}

async fn wait_until_quiet(
    longest: Duration,
    mut count_busy: impl AsyncFnMut() -> Result<u64, FrameworkError>,
) -> Result<u64, FrameworkError> {
    let stopped = Instant::now();
    let (mut quiet_looks, mut settle_ns) = (0, 0);
    loop {
        let busy = count_busy().await?;
        if busy == 0 {
            quiet_looks += 1;
        } else {
            (quiet_looks, settle_ns) = (0, elapsed_ns(stopped));
        }
        if quiet_looks == LOOKS {
            return Ok(settle_ns);
        }
        if stopped.elapsed() >= longest {
            return Err(still_busy(busy, longest));
        }
        sleep(BETWEEN_LOOKS).await;
    }
}

fn still_busy(busy: u64, waited: Duration) -> FrameworkError {
    let message = format!(
        "the database has not come to rest {} s after the runtime has stopped: {busy} connections \
         are not idle",
        waited.as_secs()
    );
    FrameworkError {
        kind: "DatabaseNotIdle".to_owned(),
        stack: message.clone(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::wait_until_quiet;

    fn in_a_runtime<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(future)
    }

    /// Looks that see the given counts one after another, then nothing.
    async fn wait_for(counts: &[u64]) -> (u64, usize) {
        let mut looks = 0;
        let settle_ns = wait_until_quiet(Duration::from_secs(10), async || {
            looks += 1;
            Ok(counts.get(looks - 1).copied().unwrap_or_default())
        });
        (settle_ns.await.unwrap(), looks)
    }

    #[test]
    fn a_server_at_rest_takes_five_looks_and_no_time() {
        assert_eq!(in_a_runtime(wait_for(&[])), (0, 5));
    }

    #[test]
    fn the_time_ends_with_the_last_look_that_saw_something() {
        let (settle_ns, looks) = in_a_runtime(wait_for(&[2, 0, 0, 1]));
        assert_eq!(looks, 9);
        assert!(
            (30_000_000..1_000_000_000).contains(&settle_ns),
            "{settle_ns}"
        );
    }

    #[test]
    fn a_server_that_never_rests_is_an_error() {
        let error = in_a_runtime(wait_until_quiet(Duration::from_millis(30), async || Ok(3)));
        let message = error.unwrap_err().message;
        assert!(message.contains("3 connections are not idle"), "{message}");
    }
}
