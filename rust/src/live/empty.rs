//! Live mode without framework and agents. It shows what pipe, harness and engine cost by themselves.

use crate::clocks::monotonic_ns;
use crate::live::events::Outbox;
use crate::live::message::Open;
use crate::live::protocol::{Answer, Command, Event, Made};

pub struct Empty {
    /// Answers every message.
    text: String,
    /// So many were asked for. There is none.
    agents: usize,
}

impl Empty {
    pub fn new(text: String) -> Self {
        Self { text, agents: 0 }
    }

    /// Answers a message in a task of its own, as one for an agent is handled.
    pub fn reply(
        &self,
        id: usize,
        read_at_ns: u64,
        open: Open,
        outbox: Outbox,
    ) -> impl Future<Output = ()> + use<> {
        let replies = vec![self.text.clone()];
        async move {
            let now_ns = monotonic_ns();
            drop(open);
            outbox.send(Event::Reply {
                id,
                read_at_ns,
                sent_at_ns: now_ns,
                returned_at_ns: now_ns,
                model_ns: 0,
                replies,
            });
        }
    }

    /// Answers a command that is about agents. Returns `None` for others.
    pub fn answer(&mut self, command: &Command) -> Option<Answer> {
        match command {
            Command::Agents { count } => {
                self.agents += count.get();
                Some(Answer::Told(Event::Agents(Made {
                    alive: self.agents,
                    ..Made::default()
                })))
            }
            Command::Stored { agent } => Some(Answer::Told(Event::Stored {
                agent: *agent,
                from_user: Vec::new(),
                from_agent: Vec::new(),
            })),
            Command::Users { .. } => Some(Answer::Done),
            Command::Drop => {
                self.agents = 0;
                Some(Answer::Done)
            }
            _ => None,
        }
    }
}
