//! Tests worker mode: the worker does one thing at a time, and only on command.

mod support;

use serde_json::json;
use support::{Worker, faulty_harness, harness, read, scratch};

const COLD: &str = r#"{"cmd":"cold"}"#;
const VERIFY: &str = r#"{"cmd":"verify"}"#;
const PLAIN: &str = r#"{"cmd":"iterate","phase":"plain"}"#;
const BEGIN: &str = r#"{"cmd":"begin","phase":"plain"}"#;
const MESSAGE: &str = r#"{"cmd":"message"}"#;
const END: &str = r#"{"cmd":"end"}"#;
const FINISH: &str = r#"{"cmd":"finish"}"#;

#[test]
fn a_worker_reports_itself_obeys_and_writes_its_file() {
    let output = scratch("worker.json");
    let mut worker = Worker::start(&harness(), "--scenario single-message", &output);
    let ready = worker.read_event();
    assert_eq!(ready["event"], "ready");
    assert_eq!(ready["versions"]["framework"], "2.0.0");
    assert!(ready["importNs"].is_u64() && ready["pid"].is_u64());
    for (command, name) in [(COLD, "cold"), (VERIFY, "verify"), (PLAIN, "iterate")] {
        let done = worker.obey(command);
        assert_eq!(
            (&done["event"], &done["cmd"]),
            (&json!("done"), &json!(name))
        );
        assert!(done["elapsedNs"].is_u64());
    }
    assert_eq!(worker.obey(FINISH), json!({ "event": "finished" }));
    assert_eq!(worker.end_input().code(), Some(0));
    let cell = &read(&output)["cells"][0];
    assert_eq!(cell["status"], "measured");
    assert!(cell["cold"].is_object() && cell["ledger"].is_object());
}

#[test]
fn an_iteration_in_steps_is_recorded_like_a_whole_one_without_the_pauses() {
    let output = scratch("steps.json");
    let mut worker = Worker::start(&harness(), "--scenario with-actions", &output);
    worker.read_event();
    worker.obey(BEGIN);
    for _ in 0..10 {
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(worker.obey(MESSAGE)["event"], "done");
    }
    worker.obey(END);
    worker.obey(PLAIN);
    worker.obey(FINISH);
    assert!(worker.end_input().success());
    let iterations = read(&output)["cells"][0]["iterations"].clone();
    assert_eq!(iterations[0]["messageNs"].as_array().unwrap().len(), 10);
    assert_eq!(iterations[0]["replyDigest"], iterations[1]["replyDigest"]);
    assert!(iterations[0]["wallNs"].as_u64().unwrap() < 200_000_000);
}

