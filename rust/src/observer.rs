//! The observer of an iteration: wrappers that note when the framework goes in and out of the parts
//! it is made of.
//!
//! A note is one clock reading pushed into a preallocated buffer. What the notes mean is worked out
//! after the iteration, in
//! `stages`.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Instant;

use anyhow::Result;
use async_trait::async_trait;
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::components::{
    ActionDefinition, ActionHandler, ActionResult, EvaluatorDefinition, EvaluatorHandler,
    HandlerCallback, HandlerOptions, ProviderDefinition, ProviderHandler, ProviderResult,
};
use elizaos::types::plugin::ModelHandlerFn;
use elizaos::{Memory, State};

use crate::bridge::Bridge;
use crate::clocks::nanos;
use crate::contract::{Delivery, Scenario};
use crate::instrument::{AdapterWatch, Instrument, WatchedAdapter};
use crate::measurement::Stage;
use crate::prompt_events::Listening;
use crate::stages;

/// What the framework goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Provider,
    Action,
    Evaluator,
    /// An action's or evaluator's `validate`.
    Validate(Family),
    Model,
    MemoryCreate,
    MemoryGet,
    Callback,
}

/// The kinds of parts that the framework asks for their definitions before it runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Providers,
    Actions,
    Evaluators,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `name`: its number in [`Notes::names`].
    Enter {
        part: Part,
        name: u32,
    },
    Leave,
    /// The first of a run of `definition` calls.
    Defined(Family),
    /// The framework says that a prompt's answer was parsed.
    Parsed,
}

#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub at: u64,
    pub what: What,
    /// The bridge's own time so far.
    pub bridge_ns: u64,
}

/// Room for the marks of a message, and for each dummy provider of one; a little more than any
/// scenario makes.
const MARKS_PER_MESSAGE: usize = 96;
const MARKS_PER_PROVIDER: usize = 3;

/// Everything noted: all times are nanoseconds since the observer was made.
#[derive(Default)]
pub struct Notes {
    pub marks: Vec<Mark>,
    pub names: Vec<String>,
    /// Start and end of each message.
    pub messages: Vec<(u64, u64)>,
}

/// Where the wrappers write.
pub struct Log {
    origin: Instant,
    notes: Mutex<Notes>,
    bridge: OnceLock<Arc<Bridge>>,
}

impl Log {
    /// Never held across an await: the framework runs one message at a time here.
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes
            .lock()
            .expect("nothing panics while it holds the notes")
    }

    fn at(&self, instant: Instant) -> u64 {
        nanos(instant.saturating_duration_since(self.origin))
    }

    pub fn mark(&self, what: What) {
        let bridge_ns = self.bridge.get().map_or(0, |bridge| bridge.own_ns());
        let mut notes = self.notes();
        // The framework asks for all definitions in one go; one mark says where that began.
        if matches!(what, What::Defined(_))
            && notes.marks.last().is_some_and(|last| last.what == what)
        {
            return;
        }
        let at = self.at(Instant::now());
        notes.marks.push(Mark {
            at,
            what,
            bridge_ns,
        });
    }

    fn enter(&self, part: Part, name: u32) {
        self.mark(What::Enter { part, name });
    }

    fn leave(&self) {
        self.mark(What::Leave);
    }

    fn named(&self, name: &str) -> u32 {
        let mut notes = self.notes();
        notes.names.push(name.to_owned());
        u32::try_from(notes.names.len() - 1).expect("names are counted in 32 bits")
    }
}

/// Watches one iteration of a scenario that sends its messages one after another.
pub struct Observer(Arc<Log>);

impl Observer {
    /// `None` where messages overlap or there are none: what happens at one time could not be told
    /// apart.
    pub fn of(scenario: &Scenario, messages: usize) -> Option<Self> {
        if scenario.is_database() || scenario.config.delivery == Delivery::Concurrent {
            return None;
        }
        let marks =
            messages * (MARKS_PER_MESSAGE + MARKS_PER_PROVIDER * scenario.config.dummy_providers);
        let notes = Notes {
            marks: Vec::with_capacity(marks),
            names: Vec::new(),
            messages: Vec::with_capacity(messages),
        };
        let log = Log {
            origin: Instant::now(),
            notes: Mutex::new(notes),
            bridge: OnceLock::new(),
        };
        Some(Self(Arc::new(log)))
    }

    /// The bridge whose own time is to be told from the database's.
    pub fn watch_bridge(&self, bridge: &Arc<Bridge>) {
        self.0.bridge.get_or_init(|| bridge.clone());
    }

