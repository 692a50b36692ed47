//! Profiles a scenario. It samples the scenario's iterations and writes collapsed stacks, one
//! `outer;…;inner samples` a line, which speedscope and flame graph tools read. Times under the
//! sampler are no measurements.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use eliza_bench::cell::Cell;
use eliza_bench::cli;
use eliza_bench::contract::{Contract, repository_folder};
use eliza_bench::databases::Databases;
use eliza_bench::failure::{FrameworkError, InputError};
use eliza_bench::iteration::Iteration;
use eliza_bench::measurement::IterationPhase;
use eliza_bench::sender::Framework;
use eliza_bench::session::Session;
use pprof::{Frames, ProfilerGuardBuilder};
use tokio::runtime::Runtime;

/// The number is a prime, so that the samples do not fall into step with anything. Many kernels'
/// ticks allow only 250.
const SAMPLES_PER_SECOND: i32 = 997;

/// This frame holds the work of a message, on any thread. Frames outside it belong to the harness.
const MESSAGE: &str = "handle_message";
/// This frame holds the work of a database scenario.
const OPERATIONS: &str = "profile::work";

/// Samples a scenario and writes collapsed stacks.
#[derive(Parser)]
#[command(name = "profile")]
struct ProfileCli {
    /// The scenario's id
    #[arg(long, value_name = "ID")]
    scenario: String,

    /// Iterations under the sampler, after the scenario's own warm-up
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1000,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    iterations: u32,

    /// Where the stacks go
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

fn main() -> std::process::ExitCode {
    let options = match cli::parse::<ProfileCli>() {
        Ok(options) => options,
        Err(status) => return status,
    };
    match profile(&options) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::from(if error.is::<InputError>() { 2 } else { 1 })
        }
    }
}

fn profile(options: &ProfileCli) -> Result<(), Box<dyn Error>> {
    let session = Session::new(
        Contract::load(&repository_folder(), None)?,
        Databases::InMemory,
        Arc::new(Framework),
        Duration::ZERO,
        None,
    );
    let scenario = session
        .contract
        .select(std::slice::from_ref(&options.scenario))?[0];
    let mut cell = Cell::new(&session, scenario)?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut iterate = |count| -> Result<(), FrameworkError> {
        for _ in 0..count {
            let mut iteration = tokio.block_on(cell.begin(IterationPhase::Control))?;
            work(&tokio, &mut iteration)?;
            tokio.block_on(cell.end(iteration, IterationPhase::Control))?;
        }
        Ok(())
    };
    iterate(scenario.warmup).map_err(|error| error.message)?;
    let sampler = ProfilerGuardBuilder::default()
        .frequency(SAMPLES_PER_SECOND)
        .build()?;
    iterate(options.iterations).map_err(|error| error.message)?;
    let report = sampler.report().build()?;

    let outermost = if scenario.is_database() {
        OPERATIONS
    } else {
        MESSAGE
    };
    let mut stacks = BTreeMap::<String, isize>::new();
    for (frames, samples) in &report.data {
        if let Some(stack) = stack_within(outermost, frames) {
            *stacks.entry(stack).or_default() += samples;
        }
    }
    if stacks.is_empty() {
        return Err("no sample fell into the scenario's work; give more --iterations".into());
    }
    let lines: Vec<String> = stacks
        .into_iter()
        .map(|(stack, samples)| format!("{stack} {samples}\n"))
        .collect();
    fs::write(&options.output, lines.concat())?;
    Ok(())
}

/// The work has a function of its own, so that it is in the stacks.
#[inline(never)]
fn work(tokio: &Runtime, iteration: &mut Iteration) -> Result<(), FrameworkError> {
    tokio.block_on(iteration.run())
}

/// Returns the stack from the first frame of that name inwards, outermost first. Returns `None` for
/// a sample outside it.
fn stack_within(outermost: &str, frames: &Frames) -> Option<String> {
    // The sampler puts the innermost frame first.
    let names: Vec<String> = frames
        .frames
        .iter()
        .flatten()
        .map(|symbol| symbol.name())
        .collect();
    let outermost = names.iter().rposition(|name| name.contains(outermost))?;
    let stack: Vec<String> = names[..=outermost]
        .iter()
        .rev()
        .map(|name| name.replace(';', ":"))
        .collect();
    Some(stack.join(";"))
}
