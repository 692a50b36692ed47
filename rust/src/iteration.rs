//! An iteration of a scenario: construct, initialize, seed, send, tear down.

use std::sync::Arc;
use std::time::Instant;
use std::vec;

use elizaos::Memory;
use elizaos::types::components::HandlerCallback;
use tokio::task::JoinSet;

use crate::agent::RunningAgent;
use crate::calibration::CalibrationRun;
use crate::call_sequence::divide_questions;
use crate::clocks::Span;
use crate::contract::{Delivery, Scenario};
use crate::database_setup::build_messages;
use crate::databases::DatabaseWork;
use crate::databases::filling::fill;
use crate::databases::server::ServerWatch;
use crate::failure::FrameworkError;
use crate::instrument::Instrument;
use crate::measurement::{AskedAlike, IterationPhase, IterationRecord, ServerRecord};
use crate::messages::reply_digest;
use crate::mock_llm_plugin::MockLlm;
use crate::observer::Observer;
use crate::recipe::{Phase, Recipe};
use crate::sender::{Delivered, Inbox, Sender, deliver};
use crate::streaming::unreceived;

/// An iteration whose agent is ready, with what it sends and what was measured up to now.
pub struct Iteration {
    pub agent: RunningAgent,
    pub inbox: Arc<Inbox>,
    pub database: Option<DatabaseWork>,
    pub kernel: Option<CalibrationRun>,
    pub seed_ns: u64,
    /// One entry per message sent, in the order of the scenario.
    pub message_ns: Vec<u64>,
    /// The framework's own flag for each message: whether it answered.
    pub responded: Vec<bool>,
    /// The number of questions that the model was asked before each message.
    asked_before: Vec<usize>,
    observer: Option<Observer>,
    server: ServerWatch,
    scenario: Arc<Scenario>,
    sender: Arc<dyn Sender>,
    phase: Phase,
    outbox: vec::IntoIter<(Memory, HandlerCallback)>,
    wall_ns: u64,
    cpu_ns: u64,
    /// `None` where no bridge converts.
    bridge_ns: Option<u64>,
}

impl Iteration {
    /// Constructs, initializes and seeds a fresh agent, then builds the messages or the database's
    /// operations.
    pub async fn open(recipe: Recipe<'_>) -> Result<Self, FrameworkError> {
        let Recipe {
            databases,
            contract,
            scenario,
            plan,
            kernel_inputs,
            answers,
            sender,
            instrument,
            observer,
            phase,
            number,
        } = recipe;
        let observing = observer
            .as_ref()
            .map(|observer| observer as &dyn Instrument);
        let instruments: Vec<&dyn Instrument> = instrument.into_iter().chain(observing).collect();
        if let Some(server) = databases.server() {
            server.clear().await?;
        }
        let mock = MockLlm::new(answers);
        let agent = RunningAgent::start(databases, contract, &scenario, mock, &instruments).await?;
        if let Some((observer, bridge)) = observer.as_ref().zip(agent.database.converting_bridge())
        {
            observer.watch_bridge(bridge);
        }
        let mut database = scenario.database.as_ref().map(|load| {
            DatabaseWork::prepare(&agent.database, scenario.kind, load, &contract.fixtures)
        });
        let seed_ns = fill(
            &agent.database,
            database.as_mut(),
            contract,
            &scenario,
            plan,
        )
        .await?;

        let kernel = scenario
            .calibration
            .as_ref()
            .zip(kernel_inputs)
            .map(|(load, inputs)| CalibrationRun::prepare(inputs, load.operations));
        let messages = if scenario.sends_messages() {
            build_messages(plan, number, &contract.fixtures)
        } else {
            Vec::new()
        };
        let inbox = Inbox::new(messages.len());
        let callback = |index| match &observer {
            Some(observer) => observer.wrap_callback(inbox.callback(index)),
            None => inbox.callback(index),
        };
        let outbox: Vec<_> = messages
            .into_iter()
            .enumerate()
            .map(|(index, message)| (message, callback(index)))
            .collect();
        agent.mock.reserve(outbox.len());
        let bridge_ns = agent.database.bridge_ns().map(|_| 0);
        Ok(Self {
            agent,
            inbox,
            database,
            kernel,
            seed_ns,
            message_ns: Vec::with_capacity(outbox.len()),
            responded: Vec::with_capacity(outbox.len()),
            asked_before: Vec::with_capacity(outbox.len()),
            observer,
            server: ServerWatch::new(
                // Where allocations are counted, the harness must make none.
                databases.server().filter(|_| phase != Phase::Allocations),
                phase == Phase::Verify,
            ),
            scenario,
            sender,
            phase,
            outbox: outbox.into_iter(),
            wall_ns: 0,
            cpu_ns: 0,
            bridge_ns,
        })
    }

    /// Returns how many messages are not sent yet.
    pub fn unsent(&self) -> usize {
        self.outbox.len()
    }

    /// Returns what each message sent so far has asked the text models.
    pub fn call_sequence(&self) -> Vec<AskedAlike> {
        if !self.scenario.sends_messages() {
            return Vec::new();
        }
        let overlap = self.scenario.config.delivery == Delivery::Concurrent;
        divide_questions(&self.agent.mock.questions(), &self.asked_before, overlap)
    }

    /// Waits, off the clock, for the end of what runs in the background. The Rust framework starts
    /// no such work, so one turn of the event loop is enough for it.
    pub async fn rest(&self) {
        tokio::task::yield_now().await;
        self.agent.database.rest().await;
    }

