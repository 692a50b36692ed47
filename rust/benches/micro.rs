//! Micro-benchmarks of single steps of a message with the real crates: the framework with its
//! bootstrap, and the bridge over a store of 100 messages. Criterion writes every sample to
//! `target/criterion/<name>/new/sample.json`.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use eliza_bench::agent::RunningAgent;
use eliza_bench::contract::{Contract, repository_folder};
use eliza_bench::database_setup::{build_messages, build_records, seed};
use eliza_bench::databases::Databases;
use eliza_bench::databases::in_memory_bridge::Bridge;
use eliza_bench::databases::own_adapter::MESSAGES_TABLE;
use eliza_bench::messages::MessagePlan;
use eliza_bench::mock_llm_plugin::{Answers, MockLlm};
use elizaos::bootstrap_core::{CapabilityConfig, create_bootstrap_plugin};
use elizaos::prompts::MESSAGE_HANDLER_TEMPLATE;
use elizaos::runtime::DatabaseAdapter;
use elizaos::template::render_template;
use elizaos::types::components::ProviderHandler;
use elizaos::xml::parse_key_value_xml;
use elizaos::{GetMemoriesParams, Memory, State};
use serde_json::json;
use tokio::runtime::Runtime;

/// One message into a room of 100 others, as in the other languages.
const SCENARIO: &str = "history-scaling-100";
const READ_LIMIT: i32 = 20;
/// So many writes go into one fresh database.
const WRITES: usize = 100;

/// A seeded agent and a message that its database holds and nobody has answered.
struct Bench {
    tokio: Runtime,
    contract: Contract,
    agent: RunningAgent,
    message: Memory,
}

impl Bench {
    fn new() -> Self {
        let contract =
            Contract::load(&repository_folder(), None).expect("the contract files can be read");
        let scenario = contract
            .select(&[SCENARIO.to_owned()])
            .expect("it is there")[0];
        let answers = Answers::prepare(&contract.responses, &HashMap::new(), Duration::ZERO)
            .expect("they are there");
        let plan = MessagePlan::of(scenario);
        let message = build_messages(&plan, 1, &contract.fixtures).remove(0);
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        let agent = tokio.block_on(async {
            let databases = Databases::InMemory;
            let mock = MockLlm::new(Arc::new(answers));
            let agent = RunningAgent::start(&databases, &contract, scenario, mock, &[])
                .await
                .expect("it starts");
            let bridge = bridge_of(&agent);
            seed(bridge, &contract, scenario, &plan)
                .await
                .expect("it is seeded");
            bridge
                .create_memory(&message, MESSAGES_TABLE)
                .await
                .expect("the message is stored");
            agent
        });
        Self {
            tokio,
            contract,
            agent,
            message,
        }
    }

    fn state(&self) -> State {
        self.tokio
            .block_on(self.agent.runtime.compose_state(&self.message))
            .expect("the state is composed")
    }

    /// Returns one of the framework's own providers, as the runtime runs it.
    fn provider(&self, name: &str) -> Arc<dyn ProviderHandler> {
        let plugin = create_bootstrap_plugin(
            Arc::downgrade(&self.agent.runtime),
            CapabilityConfig::default(),
        );
        let mut providers = plugin.provider_handlers.into_iter();
        providers
            .find(|provider| provider.definition().name == name)
            .expect("the bootstrap has it")
    }
}

fn bridge_of(agent: &RunningAgent) -> &Bridge {
    agent
        .database
        .converting_bridge()
        .expect("the database in memory has one")
}

fn compose_state(criterion: &mut Criterion) {
    let bench = Bench::new();
    assert!(bench.state().text.contains("[RECENT_MESSAGES]"));
    criterion.bench_function("compose_state", |bencher| {
        bencher
            .to_async(&bench.tokio)
            .iter(|| bench.agent.runtime.compose_state(&bench.message));
    });
}

