//! The benchmark's plugin: the mock model, the dummy providers and the benchmark action.
//!
//! The mock tells prompts apart by the texts of `mock-responses.json` and answers from that file
//! byte for byte. It counts its calls by template, notes what was asked, and does nothing more.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use elizaos::types::components::{
    ActionDefinition, ActionHandler, ActionResult, HandlerOptions, ProviderDefinition,
    ProviderHandler, ProviderResult,
};
use elizaos::types::plugin::{ModelHandlerFn, Plugin};
use elizaos::{Memory, State};
use serde_json::Value;

use crate::answers::{Answer, Question};
pub use crate::answers::{Answers, UNMATCHED};
use crate::contract::{BenchmarkActionTexts, Contract, Fixtures, Scenario};
use crate::live::model_time;
use crate::measurement::Counts;
use crate::messages::insert_number;
use crate::provided_texts::dummy_action_name;

pub const EMBEDDING_MODEL: &str = "TEXT_EMBEDDING";
const TEXT_MODELS: [&str; 2] = ["TEXT_SMALL", "TEXT_LARGE"];

/// The room for the questions of one message. No framework is known to ask more.
const QUESTIONS_EXPECTED: usize = 4;

/// The mock of one iteration: the shared answers and the iteration's own counters.
pub struct MockLlm {
    answers: Arc<Answers>,
    /// The calls of each template in the order of `answers`, then the unmatched ones.
    calls: Vec<AtomicU64>,
    embeddings: AtomicU64,
    /// What the text models were asked, in order. A live process, which has no end, notes nothing.
    questions: Option<Mutex<Vec<Option<Question>>>>,
    action_runs: AtomicU64,
    streams_asked: AtomicU64,
}

impl MockLlm {
    /// Makes a mock that counts its calls and notes what it is asked.
    pub fn new(answers: Arc<Answers>) -> Arc<Self> {
        Self::make(answers, Some(Mutex::default()))
    }

    /// Makes a mock that only counts, so that nothing of it grows with the messages.
    pub fn counting(answers: Arc<Answers>) -> Arc<Self> {
        Self::make(answers, None)
    }

    fn make(answers: Arc<Answers>, questions: Option<Mutex<Vec<Option<Question>>>>) -> Arc<Self> {
        let calls = (0..=answers.templates.len())
            .map(|_| AtomicU64::new(0))
            .collect();
        Arc::new(Self {
            answers,
            calls,
            embeddings: AtomicU64::new(0),
            questions,
            action_runs: AtomicU64::new(0),
            streams_asked: AtomicU64::new(0),
        })
    }

    /// Makes room for the questions of so many messages, before any of them is timed.
    pub fn reserve(&self, messages: usize) {
        if let Some(mut questions) = self.lock_questions() {
            questions.reserve(messages * QUESTIONS_EXPECTED);
        }
    }

    /// Returns how many questions the text models were asked up to now.
    pub fn count_questions(&self) -> usize {
        self.lock_questions().map_or(0, |questions| questions.len())
    }

    /// Returns the questions that the text models were asked up to now, in order.
    pub fn questions(&self) -> Vec<String> {
        let asked = self.lock_questions().map(|questions| questions.clone());
        asked
            .unwrap_or_default()
            .into_iter()
            .map(|question| self.answers.name_question(question))
            .collect()
    }

