//! Tests observed iterations of the real framework: slow parts are found in their own stages.

#[path = "support/slow_parts.rs"]
mod slow_parts;

use std::sync::Arc;
use std::time::Duration;

use eliza_bench::clocks::nanos;
use eliza_bench::contract::{Contract, Scenario, repository_folder};
use eliza_bench::databases::Databases;
use eliza_bench::instrument::wrap_plugin;
use eliza_bench::iteration::Iteration;
use eliza_bench::measurement::{IterationPhase, IterationRecord, Stage, StageName};
use eliza_bench::messages::MessagePlan;
use eliza_bench::mock_llm_plugin::Answers;
use eliza_bench::observer::Observer;
use eliza_bench::recipe::{Phase, Recipe};
use eliza_bench::sender::Framework;
use elizaos::types::plugin::Plugin;
use slow_parts::{SLOW_ACTION, SLOW_EVALUATOR, SLOW_PROVIDER, SPIN, SPUN_NS, Slow, SlowEvaluator};

fn contract() -> Contract {
    Contract::load(&repository_folder(), None).expect("the contract files can be read")
}

fn answers(contract: &Contract, scenario: &Scenario) -> Arc<Answers> {
    let prepared = Answers::prepare(
        &contract.responses,
        &scenario.config.answers,
        Duration::ZERO,
    );
    Arc::new(prepared.expect("the scenario's answers are there"))
}

/// Runs one observed iteration of the scenario `id`.
fn observe(contract: &Contract, answers: Arc<Answers>, id: &str, slow: Slow) -> IterationRecord {
    let scenario = contract
        .select(&[id.to_owned()])
        .expect("the scenario is there")[0];
    let plan = MessagePlan::of(scenario);
    let observer =
        Observer::for_scenario(scenario, plan.messages.len()).expect("its messages do not overlap");
    let evaluators = Plugin::new("slow", "an evaluator").with_evaluator(Arc::new(SlowEvaluator));
    let evaluators = wrap_plugin(evaluators, &observer);
    let recipe = Recipe {
        kernel_inputs: None,
        databases: &Databases::InMemory,
        contract,
        scenario: Arc::new(scenario.clone()),
        plan: &plan,
        answers,
        sender: Arc::new(Framework),
        instrument: Some(&slow),
        observer: Some(observer),
        phase: Phase::Observed,
        number: 1,
    };
    // As in the harness, the thread that blocks on the messages runs them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let mut iteration = Iteration::open(recipe).await.expect("it opens");
        if slow == Slow::Evaluator {
            iteration
                .agent
                .runtime
                .register_plugin(evaluators)
                .await
                .expect("it is registered");
        }
        iteration.run().await.expect("it works");
        iteration
            .tear_down(IterationPhase::Observed, 0)
            .await
            .expect("it is torn down")
    })
}

fn row<'r>(record: &'r IterationRecord, stage: StageName, name: Option<&str>) -> Option<&'r Stage> {
    let stages = record.stages.as_ref().expect("it was observed");
    stages
        .iter()
        .find(|row| row.stage == stage && row.name.as_deref() == name)
}

/// Returns the stage's self time as a multiple of the time really spun in it. It is the least of a
/// few iterations, since an interruption beside a spin only ever adds to it.
fn least_ratio(id: &str, slow: Slow, stage: StageName, name: Option<&str>) -> f64 {
    let contract = contract();
    let answers = answers(
        &contract,
        contract
            .select(&[id.to_owned()])
            .expect("the scenario is there")[0],
    );
    let ratio = |_| {
        SPUN_NS.set(0);
        let record = observe(&contract, answers.clone(), id, slow);
        let found = row(&record, stage, name).expect("the stage has a row");
        let spun = SPUN_NS.get();
        assert!(spun >= found.calls * nanos(SPIN), "it spun in every call");
        found.self_ns as f64 / spun as f64
    };
    (0..4)
        .map(ratio)
        .min_by(f64::total_cmp)
        .expect("there were iterations")
}

#[test]
fn five_milliseconds_are_found_in_the_stage_that_takes_them() {
    for (id, slow, stage, name) in [
        (
            "provider-scaling-10",
            Slow::Provider,
            StageName::Provider,
            Some(SLOW_PROVIDER),
        ),
        (
            "with-actions",
            Slow::Action,
            StageName::Action,
            Some(SLOW_ACTION),
        ),
        (
            "single-message",
            Slow::Evaluator,
            StageName::Evaluator,
            Some(SLOW_EVALUATOR),
        ),
        (
            "single-message",
            Slow::Database,
            StageName::MemoryCreate,
            None,
        ),
        ("single-message", Slow::Model, StageName::ModelCall, None),
    ] {
        let ratio = least_ratio(id, slow, stage, name);
        assert!((1.0..1.05).contains(&ratio), "{stage:?} {name:?}: {ratio}");
    }
}

