//! The contract's files that a harness reads. `shared/types.ts` defines their formats. The types
//! here hold the part that the harness acts on. Anything wrong in a file is an [`InputError`],
//! never a failure of the framework.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use elizaos::{Character, UUID};
use serde::Deserialize;

use crate::calibration::CalibrationInputs;
use crate::decode::{check_prefixes, check_scenario, check_version, read_json};
use crate::failure::InputError;

/// The folder of the contract's files, below the repository.
pub const FOLDER: &str = "shared/contract";

/// Returns the contract's folder of the repository that this crate was compiled in. Tests,
/// benchmarks and the profiler use it. The harness itself looks above its own program.
pub fn repository_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(FOLDER)
}

/// Everything that a harness needs to know about its work.
pub struct Contract {
    folder: PathBuf,
    pub scenarios: Vec<Scenario>,
    pub character: Character,
    pub fixtures: Fixtures,
    pub responses: MockResponses,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Messages,
    DatabaseWrite,
    DatabaseRead,
    Startup,
    Calibration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    Sequential,
    Conversation,
    Concurrent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderSet {
    Bootstrap,
    CharacterOnly,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scenario {
    pub id: String,
    pub kind: Kind,
    pub iterations: u32,
    pub warmup: u32,
    pub messages: Vec<ScenarioMessage>,
    /// The number of messages to send, going round `messages`. Without it each is sent once.
    pub repeat: Option<usize>,
    pub config: Config,
    pub database: Option<DatabaseLoad>,
    pub calibration: Option<CalibrationLoad>,
    pub expect: Expectation,
}

impl Scenario {
    pub fn is_database(&self) -> bool {
        matches!(self.kind, Kind::DatabaseWrite | Kind::DatabaseRead)
    }

    pub fn sends_messages(&self) -> bool {
        !self.is_database() && self.kind != Kind::Calibration
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioMessage {
    /// Always `user`.
    pub role: String,
    pub content: String,
    pub entity_id: String,
    pub room_id: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    pub check_should_respond: bool,
    pub multi_step: bool,
    pub delivery: Delivery,
    pub providers: ProviderSet,
    pub dummy_providers: usize,
    pub history: usize,
    pub benchmark_action: bool,
    /// So many further entities are in the first room, and write nothing.
    #[serde(default)]
    pub members: usize,
    #[serde(default)]
    pub dummy_actions: usize,
    /// The biography is longer by a text of so many characters.
    #[serde(default)]
    pub character_chars: usize,
    /// The most rounds of multi-step mode. Without it the framework's own limit holds.
    pub multi_step_rounds: Option<u32>,
    /// The model streams its answer in so many chunks. 0: answers are whole.
    #[serde(default)]
    pub streamed_chunks: usize,
    /// Without an entry a template's answer is `default`.
    pub answers: HashMap<String, Choice>,
}

/// Names the answer of a template, or answers that its calls get in turn.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    One(String),
    InTurn(Vec<String>),
}

impl Choice {
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::InTurn(names) => names,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseLoad {
    pub operations: usize,
    pub box_ms: u64,
    pub records: usize,
    pub rooms: usize,
    pub read_limit: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationLoad {
    /// Each operation is done so often in an iteration.
    pub operations: usize,
}

/// The part of `expect` that says what to do. The harness never compares `replies` with anything,
/// because the analysis judges.
#[derive(Clone, Debug, Deserialize)]
pub struct Expectation {
    pub replies: Vec<String>,
    #[serde(default)]
    pub decision: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fixtures {
    pub agent_id: UUID,
    pub live_agent_id_prefix: String,
    pub world_id: UUID,
    pub message_server_id: UUID,
    pub room_id_prefix: String,
    pub entity_id_prefix: String,
    pub history_id_prefix: String,
    pub record_id_prefix: String,
    pub member_id_prefix: String,
    pub member_name: String,
    pub source: String,
    pub world_name: String,
    pub history_text: String,
    pub history_interval_ms: i64,
    pub dummy_provider: DummyProviderTexts,
    pub benchmark_action: BenchmarkActionTexts,
    pub dummy_action: DummyActionTexts,
    pub character_text: String,
    pub streamed_chunk: String,
    pub live_message: String,
    pub control_message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DummyProviderTexts {
    pub name_prefix: String,
    pub description: String,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkActionTexts {
    pub name: String,
    pub description: String,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DummyActionTexts {
    pub name_prefix: String,
    pub description: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MockResponses {
    pub schema_version: u32,
    pub embedding: Embedding,
    pub templates: Vec<Template>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedding {
    pub dimensions: usize,
    pub value: f32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    pub template: String,
    pub model_type: String,
    pub schema_texts: Vec<String>,
    /// `None`: the model raises an error instead of answering.
    pub answers: HashMap<String, Option<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScenarioFile {
    schema_version: u32,
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CharacterFile {
    schema_version: u32,
    character: Character,
    fixtures: Fixtures,
}

impl Contract {
    /// Reads `character.json` and `mock-responses.json` from `folder`, and the scenarios from
    /// `scenario_file` or `folder/scenarios.json`.
    ///
    /// # Errors
    /// Returns an [`InputError`] that names the file, and the line where its JSON is wrong.
    pub fn load(folder: &Path, scenario_file: Option<&Path>) -> Result<Self, InputError> {
        let scenario_path =
            scenario_file.map_or_else(|| folder.join("scenarios.json"), Path::to_path_buf);
        let scenario_file: ScenarioFile = read_json(&scenario_path)?;
        check_version(&scenario_path, scenario_file.schema_version)?;
        for scenario in &scenario_file.scenarios {
            check_scenario(scenario).map_err(|problem| {
                InputError(format!(
                    "{}: scenario `{}`: {problem}",
                    scenario_path.display(),
                    scenario.id
                ))
            })?;
        }

        let character_path = folder.join("character.json");
        let character: CharacterFile = read_json(&character_path)?;
        check_version(&character_path, character.schema_version)?;

        check_prefixes(&character_path, &character.fixtures)?;

        let responses_path = folder.join("mock-responses.json");
        let responses: MockResponses = read_json(&responses_path)?;
        check_version(&responses_path, responses.schema_version)?;

        Ok(Self {
            folder: folder.to_path_buf(),
            scenarios: scenario_file.scenarios,
            character: Character {
                id: Some(character.fixtures.agent_id.clone()),
                ..character.character
            },
            fixtures: character.fixtures,
            responses,
        })
    }

    /// Reads the inputs of a calibration, which no other scenario needs.
    ///
    /// # Errors
    /// Returns an [`InputError`] as [`Contract::load`] does.
    pub fn read_calibration(&self) -> Result<CalibrationInputs, InputError> {
        let path = self.folder.join("calibration.json");
        let inputs: CalibrationInputs = read_json(&path)?;
        check_version(&path, inputs.schema_version)?;
        Ok(inputs)
    }

    /// Returns the scenarios with these ids, in that order. The single id `all` stands for every
    /// scenario of the file.
    pub fn select(&self, ids: &[String]) -> Result<Vec<&Scenario>, InputError> {
        if ids == ["all"] {
            return Ok(self.scenarios.iter().collect());
        }
        ids.iter()
            .map(|id| {
                self.scenarios
                    .iter()
                    .find(|scenario| scenario.id == *id)
                    .ok_or_else(|| self.unknown(id))
            })
            .collect()
    }

    fn unknown(&self, id: &str) -> InputError {
        let known: Vec<&str> = self
            .scenarios
            .iter()
            .map(|scenario| scenario.id.as_str())
            .collect();
        InputError(format!(
            "unknown scenario `{id}`; choose from: {}",
            known.join(", ")
        ))
    }
}