    fn lock_questions(&self) -> Option<MutexGuard<'_, Vec<Option<Question>>>> {
        let questions = self.questions.as_ref()?;
        Some(
            questions
                .lock()
                .expect("nothing panics while it holds the questions"),
        )
    }

    /// Returns the text calls by template, without templates that were not called.
    pub fn model_calls(&self) -> Counts {
        let names = self
            .answers
            .templates
            .iter()
            .map(|template| template.name.as_str())
            .chain([UNMATCHED]);
        let mut counts = Counts::new();
        for (name, calls) in names
            .zip(&self.calls)
            .map(|(name, calls)| (name, calls.load(Relaxed)))
        {
            // Every row of a template has its name, and only the first one counts.
            if calls > 0 {
                *counts.entry(name.to_owned()).or_default() += calls;
            }
        }
        counts
    }

    /// Returns how often the embedding model was called.
    pub fn embeddings(&self) -> u64 {
        self.embeddings.load(Relaxed)
    }

    pub fn action_runs(&self) -> u64 {
        self.action_runs.load(Relaxed)
    }

    /// Returns how often a stream was asked for.
    pub fn streams_asked(&self) -> u64 {
        self.streams_asked.load(Relaxed)
    }

    /// Makes the plugin for the runtime: the three models, and the providers and the action that
    /// the scenario asks for.
    pub fn make_plugin(self: &Arc<Self>, contract: &Contract, scenario: &Scenario) -> Plugin {
        let mut plugin = Plugin::new(
            "benchmark",
            "MockLlm model, dummy providers and action of the benchmark",
        );
        for number in 1..=scenario.config.dummy_providers {
            plugin = plugin.with_provider(Arc::new(DummyProvider::new(contract, number)));
        }
        if scenario.config.benchmark_action {
            let texts = contract.fixtures.benchmark_action.clone();
            plugin = plugin.with_action(Arc::new(BenchmarkAction {
                texts,
                mock: self.clone(),
            }));
        }
        for number in 1..=scenario.config.dummy_actions {
            plugin = plugin.with_action(Arc::new(DummyAction::new(&contract.fixtures, number)));
        }
        for model_type in TEXT_MODELS {
            plugin
                .model_handlers
                .insert(model_type.to_owned(), self.make_text_handler(model_type));
        }
        plugin
            .model_handlers
            .insert(EMBEDDING_MODEL.to_owned(), self.make_embedding_handler());
        plugin
    }

    fn make_text_handler(self: &Arc<Self>, model_type: &'static str) -> ModelHandlerFn {
        let mock = self.clone();
        Box::new(move |parameters| {
            let mock = mock.clone();
            Box::pin(async move { mock.answer(model_type, read_prompt(&parameters)).await })
        })
    }

    fn make_embedding_handler(self: &Arc<Self>) -> ModelHandlerFn {
        let mock = self.clone();
        Box::new(move |_| {
            mock.embeddings.fetch_add(1, Relaxed);
            let vector = mock.answers.embedding.clone();
            Box::pin(async move { Ok(vector) })
        })
    }

    async fn answer(&self, model_type: &str, prompt: &str) -> Result<String> {
        Ok(self.take_answer(model_type, prompt).await?.whole.clone())
    }

    /// Answers a call for a stream with all that is to be sent.
    pub async fn answer_in_pieces(&self, model_type: &str, prompt: &str) -> Result<Vec<String>> {
        self.streams_asked.fetch_add(1, Relaxed);
        Ok(self.take_answer(model_type, prompt).await?.pieces.clone())
    }

    async fn take_answer(&self, model_type: &str, prompt: &str) -> Result<&Answer> {
        let asked = self.answers.find_question(model_type, prompt);
        let matched = asked.map(|question| &self.answers.templates[question.template]);
        let counter = matched.map_or(self.answers.templates.len(), |row| row.counter);
        let earlier = self.calls[counter].fetch_add(1, Relaxed);
        if let Some(mut questions) = self.lock_questions() {
            questions.push(asked);
        }
        if !self.answers.delay.is_zero() {
            model_time::add(self.answers.delay).await;
        }
        match matched {
            Some(row) => row.answers[earlier as usize % row.answers.len()]
                .as_ref()
                .ok_or_else(|| anyhow!("the mock model fails, as its scenario asks")),
            None => Err(anyhow!(
                "the mock model knows no template for this {model_type} prompt"
            )),
        }
    }
}

