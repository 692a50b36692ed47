//! Tests live mode with the real framework: agents are held alive, and messages come while others
//! are handled.

mod support;

use std::collections::HashMap;
use std::path::PathBuf;

use eliza_bench::clocks::monotonic_ns;
use serde_json::{Value, json};
use support::{REPLY, Worker, faulty_harness, harness};

const DROP: &str = r#"{"cmd":"drop"}"#;
const FINISH: &str = r#"{"cmd":"finish"}"#;
const READ: &str = r#"{"cmd":"read","collect":true}"#;
const STORES: &str = r#"{"cmd":"stores"}"#;

fn start(arguments: &str) -> Worker {
    let mut live = Worker::start_live(&harness(), arguments);
    assert_eq!(live.read_event()["event"], "ready");
    live
}

fn finish(mut live: Worker) {
    assert_eq!(live.obey(FINISH), json!({ "event": "finished" }));
    assert_eq!(live.end_input().code(), Some(0));
    assert_eq!(live.read_complaints(), "");
}

fn agents(count: usize) -> String {
    json!({ "cmd": "agents", "count": count }).to_string()
}

fn users(agent: usize, count: usize, history: usize) -> String {
    json!({ "cmd": "users", "agent": agent, "count": count, "history": history }).to_string()
}

fn message(id: usize, agent: usize, user: usize) -> String {
    json!({ "cmd": "message", "id": id, "agent": agent, "user": user }).to_string()
}

fn stored(agent: usize) -> String {
    json!({ "cmd": "stored", "agent": agent }).to_string()
}

fn ns(event: &Value, field: &str) -> u64 {
    event[field]
        .as_u64()
        .unwrap_or_else(|| panic!("{field} of {event}"))
}

/// Reads `count` events and gives them by the id of their message.
fn read_replies(live: &mut Worker, count: usize) -> HashMap<u64, Value> {
    let events = (0..count).map(|_| live.read_event());
    events.map(|event| (ns(&event, "id"), event)).collect()
}

fn records(stores: &Value, name: &str) -> u64 {
    let stores = stores["stores"].as_array().expect("stores are a list");
    let store = stores.iter().find(|store| store["name"] == name);
    ns(store.expect("the store is listed"), "records")
}

