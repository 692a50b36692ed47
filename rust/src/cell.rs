//! A cell is a scenario under measurement, with everything recorded so far.

use std::sync::Arc;

use crate::agent::RunningAgent;
use crate::allocations;
use crate::calibration::{CalibrationInputs, CalibrationRun};
use crate::clocks::{heap_bytes, peak_rss_bytes, reset_peak_rss, rss_bytes};
use crate::contract::{Choice, Scenario};
use crate::database_setup::Found;
use crate::databases::server::Mark;
use crate::error_log;
use crate::failure::{FrameworkError, InputError, guard};
use crate::instrument::Instrument;
use crate::iteration::Iteration;
use crate::ledger;
use crate::measurement::{
    Allocations, CellMeasurement, ColdStart, Control, Failure, IterationPhase, IterationRecord,
    Resources, Status,
};
use crate::messages::MessagePlan;
use crate::mock_llm_plugin::Answers;
use crate::observer::Observer;
use crate::prompted_texts::PromptedTexts;
use crate::provided_texts::ProvidedTexts;
use crate::recipe::{Phase, Recipe};
use crate::recorder::Recorder;
use crate::session::Session;
use crate::stage_sources::describe_stage_sources;

pub struct Cell<'s> {
    session: &'s Session,
    scenario: Arc<Scenario>,
    plan: MessagePlan,
    /// `None` unless the scenario is a calibration.
    kernel_inputs: Option<Arc<CalibrationInputs>>,
    answers: Arc<Answers>,
    /// The control's mock answers IGNORE. Only a scenario that expects a decision has a control.
    control_answers: Option<Arc<Answers>>,
    measurement: CellMeasurement,
    peak_is_of_plain_phase: bool,
    /// True after a plain iteration, until anything else runs.
    in_plain_phase: bool,
}