    /// Sends every message as the scenario's delivery says, or runs its operations.
    pub async fn run(&mut self) -> Result<(), FrameworkError> {
        self.rest().await;
        let server_before = self.server.begin_span().await?;
        let listening = self.observer.as_ref().map(Observer::listen);
        let bridge_before = self.agent.database.bridge_ns();
        let span = Span::start();
        let verify = self.phase == Phase::Verify;
        let outcome = if let Some(kernel) = &mut self.kernel {
            kernel.run(verify);
            Ok(())
        } else if let Some(database) = &mut self.database {
            database.run(verify).await
        } else if self.scenario.config.delivery == Delivery::Concurrent {
            self.send_concurrently().await
        } else {
            self.send_in_turn().await
        };
        self.add(span, bridge_before);
        drop(listening);
        outcome?;
        self.server.end_span(server_before).await
    }

    /// Sends the next message alone. Its span is added to the iteration's, without the time between
    /// two such calls.
    pub async fn send_next(&mut self) -> Result<(), FrameworkError> {
        self.rest().await;
        let server_before = self.server.begin_span().await?;
        let listening = self.observer.as_ref().map(Observer::listen);
        let bridge_before = self.agent.database.bridge_ns();
        let span = Span::start();
        let outcome = self.send_message().await;
        self.add(span, bridge_before);
        drop(listening);
        outcome?;
        self.server.end_span(server_before).await
    }

    /// Tears down and returns the record of the iteration. `index` is its number in its phase.
    pub async fn tear_down(
        self,
        phase: IterationPhase,
        index: u32,
    ) -> Result<IterationRecord, FrameworkError> {
        let call_sequence = self.call_sequence();
        let record = IterationRecord {
            phase,
            index,
            construct_ns: self.agent.construct_ns,
            initialize_ns: self.agent.initialize_ns,
            seed_ns: self.seed_ns,
            wall_ns: self.wall_ns,
            cpu_ns: self.cpu_ns,
            teardown_ns: 0,
            streams: (self.scenario.config.streamed_chunks > 0)
                .then(|| unreceived(self.message_ns.len())),
            message_ns: self.message_ns,
            operations: self
                .database
                .map(DatabaseWork::into_timings)
                .or_else(|| self.kernel.map(CalibrationRun::into_timings))
                .unwrap_or_default(),
            reply_digest: reply_digest(&self.inbox.replies()),
            model_calls: self.agent.mock.model_calls(),
            call_sequence,
            action_runs: self.agent.mock.action_runs(),
            bridge_ns: self.bridge_ns,
            rss_bytes: None,
            database_server: None,
            stages: self.observer.as_ref().map(Observer::stages),
        };
        let stopped = self.agent.stop().await?;
        Ok(IterationRecord {
            teardown_ns: stopped.teardown_ns,
            database_server: stopped.settle_ns.map(|settle_ns| ServerRecord {
                cpu_ns: self.server.cpu_ns(),
                settle_ns,
            }),
            ..record
        })
    }

    fn add(&mut self, span: Span, bridge_before: Option<u64>) {
        let (wall_ns, cpu_ns) = span.stop();
        self.wall_ns += wall_ns;
        self.cpu_ns += cpu_ns;
        let bridge_after = self.agent.database.bridge_ns();
        if let (Some(sum), Some(before), Some(after)) =
            (&mut self.bridge_ns, bridge_before, bridge_after)
        {
            *sum += after - before;
        }
    }

    async fn send_in_turn(&mut self) -> Result<(), FrameworkError> {
        let conversation = self.scenario.config.delivery == Delivery::Conversation;
        while self.unsent() > 0 {
            self.send_message().await?;
            if conversation && self.unsent() > 0 {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    async fn send_message(&mut self) -> Result<(), FrameworkError> {
        let (message, callback) = self
            .outbox
            .next()
            .expect("the caller has seen that a message is left");
        self.asked_before.push(self.agent.mock.count_questions());
        let sent = Instant::now();
        let delivered = deliver(
            &*self.sender,
            &self.agent.runtime,
            message,
            callback,
            &self.scenario,
            self.phase,
            sent,
        )
        .await?;
        if let Some(observer) = &self.observer {
            observer.add_message(sent, delivered.elapsed_ns);
        }
        self.keep(delivered);
        Ok(())
    }

    async fn send_concurrently(&mut self) -> Result<(), FrameworkError> {
        let mut outcomes: Vec<_> = (0..self.outbox.len()).map(|_| None).collect();
        let mut tasks = JoinSet::new();
        for (index, (message, callback)) in self.outbox.by_ref().enumerate() {
            let (sender, runtime) = (self.sender.clone(), self.agent.runtime.clone());
            let (scenario, phase) = (self.scenario.clone(), self.phase);
            self.asked_before.push(self.agent.mock.count_questions());
            let sent = Instant::now();
            tasks.spawn(async move {
                (
                    index,
                    deliver(
                        &*sender, &runtime, message, callback, &scenario, phase, sent,
                    )
                    .await,
                )
            });
        }
        while let Some(joined) = tasks.join_next().await {
            // A task catches the framework's panics itself. A panic that gets here is the harness's
            // own.
            let (index, outcome) =
                joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            outcomes[index] = Some(outcome);
        }
        for outcome in outcomes {
            self.keep(outcome.expect("every task was joined")?);
        }
        Ok(())
    }

    fn keep(&mut self, delivered: Delivered) {
        self.message_ns.push(delivered.elapsed_ns);
        self.responded.push(delivered.responded);
    }
}