    /// Hears the framework's log on this thread until the answer is dropped.
    pub fn listen(&self) -> Listening {
        Listening::start(self.0.clone())
    }

    pub fn message(&self, sent: Instant, elapsed_ns: u64) {
        let start = self.0.at(sent);
        self.0.notes().messages.push((start, start + elapsed_ns));
    }

    pub fn callback(&self, inner: HandlerCallback) -> HandlerCallback {
        let log = self.0.clone();
        Box::new(move |content| {
            log.enter(Part::Callback, 0);
            let (log, answer) = (log.clone(), inner(content));
            Box::pin(async move {
                let memories = answer.await;
                log.leave();
                memories
            })
        })
    }

    /// The stages of the messages so far.
    pub fn stages(&self) -> Vec<Stage> {
        stages::of(&self.0.notes())
    }

    fn around<T: ?Sized>(&self, inner: Arc<T>, name: &str) -> Observed<T> {
        Observed {
            inner,
            log: self.0.clone(),
            name: self.0.named(name),
        }
    }
}

impl Instrument for Observer {
    fn adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter> {
        Arc::new(WatchedAdapter::new(
            inner,
            Arc::new(AdapterMarks(self.0.clone())),
        ))
    }

    fn provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler> {
        let name = inner.definition().name;
        Arc::new(self.around(inner, &name))
    }

    fn action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler> {
        let name = inner.definition().name;
        Arc::new(self.around(inner, &name))
    }

    fn evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler> {
        let name = inner.definition().name;
        Arc::new(self.around(inner, &name))
    }

    fn model(&self, model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn {
        let (log, name) = (self.0.clone(), self.0.named(model_type));
        Box::new(move |parameters| {
            log.enter(Part::Model, name);
            let (log, answer) = (log.clone(), inner(parameters));
            Box::pin(async move {
                let answer = answer.await;
                log.leave();
                answer
            })
        })
    }
}

struct AdapterMarks(Arc<Log>);

/// The part that an adapter's method belongs to; what is not here stays in the time of its caller.
fn part_of(method: &str) -> Option<Part> {
    match method {
        "create_memory" => Some(Part::MemoryCreate),
        "get_memories" | "get_memory_by_id" | "search_memories" => Some(Part::MemoryGet),
        _ => None,
    }
}

impl AdapterWatch for AdapterMarks {
    fn entered(&self, method: &'static str) {
        if let Some(part) = part_of(method) {
            self.0.enter(part, 0);
        }
    }

    fn returned(&self, method: &'static str, _read: &[Memory]) {
        if part_of(method).is_some() {
            self.0.leave();
        }
    }
}

struct Observed<T: ?Sized> {
    inner: Arc<T>,
    log: Arc<Log>,
    name: u32,
}

#[async_trait]
impl ProviderHandler for Observed<dyn ProviderHandler> {
    fn definition(&self) -> ProviderDefinition {
        self.log.mark(What::Defined(Family::Providers));
        self.inner.definition()
    }

    async fn get(&self, message: &Memory, state: &State) -> Result<ProviderResult> {
        self.log.enter(Part::Provider, self.name);
        let result = self.inner.get(message, state).await;
        self.log.leave();
        result
    }
}

/// Actions and evaluators have the same methods.
macro_rules! observed_handler {
    ($handler:ident, $definition:ty, $part:expr, $family:expr) => {
        #[async_trait]
        impl $handler for Observed<dyn $handler> {
            fn definition(&self) -> $definition {
                self.log.mark(What::Defined($family));
                self.inner.definition()
            }

            async fn validate(&self, message: &Memory, state: Option<&State>) -> bool {
                self.log.enter(Part::Validate($family), self.name);
                let valid = self.inner.validate(message, state).await;
                self.log.leave();
                valid
            }

            async fn handle(
                &self,
                message: &Memory,
                state: Option<&State>,
                options: Option<&HandlerOptions>,
            ) -> Result<Option<ActionResult>> {
                self.log.enter($part, self.name);
                let result = self.inner.handle(message, state, options).await;
                self.log.leave();
                result
            }
        }
    };
}

observed_handler!(
    ActionHandler,
    ActionDefinition,
    Part::Action,
    Family::Actions
);
observed_handler!(
    EvaluatorHandler,
    EvaluatorDefinition,
    Part::Evaluator,
    Family::Evaluators
);
