//! Tests which databases a process takes. Those of a real server are in the project's integration
//! tests.

mod support;

use std::process::Command;

use support::{harness, measure, run, scratch};

const SINGLE: &str = "--scenarios single-message --iterations 1 --warmup 0";

#[test]
fn in_memory_is_the_default_and_names_no_server() {
    let named = measure(&format!("{SINGLE} --database in-memory"), "in-memory.json");
    for cell in [&named[0], &measure(SINGLE, "default.json")[0]] {
        let iteration = &cell["iterations"][0];
        assert!(iteration["bridgeNs"].is_u64());
        assert!(iteration.get("databaseServer").is_none());
    }
}

#[test]
fn a_database_that_there_is_not_is_refused_in_one_line() {
    let output = scratch("no-such-database.json");
    let done = run(&harness(), &format!("{SINGLE} --database pglite"), &output);
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
    assert!(stderr.contains("in-memory, postgres"), "{stderr}");
}

/// Runs with `--database postgres` and this address.
fn refuse(address: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(harness());
    command
        .args(SINGLE.split_whitespace())
        .args(["--database", "postgres", "--output"])
        .arg(scratch("postgres.json"))
        .env_remove("ELIZA_BENCHMARK_DATABASE_URL");
    if let Some(address) = address {
        command.env("ELIZA_BENCHMARK_DATABASE_URL", address);
    }
    let done = command.output().expect("the harness runs");
    let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
    (done.status.code(), stderr)
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_build_without_postgresql_says_how_to_get_it() {
    let (code, stderr) = refuse(None);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("--features postgres"), "{stderr}");
}

#[cfg(feature = "postgres")]
#[test]
fn postgresql_needs_an_address_and_a_server_there() {
    let (code, stderr) = refuse(None);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("ELIZA_BENCHMARK_DATABASE_URL"), "{stderr}");
    let (code, stderr) = refuse(Some("nonsense"));
    assert_eq!(code, Some(2), "{stderr}");
    // Nobody listens on port 1.
    let address = "postgres://somebody:secret@127.0.0.1:1/nothing?sslmode=disable";
    let (code, stderr) = refuse(Some(address));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(!stderr.contains("secret"), "{stderr}");
}
