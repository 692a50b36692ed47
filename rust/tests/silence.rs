//! Tests the framework's log level. It belongs to the process, so the test has a process of its
//! own.

use std::sync::Arc;
use std::time::Duration;

use eliza_bench::cell::Cell;
use eliza_bench::contract::{Contract, repository_folder};
use eliza_bench::databases::Databases;
use eliza_bench::measurement::IterationPhase;
use eliza_bench::sender::Framework;
use eliza_bench::session::Session;
use tracing::level_filters::LevelFilter;

#[test]
fn after_an_observed_iteration_the_frameworks_log_is_off_again() {
    let contract =
        Contract::load(&repository_folder(), None).expect("the contract files can be read");
    let session = Session::new(
        contract,
        Databases::InMemory,
        Arc::new(Framework),
        Duration::ZERO,
        None,
    );
    let scenario = session
        .contract
        .select(&["conversation-10".to_owned()])
        .expect("the scenario is there")[0];
    let mut cell = Cell::new(&session, scenario).expect("its answers are there");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    for phase in [
        IterationPhase::Plain,
        IterationPhase::Observed,
        IterationPhase::Control,
    ] {
        runtime.block_on(cell.iterate(phase)).expect("it works");
        assert_eq!(LevelFilter::current(), LevelFilter::OFF, "after {phase:?}");
    }
}
