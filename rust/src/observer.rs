//! The observer of an iteration. Its wrappers mark when the framework enters and leaves the parts
//! it is made of.

use std::sync::Arc;
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

use crate::contract::{Delivery, Scenario};
use crate::databases::in_memory_bridge::Bridge;
use crate::instrument::{AdapterWatch, Instrument, WatchedAdapter};
use crate::measurement::Stage;
use crate::prompt_events::Listening;
use crate::spans::{Family, MarkKind, Part, Spans};
use crate::stages::sum_stages;

/// Observes one iteration of a scenario that sends its messages one after another.
pub struct Observer(Arc<Spans>);

impl Observer {
    /// Returns `None` where messages overlap or there are none. What overlaps cannot be told apart.
    pub fn for_scenario(scenario: &Scenario, messages: usize) -> Option<Self> {
        if !scenario.sends_messages() || scenario.config.delivery == Delivery::Concurrent {
            return None;
        }
        let spans = Spans::with_room(messages, scenario.config.dummy_providers);
        Some(Self(Arc::new(spans)))
    }

    /// Tells the bridge's own time from the database's.
    pub fn watch_bridge(&self, bridge: &Arc<Bridge>) {
        self.0.watch_bridge(bridge);
    }

    /// Listens to the framework's log on this thread until the returned guard is dropped.
    pub fn listen(&self) -> Listening {
        Listening::start(self.0.clone())
    }

    pub fn add_message(&self, sent: Instant, elapsed_ns: u64) {
        self.0.add_message(sent, elapsed_ns);
    }

    pub fn wrap_callback(&self, inner: HandlerCallback) -> HandlerCallback {
        let spans = self.0.clone();
        Box::new(move |content| {
            spans.enter(Part::Callback, 0);
            let (spans, answer) = (spans.clone(), inner(content));
            Box::pin(async move {
                let memories = answer.await;
                spans.leave();
                memories
            })
        })
    }

    /// The stages of the messages up to now.
    pub fn stages(&self) -> Vec<Stage> {
        sum_stages(&self.0.lock())
    }

    fn wrap<T: ?Sized>(&self, inner: Arc<T>, name: &str) -> Observed<T> {
        Observed {
            inner,
            spans: self.0.clone(),
            name: self.0.add_name(name),
        }
    }
}

impl Instrument for Observer {
    fn wrap_adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter> {
        Arc::new(WatchedAdapter::new(
            inner,
            Arc::new(AdapterMarks(self.0.clone())),
        ))
    }

    fn wrap_provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler> {
        let name = inner.definition().name;
        Arc::new(self.wrap(inner, &name))
    }

    fn wrap_action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler> {
        let name = inner.definition().name;
        Arc::new(self.wrap(inner, &name))
    }

    fn wrap_evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler> {
        let name = inner.definition().name;
        Arc::new(self.wrap(inner, &name))
    }

    fn wrap_model(&self, model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn {
        let (spans, name) = (self.0.clone(), self.0.add_name(model_type));
        Box::new(move |parameters| {
            spans.enter(Part::Model, name);
            let (spans, answer) = (spans.clone(), inner(parameters));
            Box::pin(async move {
                let answer = answer.await;
                spans.leave();
                answer
            })
        })
    }
}

struct AdapterMarks(Arc<Spans>);

/// The part that an adapter's method belongs to; what is not here stays in the time of its caller.
fn part_of(method: &str) -> Option<Part> {
    match method {
        "create_memory" => Some(Part::MemoryCreate),
        "get_memories" | "get_memory_by_id" | "search_memories" => Some(Part::MemoryGet),
        _ => None,
    }
}

impl AdapterWatch for AdapterMarks {
    fn on_enter(&self, method: &'static str) {
        if let Some(part) = part_of(method) {
            self.0.enter(part, 0);
        }
    }

    fn on_return(&self, method: &'static str, _read: &[Memory]) {
        if part_of(method).is_some() {
            self.0.leave();
        }
    }
}

struct Observed<T: ?Sized> {
    inner: Arc<T>,
    spans: Arc<Spans>,
    name: u32,
}

#[async_trait]
impl ProviderHandler for Observed<dyn ProviderHandler> {
    fn definition(&self) -> ProviderDefinition {
        self.spans.mark(MarkKind::Defined(Family::Providers));
        self.inner.definition()
    }

    async fn get(&self, message: &Memory, state: &State) -> Result<ProviderResult> {
        self.spans.enter(Part::Provider, self.name);
        let result = self.inner.get(message, state).await;
        self.spans.leave();
        result
    }
}

/// Actions and evaluators have the same methods.
macro_rules! observed_handler {
    ($handler:ident, $definition:ty, $part:expr, $family:expr) => {
        #[async_trait]
        impl $handler for Observed<dyn $handler> {
            fn definition(&self) -> $definition {
                self.spans.mark(MarkKind::Defined($family));
                self.inner.definition()
            }

            async fn validate(&self, message: &Memory, state: Option<&State>) -> bool {
                self.spans.enter(Part::Validate($family), self.name);
                let valid = self.inner.validate(message, state).await;
                self.spans.leave();
                valid
            }

            async fn handle(
                &self,
                message: &Memory,
                state: Option<&State>,
                options: Option<&HandlerOptions>,
            ) -> Result<Option<ActionResult>> {
                self.spans.enter($part, self.name);
                let result = self.inner.handle(message, state, options).await;
                self.spans.leave();
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
