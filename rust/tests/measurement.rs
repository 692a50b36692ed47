//! Tests what batch mode writes, with the real framework.

mod support;

use eliza_bench::contract::repository_folder;
use serde_json::{Value, json};
use support::{REPLY, harness, measure, read, run, scenario_file, scratch, verify};

fn integer(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is not a whole number"))
}

#[test]
fn a_message_is_answered_through_the_real_framework() {
    let ledger = &verify("single-message")["ledger"];
    assert_eq!(
        ledger["replies"],
        json!([{ "texts": [REPLY], "messages": 1 }])
    );
    assert_eq!(ledger["modelCalls"][0]["template"], "messageHandler");
    assert_eq!(ledger["modelCalls"][0]["calls"], 1);
    assert!(integer(&ledger["modelCalls"][0]["promptChars"]) > 1000);
    let authors: Vec<&Value> = ledger["stored"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stored| &stored["author"])
        .collect();
    assert_eq!(authors, ["user", "agent"]);
    assert_eq!(ledger["errorsLogged"], json!({ "total": 0, "first": [] }));
}

#[test]
fn every_phase_is_recorded_and_only_the_first_cell_has_a_cold_start() {
    let arguments = "--scenarios single-message,burst-100 --iterations 3 --warmup 2 --observe 1";
    let cells = measure(arguments, "phases.json");
    assert!(integer(&cells[0]["cold"]["firstMessageNs"]) > 0);
    assert_eq!(cells[1]["cold"], Value::Null);
    let phases: Vec<(&str, u64)> = cells[1]["iterations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|iteration| {
            (
                iteration["phase"].as_str().unwrap(),
                integer(&iteration["index"]),
            )
        })
        .collect();
    assert_eq!(
        phases,
        [
            ("warmup", 0),
            ("warmup", 1),
            ("plain", 0),
            ("plain", 1),
            ("plain", 2),
            ("observed", 0)
        ]
    );
}

#[test]
fn message_times_fit_into_their_span_and_what_cannot_be_measured_is_null() {
    let cells = measure(
        "--scenarios burst-100 --iterations 1 --warmup 0",
        "spans.json",
    );
    let plain = &cells[0]["iterations"][0];
    let messages: Vec<u64> = plain["messageNs"]
        .as_array()
        .unwrap()
        .iter()
        .map(integer)
        .collect();
    assert_eq!(messages.len(), 100);
    assert!(messages.iter().sum::<u64>() <= integer(&plain["wallNs"]));
    assert!(integer(&plain["bridgeNs"]) < integer(&plain["wallNs"]));
    assert_eq!(plain["modelCalls"], json!({ "messageHandler": 100 }));
    assert_eq!(plain["stages"], Value::Null);
    assert_eq!(cells[0]["resources"]["gc"], Value::Null);
    assert_eq!(cells[0]["ledger"], Value::Null);
}