fn provider_run(criterion: &mut Criterion) {
    let bench = Bench::new();
    let state = State::new();
    for (name, provider) in [
        ("provider_run_character", "CHARACTER"),
        ("provider_run_recent_messages", "RECENT_MESSAGES"),
    ] {
        let provider = bench.provider(provider);
        let text = bench
            .tokio
            .block_on(provider.get(&bench.message, &state))
            .expect("it runs")
            .text;
        assert!(
            text.is_some_and(|text| text.lines().count() > 3),
            "{name} gives a text of some lines"
        );
        criterion.bench_function(name, |bencher| {
            bencher
                .to_async(&bench.tokio)
                .iter(|| provider.get(&bench.message, &state));
        });
    }
}

/// Renders the canonical prompt with the same data and function as the message service.
fn prompt_render(criterion: &mut Criterion) {
    let bench = Bench::new();
    let text = bench
        .message
        .content
        .text
        .as_deref()
        .expect("the message has a text");
    let providers = format!("{}\n\n# Current Message\nUser: {text}", bench.state().text);
    let data = json!({ "agentName": bench.contract.character.name, "providers": providers });
    assert!(
        render_template(MESSAGE_HANDLER_TEMPLATE, &data)
            .expect("it renders")
            .contains("# Current Message")
    );
    criterion.bench_function("prompt_render", |bencher| {
        bencher.iter(|| render_template(black_box(MESSAGE_HANDLER_TEMPLATE), black_box(&data)));
    });
}

/// Runs the framework's public parser of such answers. The message path has a private one, whose
/// time is in the `prompt` stage of observed iterations.
fn response_parse(criterion: &mut Criterion) {
    let bench = Bench::new();
    let templates = &bench.contract.responses.templates;
    let template = templates
        .iter()
        .find(|template| template.template == "messageHandler")
        .expect("it is there");
    let answer = template.answers["default"].as_deref();
    let answer = answer.expect("the default answer is no failure");
    assert!(
        parse_key_value_xml(answer)
            .expect("it is parsed")
            .contains_key("text")
    );
    criterion.bench_function("response_parse", |bencher| {
        bencher.iter(|| parse_key_value_xml(black_box(answer)))
    });
}

/// As in the other languages, every hundred writes go into a fresh database.
fn memory_create(criterion: &mut Criterion) {
    let bench = Bench::new();
    let fixtures = &bench.contract.fixtures;
    let memories: Vec<_> = build_records(WRITES, 1, fixtures).collect();
    criterion.bench_function("memory_create", |bencher| {
        bencher
            .to_async(&bench.tokio)
            .iter_custom(async |iterations| {
                let mut taken = Duration::ZERO;
                let mut left = usize::try_from(iterations).expect("iterations fit in memory");
                while left > 0 {
                    let bridge = Bridge::open(&fixtures.agent_id)
                        .await
                        .expect("the database opens");
                    let batch = &memories[..left.min(WRITES)];
                    let started = Instant::now();
                    for memory in batch {
                        bridge
                            .create_memory(black_box(memory), MESSAGES_TABLE)
                            .await
                            .expect("it is stored");
                    }
                    taken += started.elapsed();
                    left -= batch.len();
                }
                taken
            });
    });
}

/// Reads as the provider RECENT_MESSAGES does.
fn memory_get(criterion: &mut Criterion) {
    let bench = Bench::new();
    let bridge = bridge_of(&bench.agent);
    let latest = || GetMemoriesParams {
        table_name: MESSAGES_TABLE.to_owned(),
        room_id: Some(bench.message.room_id.clone()),
        count: Some(READ_LIMIT),
        unique: Some(false),
        ..GetMemoriesParams::default()
    };
    assert_eq!(
        bench
            .tokio
            .block_on(bridge.get_memories(latest()))
            .expect("it reads")
            .len(),
        READ_LIMIT as usize
    );
    criterion.bench_function("memory_get", |bencher| {
        bencher
            .to_async(&bench.tokio)
            .iter(|| bridge.get_memories(latest()));
    });
}

criterion_group!(
    steps,
    compose_state,
    prompt_render,
    response_parse,
    memory_create,
    memory_get,
    provider_run
);
criterion_main!(steps);