#[test]
fn many_messages_in_flight_are_answered_in_the_right_rooms_and_the_model_is_measured() {
    const DELAY_NS: u64 = 500_000_000;
    let mut live = start("--model-delay-ms 500");
    assert_eq!(live.obey(&agents(2))["alive"], 2);
    for agent in 0..2 {
        let done = live.obey(&users(agent, 30, 0));
        assert_eq!(
            (&done["event"], &done["cmd"]),
            (&json!("done"), &json!("users"))
        );
    }
    let before_ns = monotonic_ns();
    for id in 0..60 {
        live.send(&message(id, id % 2, id / 2));
    }
    // The next line is read at once: no reply can be there yet.
    live.send(r#"{"cmd":"read","collect":false}"#);
    assert_eq!(live.read_event()["open"], 60);
    let replies = read_replies(&mut live, 60);
    let after_ns = monotonic_ns();
    for id in 0..60 {
        let reply = &replies[&id];
        assert_eq!(
            (&reply["event"], &reply["replies"]),
            (&json!("reply"), &json!([REPLY]))
        );
        let (sent_ns, returned_ns) = (ns(reply, "sentAtNs"), ns(reply, "returnedAtNs"));
        let read_ns = ns(reply, "readAtNs");
        assert!(
            before_ns < read_ns && read_ns < sent_ns && returned_ns < after_ns,
            "{reply}"
        );
        let model_ns = ns(reply, "modelNs");
        assert!(
            DELAY_NS <= model_ns && model_ns < returned_ns - sent_ns,
            "{reply}"
        );
    }
    assert!(
        after_ns - before_ns < 5 * DELAY_NS,
        "they were not handled at once"
    );
    for agent in 0..2 {
        let once = json!(vec![1; 30]);
        let expected = json!({
            "event": "stored", "agent": agent, "fromUser": once, "fromAgent": once,
        });
        assert_eq!(live.obey(&stored(agent)), expected);
    }
    let read = live.obey(READ);
    assert_eq!(read["modelCalls"], json!({ "messageHandler": 60 }));
    assert_eq!((&read["open"], &read["embeddings"]), (&json!(0), &json!(0)));
    finish(live);
}

#[test]
fn what_is_kept_is_told_by_the_function_of_the_framework_and_not_by_the_measured_program() {
    let counting = PathBuf::from(env!("CARGO_BIN_EXE_eliza-bench-alloc"));
    let mut live = Worker::start_live(&counting, "");
    assert_eq!(live.read_event()["event"], "ready");
    live.obey(&agents(1));
    live.obey(r#"{"cmd":"trace"}"#);
    for id in 0..100 {
        live.send(&message(id, 0, 0));
        live.read_event();
    }
    let found = live.obey(r#"{"cmd":"sites"}"#);
    assert_eq!(found["how"], "sampled-at");
    // Two memories of each message stay. 4 KB are a sample.
    assert!(
        (100_000..2_000_000).contains(&ns(&found, "keptBytes")),
        "{found}"
    );
    let largest = found["sites"][0]["name"].as_str().expect("it has a name");
    assert!(largest.starts_with("elizaos"), "{largest}");
    finish(live);
    let mut measured = start("");
    measured.obey(r#"{"cmd":"trace"}"#);
    assert_eq!(measured.obey(r#"{"cmd":"sites"}"#)["how"], Value::Null);
    finish(measured);
}

#[test]
fn stores_show_the_history_and_the_messages_and_can_be_emptied() {
    let mut live = start("");
    live.obey(&agents(1));
    live.obey(&users(0, 3, 2000));
    for id in 0..3 {
        let reply = live.obey(&message(id, 0, id));
        assert_eq!(reply["replies"], json!([REPLY]));
        assert_eq!(ns(&reply, "modelNs"), 0, "no delay, no time");
    }
    assert_eq!(live.obey(&stored(0))["fromUser"], json!([1, 1, 1]));
    let full = live.obey(READ);
    assert_eq!(records(&live.obey(STORES), "adapter.memories"), 2006);
    let done = live.obey(r#"{"cmd":"empty","store":"adapter.memories"}"#);
    assert_eq!(
        (&done["event"], &done["cmd"]),
        (&json!("done"), &json!("empty"))
    );
    let stores = live.obey(STORES);
    assert_eq!(records(&stores, "adapter.memories"), 0);
    assert_eq!(records(&stores, "adapter.rooms"), 3);
    assert_eq!(live.obey(&stored(0))["fromAgent"], json!([0, 0, 0]));
    // A stored memory is more than a kilobyte.
    let empty = live.obey(READ);
    for field in ["heapBytes", "rssBytes"] {
        if full[field].is_u64() {
            assert!(
                ns(&empty, field) + 2_000_000 < ns(&full, field),
                "{full} {empty}"
            );
        }
    }
    finish(live);
}

#[test]
fn many_agents_live_side_by_side_until_they_are_dropped() {
    let mut live = start("--scenario with-actions");
    live.obey(&agents(1));
    let made = live.obey(&agents(99));
    assert_eq!(made["alive"], 100);
    for times in ["constructNs", "initializeNs", "seedNs"] {
        let times = made[times].as_array().expect("a time of each");
        assert_eq!(times.len(), 99);
        assert!(
            times
                .iter()
                .all(|time| time.as_u64().is_some_and(|ns| ns > 0))
        );
    }
    for agent in 0..100 {
        live.send(&message(agent, agent, 0));
    }
    let replies = read_replies(&mut live, 100);
    // The framework answers with the message's own text when an action is chosen beside the reply.
    for id in 0..100 {
        let text = format!(
            "Hello BenchmarkAgent, this is message {}. How are you?",
            id + 1
        );
        assert_eq!(replies[&id]["replies"], json!([text]));
    }
    let full = live.obey(READ);
    assert_eq!(full["modelCalls"], json!({ "messageHandler": 100 }));
    assert_eq!(live.obey(DROP)["cmd"], "drop");
    let dropped = live.obey(READ);
    assert_eq!(
        dropped["modelCalls"], full["modelCalls"],
        "they count from the start"
    );
    if full["heapBytes"].is_u64() {
        assert!(
            ns(&dropped, "heapBytes") * 2 < ns(&full, "heapBytes"),
            "{full} {dropped}"
        );
    }
    // The next one is number 0 again, and knows nothing of the first.
    assert_eq!(live.obey(&agents(1))["alive"], 1);
    assert_eq!(live.obey(&stored(0))["fromUser"], json!([0]));
    assert_eq!(
        live.obey(&message(0, 0, 0))["replies"],
        replies[&0]["replies"]
    );
    finish(live);
}

#[test]
fn without_a_framework_every_message_has_the_mocks_text_at_once() {
    let mut live = start("--empty --model-delay-ms 60000");
    live.obey(&agents(1));
    live.obey(&users(0, 5, 100));
    for id in 0..50 {
        live.send(&message(id, 0, id % 5));
    }
    let replies = read_replies(&mut live, 50);
    assert_eq!(replies.len(), 50);
    assert!(
        replies
            .values()
            .all(|reply| reply["replies"] == json!([REPLY]))
    );
    assert_eq!(live.obey(STORES)["stores"], json!([]));
    assert_eq!(live.obey(READ)["modelCalls"], json!({}));
    finish(live);
}

#[test]
fn a_message_that_raises_disturbs_no_other() {
    let mut live = Worker::start_live(&faulty_harness(), "--fault raise");
    live.read_event();
    live.obey(&agents(1));
    for id in 0..4 {
        let event = live.obey(&message(id, 0, 0));
        if id % 2 == 0 {
            assert_eq!(event["replies"], json!([REPLY]));
        } else {
            assert_eq!(event["event"], "raised");
            assert_eq!(event["failure"]["phase"], "message");
            assert_eq!(event["failure"]["message"], "this message is not liked");
        }
    }
    finish(live);
}

#[test]
fn commands_that_are_garbled_or_out_of_place_end_live_mode_with_one_line() {
    for (empty_handed, command) in [
        (true, "dance"),
        (true, r#"{"cmd":"dance"}"#),
        (true, r#"{"cmd":"agents","count":0}"#),
        (true, r#"{"cmd":"agents","count":1,"size":1}"#),
        (true, r#"{"cmd":"message","id":0,"agent":0,"user":0}"#),
        (true, r#"{"cmd":"stored","agent":0}"#),
        (true, r#"{"cmd":"empty","store":"adapter.memories"}"#),
        (false, r#"{"cmd":"message","id":0,"agent":0,"user":1}"#),
        (false, r#"{"cmd":"users","agent":1,"count":1,"history":0}"#),
        (false, r#"{"cmd":"empty","store":"adapter.nonsense"}"#),
    ] {
        let mut live = start("");
        if !empty_handed {
            live.obey(&agents(1));
        }
        live.send(command);
        assert_eq!(live.end_input().code(), Some(2), "{command}");
        let complaints = live.read_complaints();
        assert_eq!(complaints.lines().count(), 1, "{command}: {complaints}");
    }
}

#[test]
fn the_end_of_its_input_ends_live_mode_though_messages_are_open() {
    let mut live = start("--model-delay-ms 60000");
    live.obey(&agents(1));
    live.send(&message(0, 0, 0));
    assert_eq!(live.end_input().code(), Some(1));
    assert_eq!(live.read_complaints().lines().count(), 1);
    assert_eq!(live.read_line(), None);
}