#[test]
fn control_iterations_are_plain_but_for_memory_and_observed_ones_have_stages() {
    let output = scratch("observed.json");
    let mut worker = Worker::start(&harness(), "--scenario with-actions", &output);
    worker.read_event();
    for phase in ["plain", "control", "observed"] {
        worker.obey(&json!({ "cmd": "iterate", "phase": phase }).to_string());
    }
    worker.obey(r#"{"cmd":"begin","phase":"observed"}"#);
    (0..10).for_each(|_| drop(worker.obey(MESSAGE)));
    worker.obey(END);
    worker.obey(FINISH);
    assert!(worker.end_input().success());
    let cell = &read(&output)["cells"][0];
    let [plain, control, whole, steps] = &cell["iterations"].as_array().unwrap()[..] else {
        panic!("there were four iterations")
    };
    assert!(plain["rssBytes"].is_u64() && cell["resources"]["heapBytes"].is_u64());
    assert_eq!(
        (&control["phase"], &control["index"]),
        (&json!("control"), &json!(0))
    );
    assert!(
        control["rssBytes"].is_null() && control["stages"].is_null() && plain["stages"].is_null()
    );
    for observed in [whole, steps] {
        assert_eq!(observed["replyDigest"], plain["replyDigest"]);
        let total = |list: &serde_json::Value, field: &str| -> u64 {
            list.as_array()
                .unwrap()
                .iter()
                .map(|row| row[field].as_u64().unwrap())
                .sum()
        };
        let messages: u64 = observed["messageNs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ns| ns.as_u64().unwrap())
            .sum();
        assert_eq!(total(&observed["stages"], "selfNs"), messages);
    }
    assert_eq!(cell["stageSources"].as_array().unwrap().len(), 15);
}

#[test]
fn where_messages_overlap_an_observed_iteration_is_not_instrumented() {
    let output = scratch("overlap.json");
    let mut worker = Worker::start(&harness(), "--scenario concurrent-10", &output);
    worker.read_event();
    worker.obey(r#"{"cmd":"iterate","phase":"observed"}"#);
    worker.obey(FINISH);
    assert!(worker.end_input().success());
    let cell = &read(&output)["cells"][0];
    assert!(cell["iterations"][0]["stages"].is_null() && cell["stageSources"].is_null());
    assert!(cell["resources"]["heapBytes"].is_null());
}

#[test]
fn the_end_of_its_input_ends_a_worker_without_a_file() {
    let output = scratch("left.json");
    let mut worker = Worker::start(&harness(), "--scenario single-message", &output);
    worker.read_event();
    worker.obey(COLD);
    assert_eq!(worker.end_input().code(), Some(1));
    assert!(!output.exists());
}

#[test]
fn commands_that_are_garbled_or_out_of_place_end_a_worker_with_status_2() {
    for (scenario, commands) in [
        ("single-message", &["dance"][..]),
        ("single-message", &[r#"{"cmd":"dance"}"#]),
        ("single-message", &[MESSAGE]),
        ("single-message", &[END]),
        ("single-message", &[BEGIN, END]),
        ("single-message", &[BEGIN, MESSAGE, MESSAGE]),
        ("single-message", &[BEGIN, FINISH]),
        ("conversation-10", &[BEGIN]),
        ("concurrent-10", &[BEGIN]),
        ("db-write-throughput", &[BEGIN]),
    ] {
        let output = scratch("misled.json");
        let mut worker = Worker::start(&harness(), &format!("--scenario {scenario}"), &output);
        worker.read_event();
        for command in commands {
            worker.send(command);
        }
        assert_eq!(
            worker.end_input().code(),
            Some(2),
            "{scenario}: {commands:?}"
        );
        assert!(!output.exists());
    }
}

#[test]
fn dropped_replies_show_in_the_ledger_and_in_every_digest() {
    let (good, bad) = (scratch("undropped.json"), scratch("dropped.json"));
    for (program, arguments, output) in [
        (harness(), "--scenario with-should-respond", &good),
        (
            faulty_harness(),
            "--scenario with-should-respond --fault drop-reply",
            &bad,
        ),
    ] {
        let mut worker = Worker::start(&program, arguments, output);
        worker.read_event();
        for command in [VERIFY, PLAIN, FINISH] {
            worker.obey(command);
        }
        assert!(worker.end_input().success());
    }
    let (good, bad) = (&read(&good)["cells"][0], &read(&bad)["cells"][0]);
    assert_eq!(bad["ledger"]["replies"].as_array().unwrap().len(), 2);
    assert_ne!(
        bad["iterations"][0]["replyDigest"],
        good["iterations"][0]["replyDigest"]
    );
}

#[test]
fn a_stub_answers_correctly_and_its_ledger_reveals_it() {
    let output = scratch("stub.json");
    let mut worker = Worker::start(
        &faulty_harness(),
        "--scenario single-message --fault stub",
        &output,
    );
    worker.read_event();
    for command in [VERIFY, PLAIN, FINISH] {
        worker.obey(command);
    }
    assert!(worker.end_input().success());
    let cell = &read(&output)["cells"][0];
    assert_eq!(
        cell["ledger"]["replies"],
        json!([{ "texts": [support::REPLY], "messages": 1 }])
    );
    assert_eq!(cell["ledger"]["modelCalls"], json!([]));
    assert_eq!(cell["ledger"]["stored"], json!([]));
    assert_eq!(cell["iterations"][0]["modelCalls"], json!({}));
}

#[test]
fn a_crash_closes_the_events_and_leaves_no_file() {
    let output = scratch("crash.json");
    let mut worker = Worker::start(
        &faulty_harness(),
        "--scenario single-message --fault crash",
        &output,
    );
    worker.read_event();
    worker.send(PLAIN);
    assert_eq!(worker.read_line(), None);
    assert_eq!(worker.end_input().code(), None);
    assert!(!output.exists());
}

#[test]
fn a_hang_answers_nothing() {
    let output = scratch("hang.json");
    let mut worker = Worker::start(
        &faulty_harness(),
        "--scenario single-message --fault hang",
        &output,
    );
    worker.read_event();
    worker.obey(COLD);
    worker.send(PLAIN);
    std::thread::sleep(std::time::Duration::from_millis(300));
    worker.kill();
    assert_eq!(worker.read_line(), None);
}

#[test]
fn garbage_comes_between_events() {
    let output = scratch("garbage.json");
    let mut worker = Worker::start(
        &faulty_harness(),
        "--scenario single-message --fault garbage",
        &output,
    );
    worker.read_event();
    worker.send(PLAIN);
    assert_eq!(worker.read_line().as_deref(), Some("this is not an event"));
    assert_eq!(worker.read_event()["event"], "done");
}