/// Reads the prompt from a model call's parameters.
pub fn read_prompt(parameters: &Value) -> &str {
    parameters
        .get("prompt")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

struct DummyProvider {
    definition: ProviderDefinition,
    text: String,
    value_name: String,
    number: usize,
}

impl DummyProvider {
    fn new(contract: &Contract, number: usize) -> Self {
        let texts = &contract.fixtures.dummy_provider;
        Self {
            definition: ProviderDefinition {
                name: format!("{}{number:03}", texts.name_prefix),
                description: Some(insert_number(&texts.description, number)),
                dynamic: Some(false),
                position: None,
                private: Some(false),
            },
            text: insert_number(&texts.text, number),
            value_name: format!("benchProvider{number}"),
            number,
        }
    }
}

#[async_trait]
impl ProviderHandler for DummyProvider {
    fn definition(&self) -> ProviderDefinition {
        self.definition.clone()
    }

    async fn get(&self, _message: &Memory, _state: &State) -> Result<ProviderResult> {
        Ok(ProviderResult::new(self.text.as_str())
            .with_value(self.value_name.as_str(), self.number))
    }
}

/// It is always offered. No answer of the mock chooses it.
struct DummyAction {
    name: String,
    description: String,
}

impl DummyAction {
    fn new(fixtures: &Fixtures, number: usize) -> Self {
        Self {
            name: dummy_action_name(fixtures, number),
            description: insert_number(&fixtures.dummy_action.description, number),
        }
    }
}

#[async_trait]
impl ActionHandler for DummyAction {
    fn definition(&self) -> ActionDefinition {
        ActionDefinition {
            name: self.name.clone(),
            description: self.description.clone(),
            ..ActionDefinition::default()
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
        Ok(None)
    }
}

struct BenchmarkAction {
    texts: BenchmarkActionTexts,
    mock: Arc<MockLlm>,
}

#[async_trait]
impl ActionHandler for BenchmarkAction {
    fn definition(&self) -> ActionDefinition {
        ActionDefinition {
            name: self.texts.name.clone(),
            description: self.texts.description.clone(),
            ..ActionDefinition::default()
        }
    }

    async fn validate(&self, _message: &Memory, _state: Option<&State>) -> bool {
        true
    }

    /// Returns its text in its result, as the framework's own actions do. The framework gives a
    /// Rust handler no callback.
    async fn handle(
        &self,
        _message: &Memory,
        _state: Option<&State>,
        _options: Option<&HandlerOptions>,
    ) -> Result<Option<ActionResult>> {
        self.mock.action_runs.fetch_add(1, Relaxed);
        Ok(Some(
            ActionResult::success(self.texts.text.as_str())
                .with_data("actionName", self.texts.name.as_str()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, MockLlm};
    use crate::contract::{Choice, Contract, repository_folder};
    use std::collections::HashMap;
    use std::sync::Arc;
    use std::time::Duration;

    fn mock(template: &str, names: &[&str]) -> Arc<MockLlm> {
        let contract = Contract::load(&repository_folder(), None).expect("the contract is there");
        let choice = Choice::InTurn(names.iter().map(ToString::to_string).collect());
        let chosen = HashMap::from([(template.to_owned(), choice)]);
        let answers = Answers::prepare(&contract.responses, &chosen, Duration::ZERO);
        MockLlm::new(Arc::new(answers.expect("the answers are there")))
    }

    #[tokio::test]
    async fn the_calls_of_a_template_get_its_answers_in_turn() {
        let mock = mock("multiStepDecision", &["benchmarkAction", "default"]);
        for finishes in [false, true, false, true] {
            let answer = mock.answer("TEXT_LARGE", "isFinish").await;
            let answer = answer.expect("the prompt is known");
            assert_eq!(answer.contains("<isFinish>true"), finishes);
        }
    }

    #[tokio::test]
    async fn a_failing_model_raises_and_its_calls_count() {
        let mock = mock("messageHandler", &["failure"]);
        let prompt = "Generate dialog and actions for the character";
        for _ in 0..2 {
            assert!(mock.answer("TEXT_LARGE", prompt).await.is_err());
        }
        assert_eq!(mock.model_calls()["messageHandler"], 2);
    }
}