#[test]
fn the_mock_waits_as_long_as_it_is_told_and_concurrent_waits_overlap() {
    let arguments = "--scenarios concurrent-10 --iterations 1 --warmup 0 --model-delay-ms 50";
    let plain = &measure(arguments, "delay.json")[0]["iterations"][0];
    assert!(
        plain["messageNs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|message| integer(message) >= 50_000_000)
    );
    assert!(integer(&plain["wallNs"]) < 500_000_000);
}

#[test]
fn a_decision_is_really_taken() {
    let ledger = &verify("with-should-respond-no-name")["ledger"];
    assert_eq!(
        ledger["control"],
        json!({ "replies": 0, "shouldRespondCalls": 1 })
    );
}

#[test]
fn the_benchmark_action_runs_once_a_message() {
    let cell = verify("with-actions");
    assert_eq!(cell["ledger"]["actions"]["BENCH_ACTION"], 10);
    assert_eq!(cell["iterations"][0]["actionRuns"], 10);
    assert!(
        !cell["bootstrap"]["actions"]
            .as_array()
            .unwrap()
            .contains(&json!("BENCH_ACTION"))
    );
}

#[test]
fn dummy_providers_run_beside_the_frameworks_own() {
    let cell = verify("provider-scaling-10");
    let providers = cell["ledger"]["providers"].as_object().unwrap();
    assert_eq!(providers["BENCH_PROVIDER_010"], 10);
    assert_eq!(
        providers.len(),
        10 + cell["bootstrap"]["providers"].as_array().unwrap().len()
    );
}

#[test]
fn only_the_character_provider_is_left_in_the_minimal_bootstrap() {
    let cell = verify("minimal-bootstrap");
    assert_eq!(cell["ledger"]["providers"], json!({ "CHARACTER": 10 }));
    assert_eq!(cell["bootstrap"]["providers"], json!(["CHARACTER"]));
}

#[test]
fn the_framework_reads_the_seeded_history_back() {
    let ledger = &verify("history-scaling-100")["ledger"];
    assert_eq!(ledger["history"]["seeded"], 100);
    assert_eq!(ledger["history"]["newest"], true);
    assert!(integer(&ledger["history"]["returned"]) >= 10);
}

#[test]
fn database_operations_are_counted_and_every_result_is_correct() {
    let cell = verify("db-write-throughput");
    let expected =
        json!([{ "operation": "write", "done": 10_000, "correct": 10_000, "newest": null }]);
    assert_eq!(cell["ledger"]["operations"], expected);
    assert_eq!(cell["iterations"][0]["messageNs"], json!([]));
}

#[test]
fn the_time_box_closes_on_slow_operations() {
    let arguments =
        "--scenarios db-read-throughput --iterations 1 --warmup 0 --verify --box-ms 200";
    let cell = measure(arguments, "box.json").remove(0);
    let by_room = &cell["ledger"]["operations"][1];
    assert_eq!(by_room["done"], by_room["correct"]);
    assert_eq!(by_room["newest"], true);
    let timing = &cell["iterations"][0]["operations"][1];
    assert_eq!(timing["boxClosed"], integer(&timing["done"]) < 10_000);
}

#[test]
fn a_prompt_that_matches_no_template_is_the_frameworks_error_to_handle() {
    let shared = scratch("unmatched");
    std::fs::create_dir_all(&shared).unwrap();
    for file in ["scenarios.json", "character.json", "mock-responses.json"] {
        let from = repository_folder().join(file);
        let text = std::fs::read_to_string(from).unwrap();
        let mut content: Value = serde_json::from_str(&text).unwrap();
        if let Some(Value::Array(templates)) = content.get_mut("templates") {
            for template in templates {
                template["schemaTexts"] = json!(["No prompt says this"]);
            }
        }
        std::fs::write(shared.join(file), content.to_string()).unwrap();
    }
    let arguments = format!(
        "--scenarios single-message --verify --iterations 1 --warmup 0 --shared {}",
        shared.display()
    );
    let cell = measure(&arguments, "unmatched.json").remove(0);
    assert_eq!(
        cell["iterations"][0]["modelCalls"],
        json!({ "unmatched": 1 })
    );
    assert!(integer(&cell["ledger"]["errorsLogged"]["total"]) > 0);
    assert_eq!(
        cell["ledger"]["replies"],
        json!([{ "texts": [], "messages": 1 }])
    );
}

#[test]
fn a_panic_of_the_framework_makes_the_cell_unsupported_with_its_own_message() {
    let output = scratch("panic.json");
    let mut command = std::process::Command::new(harness());
    command
        .args(["--scenarios", "single-message", "--output"])
        .arg(&output)
        .env("NODE_ENV", "production");
    assert_eq!(command.output().unwrap().status.code(), Some(3));
    let cell = &read(&output)["cells"][0];
    assert_eq!(cell["status"], "unsupported");
    assert_eq!(cell["failure"]["phase"], "cold");
    assert_eq!(cell["failure"]["type"], "panic");
    assert!(
        cell["failure"]["message"]
            .as_str()
            .unwrap()
            .starts_with("SECRET_SALT must be set")
    );
}

#[test]
fn bad_input_is_one_line_and_status_2_and_leaves_no_file() {
    let unreadable = scenario_file("single-message", |scenario| {
        scenario["config"]["delivery"] = json!("carrier-pigeon")
    });
    let unknown_answer = scenario_file("multi-step", |scenario| {
        scenario["config"]["answers"] = json!({ "reply": "rude" })
    });
    let other_version = scratch("schema-version.json");
    std::fs::write(&other_version, r#"{ "schemaVersion": 1, "scenarios": [] }"#).unwrap();
    let from_file =
        |path: &std::path::Path| format!("--scenarios all --scenario-file {}", path.display());
    for (arguments, word) in [
        (String::new(), "--scenarios"),
        ("--scenarios nonsense".to_owned(), "single-message"),
        (
            "--scenarios all --iterations many".to_owned(),
            "--iterations",
        ),
        (
            "--scenarios all --no-such-flag".to_owned(),
            "--no-such-flag",
        ),
        ("--scenarios all --shared missing".to_owned(), "--shared"),
        ("--worker".to_owned(), "--scenario"),
        (
            "--worker --scenario single-message --events-fd 77".to_owned(),
            "77",
        ),
        (from_file(&unreadable), "carrier-pigeon"),
        (from_file(&unknown_answer), "rude"),
        (from_file(&other_version), "schemaVersion is 1"),
    ] {
        let output = scratch("bad.json");
        let done = run(&harness(), &arguments, &output);
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{arguments}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{arguments}: {stderr}");
        assert!(stderr.contains(word), "{arguments}: {stderr}");
        assert!(!output.exists());
    }
}

#[test]
fn the_calibration_comes_to_the_results_of_the_contract() {
    let cell = verify("calibration");
    let contract = read(&repository_folder().join("scenarios.json"));
    let scenarios = contract["scenarios"].as_array().unwrap();
    let scenario = scenarios.iter().find(|one| one["id"] == "calibration");
    let results = scenario.unwrap()["expect"]["results"].as_object().unwrap();
    let rows = cell["ledger"]["operations"].as_array().unwrap();
    assert_eq!(rows.len(), results.len());
    for row in rows {
        let name = row["operation"].as_str().unwrap();
        assert_eq!(row["resultDigest"], results[name], "{name}");
        assert_eq!(row["correct"], row["done"], "{name}");
    }
    assert_eq!(cell["iterations"][0]["messageNs"], json!([]));
    let calls = cell["cold"]["firstCalls"].as_array().unwrap();
    assert!(calls.iter().all(|call| integer(&call["ns"]) > 0));
    assert_eq!(calls.len(), results.len());
}
