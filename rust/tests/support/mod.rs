//! Runs the harness as a process, in batch mode and as a worker.
#![allow(dead_code, reason = "every test file uses a part of it")]

use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{
    Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio,
};

use eliza_bench::contract::repository_folder;
use eliza_bench::decode::SCHEMA_VERSION;
use serde_json::{Value, json};

pub const REPLY: &str = "This is a fixed benchmark response.";

pub fn harness() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_eliza-bench"))
}

/// The harness with faults. Cargo builds it beside the real one.
pub fn faulty_harness() -> PathBuf {
    harness()
        .parent()
        .expect("a program is in a folder")
        .join("examples/faulty_harness")
}

/// Returns a file name in a folder that cargo keeps for tests. The file does not exist yet.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_file(&path));
    path
}

pub fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the measurement file is there"))
        .expect("it is JSON")
}

/// Runs `program` in batch mode with `arguments`, separated by spaces, and `--output`.
pub fn run(program: &Path, arguments: &str, output: &Path) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments.split_whitespace())
        .arg("--output")
        .arg(output);
    command
        .env_remove("NODE_ENV")
        .output()
        .expect("the harness runs")
}

/// Measures in batch mode, expects success, and returns the cells.
pub fn measure(arguments: &str, name: &str) -> Vec<Value> {
    let output = scratch(name);
    let done = run(&harness(), arguments, &output);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    read(&output)["cells"]
        .as_array()
        .expect("cells are a list")
        .clone()
}

/// Measures one scenario in batch mode with verification and returns its cell.
pub fn verify(scenario: &str) -> Value {
    let arguments = format!("--scenarios {scenario} --verify --iterations 1 --warmup 0");
    measure(&arguments, &format!("verify-{scenario}.json")).remove(0)
}

/// Writes a scenario file with the contract's scenario `id`, changed.
pub fn scenario_file(id: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let contract = repository_folder().join("scenarios.json");
    let scenarios = read(&contract)["scenarios"]
        .as_array()
        .expect("scenarios are a list")
        .clone();
    let mut scenario = scenarios
        .into_iter()
        .find(|scenario| scenario["id"] == id)
        .expect("the scenario is there");
    change(&mut scenario);
    let path = scratch(&format!("changed-{id}-{}.json", std::process::id()));
    fs::write(
        &path,
        json!({ "schemaVersion": SCHEMA_VERSION, "scenarios": [scenario] }).to_string(),
    )
    .expect("scratch is writable");
    path
}

/// A worker that sends its events to a pipe at descriptor 3.
pub struct Worker {
    child: Child,
    commands: Option<ChildStdin>,
    events: Lines<BufReader<ChildStdout>>,
    complaints: Option<ChildStderr>,
}

impl Worker {
    pub fn start(program: &Path, arguments: &str, output: &Path) -> Self {
        let mut command = with_events(program, "--worker", arguments);
        command.arg("--output").arg(output).stderr(Stdio::null());
        Self::spawn(command)
    }

    /// Starts live mode, which is spoken to in the same way. What it complains of is kept.
    pub fn start_live(program: &Path, arguments: &str) -> Self {
        let mut command = with_events(program, "--live", arguments);
        command.stderr(Stdio::piped());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes.spawn().expect("the worker starts");
        let commands = child.stdin.take();
        let complaints = child.stderr.take();
        let events = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        Self {
            child,
            commands,
            events,
            complaints,
        }
    }

    /// Returns what a live process has written on stderr. It must have ended.
    pub fn read_complaints(&mut self) -> String {
        let mut text = String::new();
        let complaints = self.complaints.as_mut().expect("stderr is piped");
        complaints.read_to_string(&mut text).expect("it is text");
        text
    }

    pub fn send(&mut self, command: &str) {
        let commands = self.commands.as_mut().expect("commands are open");
        writeln!(commands, "{command}").expect("the worker listens");
    }

    /// Returns the next line on the events descriptor, `None` at its end.
    pub fn read_line(&mut self) -> Option<String> {
        self.events
            .next()
            .map(|line| line.expect("events are text"))
    }

    pub fn read_event(&mut self) -> Value {
        serde_json::from_str(&self.read_line().expect("the worker answers"))
            .expect("an event is JSON")
    }

    /// Gives a command and awaits its answer.
    pub fn obey(&mut self, command: &str) -> Value {
        self.send(command);
        self.read_event()
    }

    /// Ends the worker's standard input and awaits its end.
    pub fn end_input(&mut self) -> ExitStatus {
        drop(self.commands.take());
        self.child.wait().expect("the worker ends")
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("the worker is ours to end");
        self.child.wait().expect("the worker ends");
    }
}

/// Runs `program` with descriptor 3 on its stdout's pipe, and its stdout on its stderr.
fn with_events(program: &Path, mode: &str, arguments: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec 3>&1 1>&2; exec \"$@\"", "sh"])
        .arg(program)
        .arg(mode);
    command
        .args(arguments.split_whitespace())
        .env_remove("NODE_ENV");
    command
}
