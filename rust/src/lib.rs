//! The Rust harness of the Eliza framework benchmark. It drives the published `elizaos` crate with
//! a mock model, measures, and writes raw integers. It judges nothing. docs/harness-contract.md
//! says what it does.

pub mod agent;
pub mod allocation_sites;
pub mod allocations;
pub mod answers;
pub mod batch;
pub mod calibration;
pub mod call_sequence;
pub mod cell;
pub mod cli;
pub mod clocks;
pub mod contract;
pub mod database;
pub mod database_setup;
pub mod databases;
pub mod decode;
pub mod error_log;
pub mod failure;
pub mod instrument;
pub mod iteration;
pub mod ledger;
pub mod live;
pub mod measurement;
pub mod messages;
pub mod mock_llm_plugin;
pub mod observer;
pub mod prompt_events;
pub mod prompted_texts;
pub mod provided_texts;
pub mod quiescence;
pub mod read_limits;
pub mod recipe;
pub mod recorder;
pub mod sender;
pub mod session;
pub mod spans;
pub mod stage_sources;
pub mod stages;
pub mod streaming;
pub mod versions;
pub mod worker;

use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cell::Cell;
use cli::Options;
use clocks::{elapsed_ns, rss_bytes};
use contract::Contract;
use databases::Databases;
use failure::InputError;
use measurement::{CellMeasurement, MeasurementFile, Status};
use sender::Sender;
use session::Session;
use versions::read_versions;
use worker::{Event, Events};

/// The reason why a process ends without a measurement file.
pub enum Stop {
    /// Bad arguments or input end the process with exit status 2.
    Input(InputError),
    /// Anything else ends it with exit status 1.
    Broken(String),
}

impl Stop {
    fn broken(reason: impl Display) -> Self {
        Self::Broken(reason.to_string())
    }
}

impl From<InputError> for Stop {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

/// Runs the harness and returns its exit status. `started` is when `main` was entered.
///
/// Rust links its framework instead of importing it. The counterpart of the import is the time from
/// `main` to being ready, with the asynchronous runtime started and the contract read. `importNs`
/// holds it.
pub fn run(options: &Options, started: Instant, sender: Arc<dyn Sender>) -> ExitCode {
    failure::install_panic_hook();
    match panic::catch_unwind(AssertUnwindSafe(|| measure(options, started, sender))) {
        Ok(Ok(status)) => status,
        Ok(Err(Stop::Input(error))) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
        Ok(Err(Stop::Broken(reason))) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
        // This is a bug of the harness. The hook has printed it with its stack.
        Err(_) => ExitCode::FAILURE,
    }
}

fn measure(options: &Options, started: Instant, sender: Arc<dyn Sender>) -> Result<ExitCode, Stop> {
    let ids = options.scenario_ids()?;
    options.check_output()?;
    let events = (options.worker || options.live)
        .then(|| Events::open(options.events_fd))
        .transpose()?;
    let mut contract = Contract::load(
        &options.find_contract_folder()?,
        options.scenario_file.as_deref(),
    )?;
    if let Some(box_ms) = options.box_ms {
        contract
            .scenarios
            .iter_mut()
            .filter_map(|scenario| scenario.database.as_mut())
            .for_each(|load| load.box_ms = box_ms);
    }
    // This is what `#[tokio::main]` makes for a user: the multi-thread flavour with a worker for
    // each core.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Stop::broken)?;
    let mut versions = read_versions(&runtime);
    let import_ns = elapsed_ns(started);

    let databases = if options.empty {
        Databases::InMemory
    } else {
        runtime.block_on(Databases::connect(options.database))?
    };
    if let Some(server) = databases.server() {
        versions.database = server.describe();
    }

    let model_delay = Duration::from_secs_f64(options.model_delay_ms / 1000.0);
    let session = Session::new(contract, databases, sender, model_delay, rss_bytes());
    let scenarios = session.contract.select(&ids)?;
    let events = match events {
        Some(events) if options.live => {
            let ready = live::protocol::Event::Ready {
                pid: std::process::id(),
                import_ns,
                versions,
            };
            let scenario = scenarios[0].clone();
            let served = live::serve(session, scenario, options.empty, &runtime, events, ready);
            // Nobody waits for messages that are still open.
            runtime.shutdown_background();
            return served.map(|()| ExitCode::SUCCESS);
        }
        events => events,
    };
    let file = |cells| MeasurementFile {
        schema_version: decode::SCHEMA_VERSION,
        kind: "measurement",
        runtime: "rust",
        versions: versions.clone(),
        model_delay_ms: options.model_delay_ms,
        seed: options.seed,
        import_ns,
        cells,
    };
    let file = match events {
        None => {
            let file = file(runtime.block_on(batch::run(&session, &scenarios, options))?);
            file.write(options.output_file()).map_err(Stop::broken)?;
            file
        }
        Some(mut events) => {
            let cell = Cell::new(&session, scenarios[0])?;
            let pid = std::process::id();
            events
                .send(&Event::Ready {
                    pid,
                    import_ns,
                    versions: &versions,
                })
                .map_err(Stop::broken)?;
            let file = file(vec![worker::serve(cell, &runtime, &mut events)?]);
            file.write(options.output_file()).map_err(Stop::broken)?;
            events.send(&Event::Finished).map_err(Stop::broken)?;
            file
        }
    };
    file.cells.iter().for_each(print_summary);
    let supported = file
        .cells
        .iter()
        .all(|cell| cell.status == Status::Measured);
    Ok(if supported {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

/// Prints one line on stdout for whoever reads the output of batch mode.
fn print_summary(cell: &CellMeasurement) {
    match &cell.failure {
        None => println!(
            "{}: measured, {} iterations recorded",
            cell.scenario,
            cell.iterations.len()
        ),
        Some(failure) => println!(
            "{}: unsupported in {}: {}",
            cell.scenario, failure.phase, failure.message
        ),
    }
}
