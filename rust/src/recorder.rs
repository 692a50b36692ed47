//! The recorder of a verification iteration. Its wrappers count what the framework calls, and
//! change nothing.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Result;
use async_trait::async_trait;
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::components::{
    ActionDefinition, ActionHandler, ActionResult, EvaluatorDefinition, EvaluatorHandler,
    HandlerOptions, ProviderDefinition, ProviderHandler, ProviderResult,
};
use elizaos::types::plugin::ModelHandlerFn;
use elizaos::{Memory, State, UUID};

use crate::instrument::{AdapterWatch, Instrument, WatchedAdapter};
use crate::measurement::{Counts, ModelCalls};
use crate::mock_llm_plugin::{Answers, EMBEDDING_MODEL, read_prompt};
use crate::prompted_texts::PromptedTexts;
use crate::provided_texts::ProvidedTexts;
use crate::quiescence::RestWatch;
use crate::read_limits::ReadLimits;

/// Everything seen up to now. All numbers are totals over the iteration.
#[derive(Clone, Default)]
pub struct Seen {
    pub providers: Counts,
    pub actions: Counts,
    pub evaluators: Counts,
    pub adapter_calls: Counts,
    pub memories_read: u64,
    /// The ids of the memories that reads gave to the framework.
    pub memory_ids: HashSet<String>,
    pub limits: ReadLimits,
    pub provided: ProvidedTexts,
    pub prompted: PromptedTexts,
    /// The calls and the prompt characters by model type and template.
    model_calls: BTreeMap<(String, String), (u64, u64)>,
}

impl Seen {
    pub fn model_calls(&self) -> Vec<ModelCalls> {
        let calls =
            self.model_calls
                .iter()
                .map(
                    |((model_type, template), (calls, prompt_chars))| ModelCalls {
                        model_type: model_type.clone(),
                        template: template.clone(),
                        calls: *calls,
                        prompt_chars: *prompt_chars,
                    },
                );
        calls.collect()
    }
}

/// Collects the counts of all the wrappers around a runtime's parts in one [`Seen`].
pub struct Recorder {
    seen: Arc<Mutex<Seen>>,
    answers: Arc<Answers>,
    pub rest: Arc<RestWatch>,
}

impl Recorder {
    /// `answers` tell the template of a prompt.
    pub fn new(answers: Arc<Answers>, provided: ProvidedTexts, prompted: PromptedTexts) -> Self {
        let seen = Seen {
            provided,
            prompted,
            ..Seen::default()
        };
        Self {
            seen: Arc::new(Mutex::new(seen)),
            answers,
            rest: Arc::default(),
        }
    }

    pub fn seen(&self) -> Seen {
        lock(&self.seen).clone()
    }

    fn wrap<T: ?Sized>(&self, inner: Arc<T>) -> Recorded<T> {
        Recorded {
            inner,
            seen: self.seen.clone(),
        }
    }
}

impl Instrument for Recorder {
    fn wrap_adapter(&self, inner: Arc<dyn DatabaseAdapter>) -> Arc<dyn DatabaseAdapter> {
        Arc::new(WatchedAdapter::new(
            inner,
            Arc::new(AdapterCounter(self.seen.clone(), self.rest.clone())),
        ))
    }

    fn wrap_provider(&self, inner: Arc<dyn ProviderHandler>) -> Arc<dyn ProviderHandler> {
        Arc::new(self.wrap(inner))
    }

    fn wrap_action(&self, inner: Arc<dyn ActionHandler>) -> Arc<dyn ActionHandler> {
        Arc::new(self.wrap(inner))
    }

    fn wrap_evaluator(&self, inner: Arc<dyn EvaluatorHandler>) -> Arc<dyn EvaluatorHandler> {
        Arc::new(self.wrap(inner))
    }

    fn wrap_model(&self, model_type: &str, inner: ModelHandlerFn) -> ModelHandlerFn {
        let (seen, answers, model_type) = (
            self.seen.clone(),
            self.answers.clone(),
            model_type.to_owned(),
        );
        let rest = self.rest.clone();
        Box::new(move |parameters| {
            rest.note_model(model_type == EMBEDDING_MODEL);
            let prompt = read_prompt(&parameters);
            let template = if model_type == EMBEDDING_MODEL {
                "embedding"
            } else {
                answers.classify(&model_type, prompt)
            };
            let key = (model_type.clone(), template.to_owned());
            let mut seen = lock(&seen);
            let (calls, prompt_chars) = seen.model_calls.entry(key).or_default();
            *calls += 1;
            *prompt_chars += prompt.chars().count() as u64;
            if model_type != EMBEDDING_MODEL {
                seen.prompted.note(prompt);
            }
            drop(seen);
            inner(parameters)
        })
    }
}

struct Recorded<T: ?Sized> {
    inner: Arc<T>,
    seen: Arc<Mutex<Seen>>,
}

impl<T: ?Sized> Recorded<T> {
    fn count(&self, which: impl FnOnce(&mut Seen) -> &mut Counts, name: &str) {
        *which(&mut lock(&self.seen))
            .entry(name.to_owned())
            .or_default() += 1;
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock()
        .expect("nothing panics while it holds the ledger")
}

#[async_trait]
impl ProviderHandler for Recorded<dyn ProviderHandler> {
    fn definition(&self) -> ProviderDefinition {
        self.inner.definition()
    }

    async fn get(&self, message: &Memory, state: &State) -> Result<ProviderResult> {
        self.count(|seen| &mut seen.providers, &self.inner.definition().name);
        let result = self.inner.get(message, state).await;
        if let Ok(ProviderResult {
            text: Some(text), ..
        }) = &result
        {
            lock(&self.seen).provided.note(text);
        }
        result
    }
}

#[async_trait]
impl ActionHandler for Recorded<dyn ActionHandler> {
    fn definition(&self) -> ActionDefinition {
        self.inner.definition()
    }

    async fn validate(&self, message: &Memory, state: Option<&State>) -> bool {
        self.inner.validate(message, state).await
    }

    async fn handle(
        &self,
        message: &Memory,
        state: Option<&State>,
        options: Option<&HandlerOptions>,
    ) -> Result<Option<ActionResult>> {
        self.count(|seen| &mut seen.actions, &self.inner.definition().name);
        self.inner.handle(message, state, options).await
    }
}

#[async_trait]
impl EvaluatorHandler for Recorded<dyn EvaluatorHandler> {
    fn definition(&self) -> EvaluatorDefinition {
        self.inner.definition()
    }

    async fn validate(&self, message: &Memory, state: Option<&State>) -> bool {
        self.inner.validate(message, state).await
    }

    async fn handle(
        &self,
        message: &Memory,
        state: Option<&State>,
        options: Option<&HandlerOptions>,
    ) -> Result<Option<ActionResult>> {
        self.count(|seen| &mut seen.evaluators, &self.inner.definition().name);
        self.inner.handle(message, state, options).await
    }
}

struct AdapterCounter(Arc<Mutex<Seen>>, Arc<RestWatch>);

impl AdapterWatch for AdapterCounter {
    fn on_enter(&self, method: &'static str) {
        self.1.note_database(method);
        *lock(&self.0)
            .adapter_calls
            .entry(method.to_owned())
            .or_default() += 1;
    }

    fn on_return(&self, _method: &'static str, read: &[Memory]) {
        let mut seen = lock(&self.0);
        for memory in read {
            seen.memories_read += 1;
            seen.memory_ids
                .extend(memory.id.as_ref().map(UUID::to_string));
        }
    }

    fn on_read(&self, limit: Option<i32>, returned: usize) {
        lock(&self.0).limits.note(limit, returned);
    }
}
