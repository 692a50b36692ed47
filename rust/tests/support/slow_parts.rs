//! Makes parts of a runtime spin for five milliseconds, beneath the observer.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use async_trait::async_trait;
use eliza_bench::clocks::elapsed_ns;
use eliza_bench::instrument::{AdapterWatch, Instrument, WatchedAdapter};
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::components::{
    ActionDefinition, ActionHandler, ActionResult, EvaluatorDefinition, EvaluatorHandler,
    HandlerOptions, ProviderDefinition, ProviderHandler, ProviderResult,
};
use elizaos::types::plugin::ModelHandlerFn;
use elizaos::{Memory, State};

pub const SPIN: Duration = Duration::from_millis(5);
pub const SLOW_PROVIDER: &str = "BENCH_PROVIDER_007";
pub const SLOW_ACTION: &str = "BENCH_ACTION";
pub const SLOW_EVALUATOR: &str = "SLOW_EVALUATOR";

thread_local! {
    /// The time that this thread has really spun. On a busy machine a spin is interrupted and takes
    /// longer than it should.
    pub static SPUN_NS: Cell<u64> = const { Cell::new(0) };
}

pub fn spin() {
    let started = Instant::now();
    while started.elapsed() < SPIN {}
    SPUN_NS.set(SPUN_NS.get() + elapsed_ns(started));
}

/// Makes one part of the runtime spin, beneath the observer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Slow {
    Nothing,
    Provider,
    Action,
    Evaluator,
    Database,
    Model,
}

struct Spinning<T: ?Sized>(Arc<T>);

impl AdapterWatch for Slow {
    fn on_enter(&self, method: &'static str) {
        if method == "create_memory" {
            spin();
        }
    }

    fn on_return(&self, _method: &'static str, _read: &[Memory]) {}
}

impl Instrument for Slow {
    fn wrap_adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter> {
        if *self == Self::Database {
            Arc::new(WatchedAdapter::new(inner, Arc::new(*self)))
        } else {
            inner
        }
    }

    fn wrap_provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler> {
        let slow = *self == Self::Provider && inner.definition().name == SLOW_PROVIDER;
        if slow {
            Arc::new(Spinning(inner))
        } else {
            inner
        }
    }

    fn wrap_action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler> {
        let slow = *self == Self::Action && inner.definition().name == SLOW_ACTION;
        if slow {
            Arc::new(Spinning(inner))
        } else {
            inner
        }
    }

    fn wrap_evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler> {
        inner
    }

    fn wrap_model(&self, _model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn {
        if *self != Self::Model {
            return inner;
        }
        Box::new(move |parameters| {
            let answer = inner(parameters);
            Box::pin(async move {
                spin();
                answer.await
            })
        })
    }
}

#[async_trait]
impl ProviderHandler for Spinning<dyn ProviderHandler> {
    fn definition(&self) -> ProviderDefinition {
        self.0.definition()
    }

    async fn get(&self, message: &Memory, state: &State) -> Result<ProviderResult> {
        spin();
        self.0.get(message, state).await
    }
}

#[async_trait]
impl ActionHandler for Spinning<dyn ActionHandler> {
    fn definition(&self) -> ActionDefinition {
        self.0.definition()
    }

    async fn validate(&self, message: &Memory, state: Option<&State>) -> bool {
        self.0.validate(message, state).await
    }

    async fn handle(
        &self,
        message: &Memory,
        state: Option<&State>,
        options: Option<&HandlerOptions>,
    ) -> Result<Option<ActionResult>> {
        spin();
        self.0.handle(message, state, options).await
    }
}

/// The framework's bootstrap brings no evaluator. This one only takes its time.
pub struct SlowEvaluator;

#[async_trait]
impl EvaluatorHandler for SlowEvaluator {
    fn definition(&self) -> EvaluatorDefinition {
        EvaluatorDefinition {
            name: SLOW_EVALUATOR.to_owned(),
            ..EvaluatorDefinition::default()
        }
    }

    async fn validate(&self, _message: &Memory, _state: Option<&State>) -> bool {
        true
    }

    async fn handle(
        &self,
        _message: &Memory,
        _state: Option<&State>,
        _options: Option<&HandlerOptions>,
    ) -> Result<Option<ActionResult>> {
        spin();
        Ok(None)
    }
}
