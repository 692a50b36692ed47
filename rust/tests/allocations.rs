//! Tests the counting allocator, in this process and in the verifying program.

mod support;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use eliza_bench::allocations::{CountingAllocator, totals};
use serde_json::Value;
use support::{harness, read, run, scratch};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// The count is that of the whole process, so no other test may allocate meanwhile.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn allocations_and_their_bytes_are_counted_one_by_one() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = totals().expect("it is installed");
    for _ in 0..1000 {
        let mut grown = black_box(Vec::<u8>::with_capacity(100));
        grown.reserve_exact(300);
        black_box(grown);
    }
    let after = totals().expect("it is installed");
    // The thread that waits for this test may allocate a little on its own.
    assert!((2000..2050).contains(&(after.count - before.count)));
    assert!((300_000..350_000).contains(&(after.bytes - before.bytes)));
}

fn count_allocations(program: PathBuf, scenario: &str) -> Value {
    let output = scratch(&format!("allocations-{scenario}.json"));
    let arguments = format!("--scenarios {scenario} --verify --iterations 1 --warmup 0");
    assert!(run(&program, &arguments, &output).status.success());
    read(&output)["cells"][0]["ledger"]["allocations"].clone()
}

#[test]
fn the_verifying_program_counts_what_messages_allocate_and_the_measuring_one_does_not() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let counting = || PathBuf::from(env!("CARGO_BIN_EXE_eliza-bench-alloc"));
    let single = count_allocations(counting(), "single-message");
    assert_eq!(single["messages"], 1);
    assert!(single["count"].as_u64().unwrap() > 100);
    assert!(single["bytes"].as_u64().unwrap() > single["count"].as_u64().unwrap());
    assert_eq!(
        count_allocations(counting(), "with-actions")["messages"],
        10
    );
    assert_eq!(
        count_allocations(counting(), "db-write-throughput"),
        Value::Null
    );
    assert_eq!(count_allocations(harness(), "single-message"), Value::Null);
}
