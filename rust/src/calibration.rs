//! The calibration's kernel does what frameworks do too, without one: as anybody would write it
//! here, on the inputs of the contract. Nothing of the framework is called.

use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clocks::elapsed_ns;
use crate::measurement::{FirstCall, OperationCheck, OperationTiming};

/// The file `calibration.json` of the contract.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalibrationInputs {
    pub schema_version: u32,
    answer: Answer,
    template: Template,
    state: State,
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    text: String,
    fields: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    text: String,
    values: HashMap<String, String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct State {
    agent_id: String,
    room_id: String,
    agent_name: String,
    messages: u64,
    sections: Vec<Section>,
    text: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Section {
    name: String,
    position: u64,
    dynamic: bool,
    keywords: Vec<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Record {
    #[serde(rename = "id")]
    _id: String,
    author: String,
    created_at: u64,
    hidden: bool,
    text: String,
}

#[derive(Clone, Copy)]
enum Operation {
    ParseAnswer,
    RenderTemplate,
    StateToJson,
    StateFromJson,
    SortRecords,
}

const OPERATIONS: [Operation; 5] = [
    Operation::ParseAnswer,
    Operation::RenderTemplate,
    Operation::StateToJson,
    Operation::StateFromJson,
    Operation::SortRecords,
];

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::ParseAnswer => "parse_answer",
            Self::RenderTemplate => "render_template",
            Self::StateToJson => "state_to_json",
            Self::StateFromJson => "state_from_json",
            Self::SortRecords => "sort_records",
        }
    }
}

/// The operations of one iteration.
pub struct CalibrationRun {
    inputs: Arc<CalibrationInputs>,
    json: String,
    repeat: usize,
    timings: Vec<OperationTiming>,
    checks: Vec<OperationCheck>,
}

impl CalibrationRun {
    pub fn prepare(inputs: Arc<CalibrationInputs>, repeat: usize) -> Self {
        Self {
            json: write_json(&inputs.state),
            inputs,
            repeat,
            timings: Vec::with_capacity(OPERATIONS.len()),
            checks: Vec::new(),
        }
    }

    /// Times one call of each operation.
    pub fn call_first(&self) -> Vec<FirstCall> {
        OPERATIONS
            .map(|operation| FirstCall {
                operation: operation.name(),
                ns: self.time(operation, 1),
            })
            .into()
    }

    /// Does each operation as often as the scenario asks. With `verify` all its results are
    /// compared with each other, off its clock.
    pub fn run(&mut self, verify: bool) {
        for operation in OPERATIONS {
            let total_ns = self.time(operation, self.repeat);
            self.timings.push(OperationTiming {
                operation: operation.name(),
                requested: self.repeat as u64,
                done: self.repeat as u64,
                total_ns,
                box_closed: false,
            });
            if verify {
                self.checks.push(self.check(operation));
            }
        }
    }

    pub fn into_timings(self) -> Vec<OperationTiming> {
        self.timings
    }

    /// Returns the results of each operation. There are none unless the run verified.
    pub fn checks(&self) -> &[OperationCheck] {
        &self.checks
    }

    fn time(&self, operation: Operation, repeat: usize) -> u64 {
        let inputs = &*self.inputs;
        match operation {
            Operation::ParseAnswer => time(repeat, || parse_answer(black_box(&inputs.answer))),
            Operation::RenderTemplate => {
                time(repeat, || render_template(black_box(&inputs.template)))
            }
            Operation::StateToJson => time(repeat, || write_json(black_box(&inputs.state))),
            Operation::StateFromJson => time(repeat, || read_json(black_box(&self.json))),
            Operation::SortRecords => time(repeat, || sort_records(black_box(&inputs.records))),
        }
    }

    fn check(&self, operation: Operation) -> OperationCheck {
        let first = self.result_text(operation);
        let others = (1..self.repeat).filter(|_| self.result_text(operation) == first);
        OperationCheck {
            operation: operation.name(),
            done: self.repeat as u64,
            correct: 1 + others.count() as u64,
            newest: None,
            result_digest: Some(format!("{:x}", Sha256::digest(&first))),
        }
    }

    /// Writes a result as the text that all languages must come to.
    fn result_text(&self, operation: Operation) -> String {
        let inputs = &*self.inputs;
        match operation {
            Operation::ParseAnswer => list_fields(&inputs.answer, &parse_answer(&inputs.answer)),
            Operation::RenderTemplate => render_template(&inputs.template),
            Operation::StateToJson => write_json(&inputs.state),
            Operation::StateFromJson => write_json(&read_json(&self.json)),
            Operation::SortRecords => sort_records(&inputs.records),
        }
    }
}

/// Returns the nanoseconds of so many calls. A result is dropped within them, as it would be
/// anywhere.
fn time<T>(repeat: usize, work: impl Fn() -> T) -> u64 {
    let started = Instant::now();
    for _ in 0..repeat {
        black_box(work());
    }
    elapsed_ns(started)
}

fn parse_answer(answer: &Answer) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for name in &answer.fields {
        let Some((_, behind)) = answer.text.split_once(&format!("<{name}>")) else {
            continue;
        };
        if let Some((value, _)) = behind.split_once(&format!("</{name}>")) {
            found.insert(name.clone(), value.trim().to_owned());
        }
    }
    found
}

fn list_fields(answer: &Answer, found: &HashMap<String, String>) -> String {
    let mut text = String::new();
    for name in &answer.fields {
        if let Some(value) = found.get(name) {
            writeln!(text, "{name}={value}").expect("a string takes everything");
        }
    }
    text
}

fn render_template(template: &Template) -> String {
    let mut text = String::new();
    let mut rest = template.text.as_str();
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((name, after)) = behind.split_once("}}") else {
            break;
        };
        text.push_str(before);
        text.push_str(template.values.get(name).map_or("", String::as_str));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn write_json(state: &State) -> String {
    serde_json::to_string(state).expect("a state has only texts, numbers and flags")
}

fn read_json(text: &str) -> State {
    serde_json::from_str(text).expect("the text was written from a state")
}

fn sort_records(records: &[Record]) -> String {
    let mut lines: Vec<(u64, String)> = records
        .iter()
        .filter(|record| !record.hidden)
        .map(|record| {
            let Record {
                author,
                created_at,
                text,
                ..
            } = record;
            (*created_at, format!("{author} ({created_at}): {text}"))
        })
        .collect();
    lines.sort_by_key(|(created_at, _)| *created_at);
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    lines.join("\n")
}