#[test]
fn a_slow_part_is_inside_its_step_and_not_in_the_steps_self_time() {
    let contract = contract();
    let answers = answers(
        &contract,
        contract.select(&["with-actions".to_owned()]).unwrap()[0],
    );
    let record = observe(&contract, answers, "with-actions", Slow::Action);
    let dispatch = row(&record, StageName::ActionDispatch, None).unwrap();
    assert!(dispatch.inclusive_ns >= dispatch.calls * 5_000_000);
    assert!(dispatch.self_ns < dispatch.inclusive_ns / 2);
    assert_eq!(dispatch.calls, 10);
}

#[test]
fn self_times_add_up_to_the_messages_time_in_every_kind_of_scenario() {
    let contract = contract();
    for id in [
        "single-message",
        "conversation-10",
        "with-should-respond",
        "with-actions",
        "multi-step",
        "minimal-bootstrap",
        "provider-scaling-100",
        "history-scaling-100",
        "fresh-rooms-100",
    ] {
        let scenario = contract.select(&[id.to_owned()]).unwrap()[0];
        let record = observe(&contract, answers(&contract, scenario), id, Slow::Nothing);
        let stages = record.stages.as_ref().unwrap();
        let messages: u64 = record.message_ns.iter().sum();
        assert_eq!(
            stages.iter().map(|stage| stage.self_ns).sum::<u64>(),
            messages,
            "{id}"
        );
        let message = row(&record, StageName::Message, None).unwrap();
        assert_eq!(
            (message.calls, message.inclusive_ns),
            (record.message_ns.len() as u64, messages),
            "{id}"
        );
        // The bridge counts its own time itself, and messages use it for memories only.
        let serialized = row(&record, StageName::StateSerialization, None)
            .unwrap()
            .inclusive_ns;
        assert_eq!(Some(serialized), record.bridge_ns, "{id}");
    }
}

#[test]
fn the_discarded_render_is_in_prompt_as_a_call_of_its_own() {
    let contract = contract();
    let answers = answers(
        &contract,
        contract.select(&["single-message".to_owned()]).unwrap()[0],
    );
    let record = observe(&contract, answers, "single-message", Slow::Nothing);
    let prompt = row(&record, StageName::Prompt, None).unwrap();
    assert_eq!(prompt.calls, 2);
    assert!(prompt.self_ns > record.message_ns[0] / 2);
    assert!(
        row(&record, StageName::Message, None).unwrap().self_ns < record.message_ns[0] * 15 / 100
    );
}

#[test]
fn steps_are_counted_and_those_that_did_not_run_have_no_row() {
    let contract = contract();
    let calls = |id: &str, stage| {
        let answers = answers(&contract, contract.select(&[id.to_owned()]).unwrap()[0]);
        let record = observe(&contract, answers, id, Slow::Nothing);
        row(&record, stage, None).map(|row| row.calls / record.message_ns.len() as u64)
    };
    assert_eq!(calls("single-message", StageName::ShouldRespond), None);
    assert_eq!(calls("single-message", StageName::ActionDispatch), None);
    assert_eq!(calls("single-message", StageName::Evaluator), None);
    assert_eq!(
        calls("with-should-respond", StageName::ShouldRespond),
        Some(1)
    );
    assert_eq!(calls("with-should-respond", StageName::Prompt), Some(3));
    assert_eq!(calls("multi-step", StageName::ComposeState), Some(2));
    assert_eq!(calls("multi-step", StageName::Prompt), Some(2));
}

#[test]
fn a_prompt_whose_answer_was_never_parsed_still_has_its_time() {
    let mut contract = contract();
    contract.responses.templates.clear();
    let answers =
        Answers::prepare(&contract.responses, &Default::default(), Duration::ZERO).unwrap();
    let record = observe(
        &contract,
        Arc::new(answers),
        "single-message",
        Slow::Nothing,
    );
    assert_eq!(row(&record, StageName::Prompt, None).unwrap().calls, 1);
    let stages = record.stages.as_ref().unwrap();
    assert_eq!(
        stages.iter().map(|stage| stage.self_ns).sum::<u64>(),
        record.message_ns[0]
    );
}
