//! The command line and its errors.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser};

use crate::contract;
use crate::databases::DatabaseKind;
use crate::failure::InputError;

/// Shapes the agents of live mode where nobody says which.
const LIVE_SCENARIO: &str = "single-message";

/// Measures the Rust Eliza runtime with a mock model. See docs/harness-contract.md.
#[derive(Parser)]
#[command(name = "eliza-bench", version)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
}

#[derive(Args)]
pub struct Options {
    /// Scenarios to run one after another: ids, or `all`
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub scenarios: Vec<String>,

    /// Take commands on standard input, for one scenario
    #[arg(long)]
    pub worker: bool,

    /// Hold agents alive and handle messages as they come; commands come on standard input
    #[arg(long, conflicts_with_all = ["worker", "scenarios", "output", "iterations", "warmup",
        "observe", "verify", "box_ms"])]
    pub live: bool,

    /// With --live: no framework and no agent, the mock's answer at once
    #[arg(long, requires = "live")]
    pub empty: bool,

    /// The scenario of a worker, or what shapes the agents of --live (default: single-message)
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,

    /// Where the measurement file goes
    #[arg(long, value_name = "FILE", required_unless_present = "live")]
    pub output: Option<PathBuf>,

    /// Plain iterations (default: the scenario's own)
    #[arg(long, value_name = "N")]
    pub iterations: Option<u32>,

    /// Warm-up iterations (default: the scenario's own)
    #[arg(long, value_name = "N")]
    pub warmup: Option<u32>,

    /// Observed iterations after the plain ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub observe: u32,

    /// How long the mock model takes for a text answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0.0, value_parser = delay_ms)]
    pub model_delay_ms: f64,

    /// A number that is recorded in the measurement file
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// One verification iteration before each scenario
    #[arg(long)]
    pub verify: bool,

    /// The folder of the contract's files (default: `shared/contract` of the repository)
    #[arg(long, value_name = "DIR")]
    pub shared: Option<PathBuf>,

    /// Scenarios from this file instead of the contract's `scenarios.json`
    #[arg(long, value_name = "FILE")]
    pub scenario_file: Option<PathBuf>,

    /// Overrides the time box of database operations, in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=600_000))]
    pub box_ms: Option<u64>,

    /// Where the framework keeps its data; ELIZA_BENCHMARK_DATABASE_URL names the database of a
    /// server
    #[arg(long, value_name = "KIND", value_enum, default_value_t = DatabaseKind::InMemory)]
    pub database: DatabaseKind,

    /// The descriptor that a worker's events go to
    #[arg(long, value_name = "FD", default_value_t = 3)]
    pub events_fd: i32,
}

impl Options {
    /// Returns the ids of the scenarios to run. A worker has exactly one, and so has live mode.
    pub fn scenario_ids(&self) -> Result<Vec<String>, InputError> {
        if self.live {
            let id = self.scenario.as_deref().unwrap_or(LIVE_SCENARIO);
            return Ok(vec![id.to_owned()]);
        }
        match (self.worker, &self.scenario, self.scenarios.is_empty()) {
            (true, Some(id), true) => Ok(vec![id.clone()]),
            (true, ..) => Err(InputError(
                "--worker measures one scenario: give --scenario ID and no --scenarios".into(),
            )),
            (false, None, false) => Ok(self.scenarios.clone()),
            (false, None, true) => Err(InputError(
                "no scenarios: give --scenarios with ids or `all`".into(),
            )),
            (false, Some(_), _) => Err(InputError(
                "--scenario is for --worker; in batch mode use --scenarios".into(),
            )),
        }
    }

    /// Returns the folder that holds the contract's files.
    pub fn find_contract_folder(&self) -> Result<PathBuf, InputError> {
        if let Some(folder) = &self.shared {
            return Ok(folder.clone());
        }
        let executable = std::env::current_exe().unwrap_or_default();
        let candidates = executable
            .ancestors()
            .map(|folder| folder.join(contract::FOLDER));
        candidates
            .into_iter()
            .find(|folder| folder.join("scenarios.json").is_file())
            .ok_or_else(|| {
                InputError(format!(
                    "{} was not found above this program; give --shared DIR",
                    contract::FOLDER
                ))
            })
    }

    /// Returns the output of a batch or a worker. Live mode has none.
    pub fn output_file(&self) -> &Path {
        self.output
            .as_deref()
            .expect("the parser has asked for one")
    }

    /// Refuses an output now that could not be written after everything was measured.
    pub fn check_output(&self) -> Result<(), InputError> {
        let Some(output) = &self.output else {
            return Ok(());
        };
        let folder = output
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if output.is_dir() || output.file_name().is_none() {
            return Err(InputError(format!(
                "--output {} is a folder; name a file",
                output.display()
            )));
        }
        if !folder.is_dir() {
            return Err(InputError(format!(
                "the folder of --output, {}, does not exist; create it",
                folder.display()
            )));
        }
        Ok(())
    }
}

/// Parses the process's arguments. A wrong one is one line on stderr, and the exit status is
/// returned.
pub fn parse<C: Parser>() -> Result<C, ExitCode> {
    C::try_parse().map_err(|error| {
        if matches!(
            error.kind(),
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
        ) {
            print!("{error}");
            return ExitCode::SUCCESS;
        }
        let text = error.to_string();
        // The rest of clap's text repeats what --help says.
        let asides = ["Usage:", "For more information"];
        let lines = text
            .lines()
            .map(str::trim)
            .take_while(|line| !asides.iter().any(|aside| line.starts_with(aside)));
        let problem: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        eprintln!("{}; see --help", problem.join(" "));
        ExitCode::from(2)
    })
}

fn delay_ms(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(delay) if delay.is_finite() && (0.0..=600_000.0).contains(&delay) => Ok(delay),
        _ => Err("give milliseconds from 0 to 600000".to_owned()),
    }
}
