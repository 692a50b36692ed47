//! A database server as an iteration sees it: everything that the harness does with it beside the
//! framework, off every clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::time::sleep;

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

    /// Looks at what the other connections do.
    async fn look(&self) -> Result<Look, FrameworkError>;
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

/// What one look at a server tells of the other connections.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Those that are at work now.
    pub busy: u64,
    /// How long ago the last of them has begun or ended anything; `None` without any.
    pub idle: Option<Duration>,
}

/// It is over when nothing was done for so long.
const QUIET: Duration = Duration::from_millis(20);
/// While work is seen, looks are so far apart.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Waits until no other connection does anything, or has for a while. Returns the nanoseconds from
/// now until the last work ended, 0 if there was none.
///
/// # Errors
/// Returns a [`FrameworkError`] where the server does not come to rest in ten seconds.
pub async fn settle(server: &dyn DatabaseServer) -> Result<u64, FrameworkError> {
    wait_until_quiet(LONGEST_WAIT, async || server.look().await).await
}

async fn wait_until_quiet(
    longest: Duration,
    mut look: impl AsyncFnMut() -> Result<Look, FrameworkError>,
) -> Result<u64, FrameworkError> {
    let stopped = Instant::now();
    let mut worked = Duration::ZERO;
    loop {
        // An answer may come late, behind work: it tells of the moment of the question, or later.
        let asked = stopped.elapsed();
        let Look { busy, idle } = look().await?;
        if busy > 0 {
            worked = stopped.elapsed();
        } else if let Some(idle) = idle {
            worked = worked.max(asked.saturating_sub(idle));
        }
        let quiet = asked.saturating_sub(worked);
        if quiet >= QUIET {
            return Ok(u64::try_from(worked.as_nanos()).unwrap_or(u64::MAX));
        }
        if asked >= longest {
            return Err(still_busy(busy, longest));
        }
        sleep(if busy > 0 {
            BETWEEN_LOOKS
        } else {
            QUIET - quiet
        })
        .await;
    }
}

fn still_busy(busy: u64, waited: Duration) -> FrameworkError {
    let message = format!(
        "the database has not come to rest {} s after the runtime has stopped: {busy} connections \
         are busy",
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

    use super::{Look, QUIET, wait_until_quiet};

    fn in_a_runtime<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(future)
    }

    fn idle_for(milliseconds: u64) -> Look {
        Look {
            busy: 0,
            idle: Some(Duration::from_millis(milliseconds)),
        }
    }

    /// Sees the given looks one after another, then a server that is idle. Returns the nanoseconds
    /// of work, and how many looks there were.
    async fn wait_for(looks: &[Look]) -> (u64, usize) {
        let mut count = 0;
        let settle_ns = wait_until_quiet(Duration::from_secs(10), async || {
            count += 1;
            Ok(looks.get(count - 1).copied().unwrap_or(idle_for(30)))
        });
        (settle_ns.await.unwrap(), count)
    }

    #[test]
    fn a_server_at_rest_is_watched_for_a_while_and_takes_no_time() {
        for idle in [None, Some(Duration::from_secs(1000))] {
            let rest = Look { busy: 0, idle };
            let begun = std::time::Instant::now();
            assert_eq!(in_a_runtime(wait_for(&[rest, rest])), (0, 2));
            assert!(begun.elapsed() >= QUIET);
        }
    }

    #[test]
    fn the_time_ends_with_the_last_work() {
        let busy = Look {
            busy: 2,
            idle: Some(Duration::ZERO),
        };
        let (settle_ns, looks) = in_a_runtime(wait_for(&[busy, idle_for(1), idle_for(2)]));
        assert_eq!(looks, 4);
        assert!(
            (20_000_000..1_000_000_000).contains(&settle_ns),
            "{settle_ns}"
        );
    }

    #[test]
    fn a_server_that_never_rests_is_an_error() {
        let busy = Look {
            busy: 3,
            idle: None,
        };
        let error = in_a_runtime(wait_until_quiet(Duration::from_millis(30), async || {
            Ok(busy)
        }));
        let message = error.unwrap_err().message;
        assert!(message.contains("3 connections are busy"), "{message}");
    }
}
