//! Passes a message to the framework and keeps what the framework gives back.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use elizaos::services::{DefaultMessageService, IMessageService, MessageProcessingResult};
use elizaos::types::components::HandlerCallback;
use elizaos::{AgentRuntime, Memory};

use crate::clocks::elapsed_ns;
use crate::contract::Scenario;
use crate::failure::{FrameworkError, guard};
use crate::recipe::Phase;

/// A message on its way.
pub struct Outgoing<'a> {
    pub runtime: &'a AgentRuntime,
    pub message: &'a mut Memory,
    pub callback: HandlerCallback,
    pub scenario: &'a Scenario,
    pub phase: Phase,
}

pub type Sending<'a> =
    Pin<Box<dyn Future<Output = anyhow::Result<MessageProcessingResult>> + Send + 'a>>;

/// Sends a message. Measurements use [`Framework`]. Tests of the benchmark put faulty senders in
/// its place.
pub trait Sender: Send + Sync {
    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> Sending<'a>;
}

/// Calls the framework's public entry point, `handle_message` of its message service.
pub struct Framework;

static MESSAGE_SERVICE: DefaultMessageService = DefaultMessageService;

impl Sender for Framework {
    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> Sending<'a> {
        // The service's own boxed future is passed on. This call costs a virtual call and no
        // allocation.
        MESSAGE_SERVICE.handle_message(
            outgoing.runtime,
            outgoing.message,
            Some(outgoing.callback),
            None,
        )
    }
}

/// The time of a message, and whether the framework says that it answered.
pub struct Delivered {
    pub elapsed_ns: u64,
    pub responded: bool,
}

/// Awaits one message. Its time is from `sent` to the call's return. The result is dropped after
/// the clock is read.
pub async fn deliver(
    sender: &dyn Sender,
    runtime: &AgentRuntime,
    mut message: Memory,
    callback: HandlerCallback,
    scenario: &Scenario,
    phase: Phase,
    sent: Instant,
) -> Result<Delivered, FrameworkError> {
    let outgoing = Outgoing {
        runtime,
        message: &mut message,
        callback,
        scenario,
        phase,
    };
    let outcome = guard(sender.send(outgoing)).await;
    let elapsed_ns = elapsed_ns(sent);
    Ok(Delivered {
        elapsed_ns,
        responded: outcome?.did_respond,
    })
}

/// The room for the texts of one message's callback. No scenario expects more.
const CALLBACKS_EXPECTED: usize = 4;

/// Keeps what every callback was given, by message: its text, or `None` for a call without one.
pub struct Inbox(Vec<Mutex<Vec<Option<String>>>>);

impl Inbox {
    pub fn new(messages: usize) -> Arc<Self> {
        Arc::new(Self(
            (0..messages)
                .map(|_| Mutex::new(Vec::with_capacity(CALLBACKS_EXPECTED)))
                .collect(),
        ))
    }

    /// Makes the callback of message `index`. It returns no memories, because the framework would
    /// store the reply once more.
    pub fn callback(self: &Arc<Self>, index: usize) -> HandlerCallback {
        let inbox = self.clone();
        Box::new(move |content| {
            inbox.0[index]
                .lock()
                .expect("nothing panics while it holds an inbox")
                .push(content.text);
            Box::pin(async { Vec::new() })
        })
    }

    /// Returns the non-empty reply texts of each message, in order.
    pub fn replies(&self) -> Vec<Vec<String>> {
        let texts = |handed: Vec<Option<String>>| {
            handed
                .into_iter()
                .flatten()
                .filter(|text| !text.is_empty())
                .collect()
        };
        self.snapshot().into_iter().map(texts).collect()
    }

    /// Returns how often callbacks were called, and how often without a text.
    pub fn callbacks(&self) -> (usize, usize) {
        let handed: Vec<Option<String>> = self.snapshot().into_iter().flatten().collect();
        let empty = handed
            .iter()
            .filter(|text| text.as_deref().is_none_or(str::is_empty))
            .count();
        (handed.len(), empty)
    }

    fn snapshot(&self) -> Vec<Vec<Option<String>>> {
        self.0
            .iter()
            .map(|handed| {
                handed
                    .lock()
                    .expect("nothing panics while it holds an inbox")
                    .clone()
            })
            .collect()
    }
}
