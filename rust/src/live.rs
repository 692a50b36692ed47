//! Live mode: agents are held alive, and messages are handled as they come. Commands come on
//! standard input and events go to a descriptor of their own, as `shared/schemas/live.ts` says.
//!
//! Commands are read by the thread that the process began with. It starts a task for each message
//! and reads on. Other commands it obeys itself, one after another.

pub mod agents;
pub mod empty;
pub mod events;
pub mod message;
pub mod model_time;
pub mod protocol;
pub mod reading;
pub mod stored;
pub mod stores;

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::runtime::Runtime;

use crate::Stop;
use crate::allocation_sites::{follow, take_sites};
use crate::allocations::totals;
use crate::clocks::monotonic_ns;
use crate::contract::Scenario;
use crate::failure::InputError;
use crate::mock_llm_plugin::MockLlm;
use crate::sender::Sender;
use crate::session::Session;
use crate::worker::Events;
use agents::{Agents, Trouble};
use empty::Empty;
use events::{Outbox, Writer};
use message::{Delivery, Open};
use protocol::{Answer, Command, Event};
use reading::read_process;
use stored::CountByUser;

/// Obeys commands until `finish`. `ready` is the first event.
///
/// # Errors
/// Returns [`Stop::Input`] for a command that is garbled or out of place, and [`Stop::Broken`]
/// where standard input ends before `finish` or events cannot be written.
pub fn serve(
    session: Session,
    scenario: Scenario,
    empty: bool,
    runtime: &Runtime,
    events: Events,
    ready: Event,
) -> Result<(), Stop> {
    let answers =
        session.make_answers(&scenario.config.answers, scenario.config.streamed_chunks)?;
    let empty_text = empty
        .then(|| answers.reply_text(scenario.config.multi_step))
        .transpose()?;
    let writer = Writer::start(events);
    let outbox = writer.outbox();
    outbox.send(ready);
    let mut live = Live {
        model_waits: !session.model_delay.is_zero(),
        sender: session.sender,
        agents: Agents::new(
            session.databases,
            session.contract,
            Arc::new(scenario),
            MockLlm::counting(answers),
        ),
        empty: empty_text.map(Empty::new),
        open: Arc::default(),
        outbox,
        failed: false,
    };
    let ended = live.obey_until_finish(runtime);
    let written = writer.close();
    ended?;
    written.map_err(Stop::broken)
}

struct Live {
    agents: Agents,
    /// Instead of the agents, with `--empty`.
    empty: Option<Empty>,
    sender: Arc<dyn Sender>,
    model_waits: bool,
    open: Arc<AtomicUsize>,
    outbox: Outbox,
    failed: bool,
}

impl Live {
    fn obey_until_finish(&mut self, runtime: &Runtime) -> Result<(), Stop> {
        for line in io::stdin().lock().lines() {
            let line = line.map_err(Stop::broken)?;
            let read_at_ns = monotonic_ns();
            let command: Command = serde_json::from_str(&line).map_err(|error| {
                InputError(format!(
                    "not a command: {line:?} ({error}); send one JSON object a line"
                ))
            })?;
            let name = command.name();
            if self.failed && !matches!(command, Command::Drop | Command::Finish) {
                return Err(Stop::Input(InputError(format!(
                    "`{name}`: a command has failed: only `drop` and `finish` may follow"
                ))));
            }
            let obeyed = match command {
                Command::Finish => {
                    self.outbox.send(Event::Finished);
                    return Ok(());
                }
                Command::Message { id, agent, user } => {
                    self.begin_message(runtime, id, agent, user, read_at_ns)?;
                    continue;
                }
                command => runtime.block_on(self.obey(command)),
            };
            self.outbox.send(match obeyed {
                Ok(Answer::Told(event)) => event,
                Ok(Answer::Done) => Event::Done {
                    cmd: name,
                    elapsed_ns: monotonic_ns() - read_at_ns,
                },
                Err(Trouble::Input(error)) => return Err(Stop::Input(error)),
                Err(Trouble::Framework(error)) => {
                    self.failed = true;
                    Event::Failed {
                        cmd: name,
                        failure: error.during(name),
                    }
                }
            });
        }
        Err(Stop::broken("standard input ended before `finish`"))
    }

    fn begin_message(
        &mut self,
        runtime: &Runtime,
        id: usize,
        agent: usize,
        user: usize,
        read_at_ns: u64,
    ) -> Result<(), InputError> {
        let (open, outbox) = (Open::begin(&self.open), self.outbox.clone());
        if let Some(empty) = &self.empty {
            runtime.spawn(empty.reply(id, read_at_ns, open, outbox));
            return Ok(());
        }
        let (framework, message) = self.agents.build_message(id, agent, user)?;
        let delivery = Delivery {
            id,
            read_at_ns,
            runtime: framework,
            message,
            scenario: self.agents.scenario.clone(),
            sender: self.sender.clone(),
            model_waits: self.model_waits,
            open,
            outbox,
        };
        runtime.spawn(delivery.handle());
        Ok(())
    }

    /// Obeys any command but `message` and `finish`.
    async fn obey(&mut self, command: Command) -> Result<Answer, Trouble> {
        if let Some(answer) = self.empty.as_mut().and_then(|empty| empty.answer(&command)) {
            return Ok(answer);
        }
        Ok(match command {
            Command::Agents { count } => {
                Answer::Told(Event::Agents(self.agents.make(count).await?))
            }
            Command::Users {
                agent,
                count,
                history,
            } => {
                self.agents.know(agent, count, history).await?;
                Answer::Done
            }
            Command::Stored { agent } => {
                let CountByUser {
                    from_user,
                    from_agent,
                } = self.agents.count_stored(agent).await?;
                Answer::Told(Event::Stored {
                    agent,
                    from_user,
                    from_agent,
                })
            }
            Command::Read { collect } => Answer::Told(Event::Read(read_process(
                collect,
                &self.agents.mock,
                self.open.load(Relaxed),
            ))),
            Command::Stores => Answer::Told(Event::Stores {
                stores: self.agents.list_stores().await?,
            }),
            Command::Empty { store } => {
                self.agents.empty_store(&store).await?;
                Answer::Done
            }
            Command::Trace => {
                follow();
                Answer::Done
            }
            Command::Sites => {
                Answer::Told(Event::Sites(take_sites(totals().map(|_| "sampled-at"))))
            }
            Command::Drop => {
                self.agents.drop_all().await?;
                Answer::Done
            }
            Command::Message { .. } | Command::Finish => unreachable!("they are the caller's"),
        })
    }
}
