//! The measurement file that a harness writes: `measurementFile` of `shared/types.ts`, field by
//! field. Times are nanoseconds and sizes are bytes. `None` is written as `null` and means "not
//! measurable here".

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::read_limits::ReadLimits;

pub type Counts = BTreeMap<String, u64>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementFile {
    pub schema_version: u32,
    pub kind: &'static str,
    pub runtime: &'static str,
    pub versions: Versions,
    pub model_delay_ms: f64,
    pub seed: u64,
    pub import_ns: u64,
    pub cells: Vec<CellMeasurement>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    pub framework: String,
    pub database: String,
    pub language: String,
    pub engine: String,
    pub build: String,
    pub lock_digest: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Measured,
    Unsupported,
}

#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    pub phase: String,
    pub r#type: String,
    pub message: String,
    pub stack: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CellMeasurement {
    pub scenario: String,
    pub status: Status,
    pub failure: Option<Failure>,
    pub cold: Option<ColdStart>,
    pub ledger: Option<WorkLedger>,
    pub iterations: Vec<IterationRecord>,
    pub resources: Resources,
    /// `None` without an instrumented iteration.
    pub stage_sources: Option<Vec<StageSource>>,
    pub bootstrap: Option<Bootstrap>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColdStart {
    pub construct_ns: u64,
    pub initialize_ns: u64,
    pub seed_ns: u64,
    /// `None` where no message is sent.
    pub first_message_ns: Option<u64>,
    /// `None` without a calibration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_calls: Option<Vec<FirstCall>>,
}

/// The first call of an operation of the calibration.
#[derive(Serialize)]
pub struct FirstCall {
    pub operation: &'static str,
    pub ns: u64,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resources {
    pub rss_ready_bytes: Option<u64>,
    pub rss_start_bytes: Option<u64>,
    pub rss_peak_bytes: Option<u64>,
    pub rss_end_bytes: Option<u64>,
    pub heap_bytes: Option<u64>,
    /// Always `None`, because Rust has no garbage collector.
    pub gc: Option<()>,
}

/// The names of what the framework's bootstrap registered.
#[derive(Serialize)]
pub struct Bootstrap {
    pub providers: Vec<String>,
    pub actions: Vec<String>,
    pub evaluators: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IterationPhase {
    Warmup,
    Plain,
    Observed,
    /// A plain iteration beside an observed one. It gives the observer's cost and feeds no other
    /// metric.
    Control,
}

impl IterationPhase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Warmup => "warmup",
            Self::Plain => "plain",
            Self::Observed => "observed",
            Self::Control => "control",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IterationRecord {
    pub phase: IterationPhase,
    pub index: u32,
    pub construct_ns: u64,
    pub initialize_ns: u64,
    pub seed_ns: u64,
    pub wall_ns: u64,
    pub cpu_ns: u64,
    pub teardown_ns: u64,
    pub message_ns: Vec<u64>,
    /// `None` where the scenario streams nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub streams: Option<Vec<StreamRecord>>,
    pub operations: Vec<OperationTiming>,
    pub reply_digest: String,
    pub model_calls: Counts,
    pub call_sequence: Vec<AskedAlike>,
    pub action_runs: u64,
    pub bridge_ns: Option<u64>,
    pub rss_bytes: Option<u64>,
    /// `None` where the database is part of the process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_server: Option<ServerRecord>,
    pub stages: Option<Vec<Stage>>,
}

/// What an iteration has cost the database's server.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerRecord {
    /// The processor time of the server's processes over the span of `wall_ns`.
    pub cpu_ns: Option<u64>,
    /// How long the database went on working after the runtime had stopped.
    pub settle_ns: u64,
}

/// What was received of a message's stream. Times count from the message's sending.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRecord {
    pub chunks: u64,
    pub first_ns: Option<u64>,
    pub last_ns: Option<u64>,
    pub model_first_ns: Option<u64>,
    pub model_last_ns: Option<u64>,
}

/// How many streams the model was asked for, and what was received of them.
#[derive(Serialize)]
pub struct Streamed {
    pub asked: u64,
    pub chunks: u64,
    pub repeated: u64,
    pub whole: u64,
}

/// Neighbouring messages that asked the text models the same.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct AskedAlike {
    pub messages: u64,
    pub calls: Vec<String>,
}

