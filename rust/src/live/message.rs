//! Handles one live message, in a task of its own.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use elizaos::{AgentRuntime, Memory};

use crate::clocks::monotonic_ns;
use crate::contract::Scenario;
use crate::failure::guard;
use crate::live::events::Outbox;
use crate::live::model_time;
use crate::live::protocol::Event;
use crate::recipe::Phase;
use crate::sender::{Inbox, Outgoing, Sender};

/// A message that has been read and is handled now.
pub struct Delivery {
    pub id: usize,
    pub read_at_ns: u64,
    pub runtime: Arc<AgentRuntime>,
    pub message: Memory,
    pub scenario: Arc<Scenario>,
    pub sender: Arc<dyn Sender>,
    /// Whether the model takes time, which is then measured.
    pub model_waits: bool,
    pub open: Open,
    pub outbox: Outbox,
}

impl Delivery {
    /// Calls the framework and tells what came of it.
    pub async fn handle(mut self) {
        let inbox = Inbox::new(1);
        let callback = inbox.callback(0);
        let sent_at_ns = monotonic_ns();
        let call = guard(self.sender.send(Outgoing {
            runtime: &self.runtime,
            message: &mut self.message,
            callback,
            scenario: &self.scenario,
            phase: Phase::Plain,
        }));
        let (outcome, model_ns) = if self.model_waits {
            model_time::measure(call).await
        } else {
            (call.await, 0)
        };
        let returned_at_ns = monotonic_ns();
        drop(self.open);
        self.outbox.send(match outcome {
            Ok(_) => Event::Reply {
                id: self.id,
                read_at_ns: self.read_at_ns,
                sent_at_ns,
                returned_at_ns,
                model_ns,
                replies: inbox.replies().remove(0),
            },
            Err(error) => Event::Raised {
                id: self.id,
                read_at_ns: self.read_at_ns,
                returned_at_ns,
                failure: error.during("message"),
            },
        });
    }
}

/// Counts a message as open for as long as it lives.
pub struct Open(Arc<AtomicUsize>);

impl Open {
    pub fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
        // What the framework raises is caught before. This is a bug of the harness, and a task that
        // nobody joins must not hide it.
        if thread::panicking() {
            process::exit(1);
        }
    }
}