impl<'s> Cell<'s> {
    /// # Errors
    /// Returns an [`InputError`] if the scenario asks for answers that the mock does not have, or
    /// for inputs that cannot be read.
    pub fn new(session: &'s Session, scenario: &Scenario) -> Result<Self, InputError> {
        let mut ignoring = scenario.config.answers.clone();
        let ignore = Choice::One("ignore".to_owned());
        ignoring.insert("shouldRespond".to_owned(), ignore);
        let control_answers = scenario
            .expect
            .decision
            .then(|| session.make_answers(&ignoring, 0))
            .transpose()?;
        Ok(Self {
            session,
            scenario: Arc::new(scenario.clone()),
            // A database scenario has a plan too: it names the room and the user of its records.
            plan: MessagePlan::of(scenario),
            kernel_inputs: scenario
                .calibration
                .as_ref()
                .map(|_| session.contract.read_calibration().map(Arc::new))
                .transpose()?,
            answers: session
                .make_answers(&scenario.config.answers, scenario.config.streamed_chunks)?,
            control_answers,
            measurement: CellMeasurement {
                scenario: scenario.id.clone(),
                status: Status::Measured,
                failure: None,
                cold: None,
                ledger: None,
                iterations: Vec::new(),
                stage_sources: None,
                resources: Resources {
                    rss_ready_bytes: session.rss_ready_bytes,
                    ..Resources::default()
                },
                bootstrap: None,
            },
            peak_is_of_plain_phase: false,
            in_plain_phase: false,
        })
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Times the process's first runtime, up to the return of its first message.
    pub async fn run_cold(&mut self) -> Result<(), FrameworkError> {
        self.end_plain_phase();
        let mut iteration = self
            .open_iteration(Phase::Cold, &self.plan, &self.answers, None)
            .await?;
        if self.scenario.sends_messages() {
            iteration.send_next().await?;
        }
        let first_calls = iteration.kernel.as_ref().map(CalibrationRun::call_first);
        self.measurement.cold = Some(ColdStart {
            construct_ns: iteration.agent.construct_ns,
            initialize_ns: iteration.agent.initialize_ns,
            seed_ns: iteration.seed_ns,
            first_message_ns: iteration.message_ns.first().copied(),
            first_calls,
        });
        self.record_bootstrap(&iteration).await;
        iteration.agent.stop().await?;
        Ok(())
    }

    /// Runs one iteration with everything recorded. The control follows where the scenario expects
    /// a decision, then an iteration that counts allocations where this process can.
    pub async fn verify(&mut self) -> Result<(), FrameworkError> {
        self.end_plain_phase();
        error_log::install();
        error_log::take();
        let provided = ProvidedTexts::new(&self.session.contract.fixtures, &self.scenario);
        let prompted = PromptedTexts::new(&self.scenario);
        let recorder = Recorder::new(self.answers.clone(), provided, prompted);
        let mut iteration = self
            .open_iteration(Phase::Verify, &self.plan, &self.answers, Some(&recorder))
            .await?;
        iteration.run().await?;
        recorder.rest.begin();
        let (seen, fixtures) = (recorder.seen(), &self.session.contract.fixtures);
        let mut ledger =
            ledger::make_work_ledger(&iteration, &seen, &self.scenario, &self.plan, fixtures);
        if !self.scenario.is_database() {
            ledger.afterwards = Some(recorder.rest.wait().await);
        }
        self.record_bootstrap(&iteration).await;
        ledger::add_found(&mut ledger, self.stop_and_read_back(iteration.agent).await?);
        ledger.errors_logged = error_log::take();
        if let Some(answers) = &self.control_answers {
            ledger.control = Some(self.run_control(answers).await?);
        }
        ledger.allocations = self.count_allocations().await?;
        self.measurement.ledger = Some(ledger);
        Ok(())
    }

    /// Runs and records one whole iteration.
    pub async fn iterate(&mut self, phase: IterationPhase) -> Result<(), FrameworkError> {
        let mut iteration = self.begin(phase).await?;
        iteration.run().await?;
        self.end(iteration, phase).await
    }

    /// Constructs, initializes and seeds an iteration. The caller runs it and passes it to
    /// [`Cell::end`].
    pub async fn begin(&mut self, phase: IterationPhase) -> Result<Iteration, FrameworkError> {
        if phase != IterationPhase::Plain {
            self.end_plain_phase();
        }
        let first_plain = phase == IterationPhase::Plain && self.count_done(phase) == 0;
        if first_plain {
            self.peak_is_of_plain_phase = reset_peak_rss();
            self.measurement.resources.rss_start_bytes = rss_bytes();
        }
        let observed = phase == IterationPhase::Observed;
        let observer = observed
            .then(|| Observer::for_scenario(&self.scenario, self.plan.messages.len()))
            .flatten();
        let recipe = Recipe {
            observer,
            ..self.recipe(phase.into(), &self.plan, &self.answers)
        };
        Iteration::open(recipe).await
    }

    /// Tears an iteration down and records it.
    pub async fn end(
        &mut self,
        iteration: Iteration,
        phase: IterationPhase,
    ) -> Result<(), FrameworkError> {
        self.record_bootstrap(&iteration).await;
        let bridge_converts = iteration.agent.database.converting_bridge().is_some();
        let mut record = iteration.tear_down(phase, self.count_done(phase)).await?;
        if phase == IterationPhase::Plain {
            self.record_memory(&mut record);
        }
        if record.stages.is_some() {
            self.measurement
                .stage_sources
                .get_or_insert_with(|| describe_stage_sources(bridge_converts));
        }
        self.measurement.iterations.push(record);
        Ok(())
    }

    /// Marks the cell as unsupported and keeps the framework's own error. `phase` is what the
    /// harness was doing.
    pub fn fail(&mut self, phase: &str, error: FrameworkError) -> &Failure {
        self.measurement.status = Status::Unsupported;
        self.measurement.failure.insert(error.during(phase))
    }

    pub fn into_measurement(mut self) -> CellMeasurement {
        self.end_plain_phase();
        self.measurement
    }

    async fn open_iteration(
        &self,
        phase: Phase,
        plan: &MessagePlan,
        answers: &Arc<Answers>,
        instrument: Option<&dyn Instrument>,
    ) -> Result<Iteration, FrameworkError> {
        Iteration::open(Recipe {
            instrument,
            ..self.recipe(phase, plan, answers)
        })
        .await
    }

    /// Returns the recipe of a plain iteration, which takes the next number.
    fn recipe<'a>(
        &'a self,
        phase: Phase,
        plan: &'a MessagePlan,
        answers: &Arc<Answers>,
    ) -> Recipe<'a> {
        Recipe {
            databases: &self.session.databases,
            contract: &self.session.contract,
            scenario: self.scenario.clone(),
            plan,
            kernel_inputs: self.kernel_inputs.clone(),
            answers: answers.clone(),
            sender: self.session.sender.clone(),
            instrument: None,
            observer: None,
            phase,
            number: self.session.take_number(phase),
        }
    }

    /// Stops an agent and reads what its database holds. In memory that goes with the agent, so it
    /// is read before. On a server it is read after, when everything has arrived, and by an adapter
    /// of its own, so that nobody takes these reads for the agent's.
    async fn stop_and_read_back(&self, agent: RunningAgent) -> Result<Found, FrameworkError> {
        let (databases, fixtures) = (&self.session.databases, &self.session.contract.fixtures);
        let Some(server) = databases.server() else {
            let found = agent.database.read_back(&self.plan, fixtures).await?;
            agent.stop().await?;
            return Ok(found);
        };
        agent.stop().await?;
        server.mark(Mark::Settled).await?;
        let database = databases.open(&fixtures.agent_id).await?;
        let found = database.read_back(&self.plan, fixtures).await?;
        guard(database.adapter().close()).await?;
        Ok(found)
    }

    async fn run_control(&self, answers: &Arc<Answers>) -> Result<Control, FrameworkError> {
        let plan = self
            .plan
            .control(&self.session.contract.fixtures.control_message);
        let mut iteration = self
            .open_iteration(Phase::Decision, &plan, answers, None)
            .await?;
        iteration.run().await?;
        let control = ledger::read_control(&iteration);
        iteration.agent.stop().await?;
        Ok(control)
    }

    /// Counts what the messages of one more iteration allocate, if this process can count.
    async fn count_allocations(&self) -> Result<Option<Allocations>, FrameworkError> {
        if !self.scenario.sends_messages() || allocations::totals().is_none() {
            return Ok(None);
        }
        let mut iteration = self
            .open_iteration(Phase::Allocations, &self.plan, &self.answers, None)
            .await?;
        iteration.rest().await;
        let before = allocations::totals();
        iteration.run().await?;
        let after = allocations::totals();
        let messages = iteration.message_ns.len() as u64;
        iteration.agent.stop().await?;
        let between = before.zip(after);
        Ok(between.map(|(before, after)| Allocations {
            count: after.count - before.count,
            bytes: after.bytes - before.bytes,
            messages,
        }))
    }

    /// Reads the heap once, after the last plain iteration.
    fn end_plain_phase(&mut self) {
        if std::mem::take(&mut self.in_plain_phase) {
            self.measurement.resources.heap_bytes = heap_bytes();
        }
    }

    async fn record_bootstrap(&mut self, iteration: &Iteration) {
        if self.measurement.bootstrap.is_none() {
            self.measurement.bootstrap = Some(iteration.agent.list_bootstrap().await);
        }
    }

    fn record_memory(&mut self, record: &mut IterationRecord) {
        self.in_plain_phase = true;
        record.rss_bytes = rss_bytes();
        let resources = &mut self.measurement.resources;
        resources.rss_end_bytes = record.rss_bytes;
        resources.rss_peak_bytes = peak_rss_bytes().filter(|_| self.peak_is_of_plain_phase);
    }

    fn count_done(&self, phase: IterationPhase) -> u32 {
        let of_phase = self
            .measurement
            .iterations
            .iter()
            .filter(|record| record.phase == phase);
        u32::try_from(of_phase.count()).expect("iterations are counted in 32 bits")
    }
}