/// The steps of the message pipeline, in the order of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    Message,
    ComposeState,
    ProviderExecution,
    Provider,
    ShouldRespond,
    Prompt,
    ModelCall,
    ActionDispatch,
    Action,
    Evaluator,
    MemoryCreate,
    MemoryGet,
    StateSerialization,
    EventEmit,
    Callback,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub stage: StageName,
    pub name: Option<String>,
    pub calls: u64,
    pub inclusive_ns: u64,
    pub self_ns: u64,
}

#[derive(Clone, Serialize)]
pub struct StageSource {
    pub stage: StageName,
    pub observable: bool,
    pub how: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationTiming {
    pub operation: &'static str,
    pub requested: u64,
    pub done: u64,
    pub total_ns: u64,
    pub box_closed: bool,
}

/// The work of a cell in its verification iteration. All numbers are totals over the iteration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkLedger {
    pub messages: u64,
    pub input_digest: String,
    pub reply_digest: String,
    pub replies: Vec<ReplyRun>,
    pub callbacks: Callbacks,
    pub did_respond: DidRespond,
    pub model_calls: Vec<ModelCalls>,
    /// Messages whose whole text was in a prompt of a text model.
    pub messages_in_prompt: u64,
    pub call_sequence: Vec<AskedAlike>,
    /// `None` where the scenario streams nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub streamed: Option<Streamed>,
    pub providers: Counts,
    pub actions: Counts,
    pub evaluators: Counts,
    pub adapter_calls: Counts,
    pub memories_read: u64,
    pub reads_beyond_limit: ReadLimits,
    /// True if two reads of one stored message share nothing, `None` where no message is stored.
    pub reads_copied: Option<bool>,
    pub history: History,
    /// `None` where the scenario adds nothing to the providers' texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provided: Option<Provided>,
    pub stored: Vec<Stored>,
    pub errors_logged: ErrorsLogged,
    pub control: Option<Control>,
    /// `None` in a process without a counting allocator, and where there are no messages.
    pub allocations: Option<Allocations>,
    /// `None` where no message is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afterwards: Option<Afterwards>,
    pub operations: Vec<OperationCheck>,
}

/// What the providers' texts had of the scenario's additions for every message.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Provided {
    pub dummy_actions: u64,
    pub character_chars: u64,
    /// `None` where the scenario adds no members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<u64>,
}

#[derive(Serialize)]
pub struct ReplyRun {
    pub texts: Vec<String>,
    pub messages: u64,
}

#[derive(Serialize)]
pub struct Callbacks {
    pub total: u64,
    pub empty: u64,
}

#[derive(Serialize)]
pub struct DidRespond {
    pub yes: u64,
    pub no: u64,
    pub unknown: u64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelCalls {
    pub model_type: String,
    pub template: String,
    pub calls: u64,
    pub prompt_chars: u64,
}

#[derive(Serialize)]
pub struct History {
    pub seeded: u64,
    pub returned: u64,
    pub newest: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    User,
    Agent,
    Other,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    pub room_id: String,
    pub author: Author,
    pub records: u64,
}

#[derive(Clone, Default, Serialize)]
pub struct ErrorsLogged {
    pub total: u64,
    pub first: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    pub replies: u64,
    pub should_respond_calls: u64,
}

/// What the framework did after the last message had returned.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Afterwards {
    pub at_rest: bool,
    pub last_call_ns: u64,
    pub cpu_ns: u64,
    pub calls: u64,
    pub embeddings: u64,
}

#[derive(Serialize)]
pub struct Allocations {
    pub count: u64,
    pub bytes: u64,
    pub messages: u64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationCheck {
    pub operation: &'static str,
    pub done: u64,
    pub correct: u64,
    pub newest: Option<bool>,
    /// `None` where results are checked in another way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_digest: Option<String>,
}

impl MeasurementFile {
    /// Writes to a temporary name beside `path` and renames it, so that a reader never sees half a
    /// file.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}.tmp", std::process::id()));
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        fs::write(&temporary, text)?;
        fs::rename(&temporary, path).inspect_err(|_| drop(fs::remove_file(&temporary)))
    }
}
