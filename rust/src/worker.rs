//! Worker mode: commands come on standard input, and each is answered by one event on a descriptor
//! of its own. Nothing is done in between.

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::os::fd::{FromRawFd, RawFd};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::Stop;
use crate::cell::Cell;
use crate::clocks::elapsed_ns;
use crate::contract::{Delivery, Scenario};
use crate::failure::{FrameworkError, InputError};
use crate::iteration::Iteration;
use crate::measurement::{CellMeasurement, Failure, IterationPhase, Versions};

#[derive(Clone, Copy, Deserialize)]
#[serde(tag = "cmd", rename_all = "lowercase", deny_unknown_fields)]
enum Command {
    Cold,
    Verify,
    Iterate { phase: IterationPhase },
    Begin { phase: IterationPhase },
    Message,
    End,
    Finish,
}

impl Command {
    fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Verify => "verify",
            Self::Iterate { .. } => "iterate",
            Self::Begin { .. } => "begin",
            Self::Message => "message",
            Self::End => "end",
            Self::Finish => "finish",
        }
    }
}

#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Event<'a> {
    Ready {
        pid: u32,
        import_ns: u64,
        versions: &'a Versions,
    },
    Done {
        cmd: &'a str,
        elapsed_ns: u64,
    },
    Failed {
        cmd: &'a str,
        failure: &'a Failure,
    },
    Finished,
}

/// The descriptor that events are written to.
pub struct Events(File);

impl Events {
    /// Takes over `descriptor`. Call it before anything else opens a file, which could get the same
    /// number.
    pub fn open(descriptor: RawFd) -> Result<Self, InputError> {
        // SAFETY: F_GETFD only asks whether the descriptor is open.
        if descriptor < 0 || unsafe { libc::fcntl(descriptor, libc::F_GETFD) } == -1 {
            return Err(InputError(format!(
                "descriptor {descriptor} is not open; redirect it or give --events-fd"
            )));
        }
        // SAFETY: the descriptor is open, and nothing else in this process uses it.
        Ok(Self(unsafe { File::from_raw_fd(descriptor) }))
    }

    /// Writes one event as one line.
    pub fn send(&mut self, event: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}

/// Obeys commands until `finish` and returns the measurement.
///
/// # Errors
/// Returns [`Stop::Input`] for a command that is garbled or out of place, and [`Stop::Broken`]
/// where standard input ends before `finish` or events cannot be written.
pub fn serve(
    cell: Cell<'_>,
    runtime: &Runtime,
    events: &mut Events,
) -> Result<CellMeasurement, Stop> {
    let mut worker = Worker {
        cell,
        open: None,
        failed: false,
    };
    for line in io::stdin().lock().lines() {
        let line = line.map_err(Stop::broken)?;
        let received = Instant::now();
        let command: Command = serde_json::from_str(&line).map_err(|error| {
            InputError(format!(
                "not a command: {line:?} ({error}); send one JSON object a line"
            ))
        })?;
        worker.check(command)?;
        if matches!(command, Command::Finish) {
            return Ok(worker.cell.into_measurement());
        }
        let phase = worker.phase_name(command);
        match runtime.block_on(worker.obey(command)) {
            Ok(()) => events.send(&Event::Done {
                cmd: command.name(),
                elapsed_ns: elapsed_ns(received),
            }),
            Err(error) => {
                worker.failed = true;
                events.send(&Event::Failed {
                    cmd: command.name(),
                    failure: worker.cell.fail(phase, error),
                })
            }
        }
        .map_err(Stop::broken)?;
    }
    Err(Stop::broken(
        "standard input ended before `finish`; nothing was written",
    ))
}

struct Worker<'s> {
    cell: Cell<'s>,
    open: Option<(Iteration, IterationPhase)>,
    failed: bool,
}

impl Worker<'_> {
    /// Refuses a command that makes no sense now.
    fn check(&self, command: Command) -> Result<(), InputError> {
        let unsent = self.open.as_ref().map(|(iteration, _)| iteration.unsent());
        let warms_up = matches!(self.open, Some((_, IterationPhase::Warmup)));
        let wrong = match (command, unsent) {
            (Command::Finish, None) => None,
            (Command::Finish, Some(_)) if self.failed => None,
            _ if self.failed => Some("the cell has failed: only `finish` may follow"),
            (Command::Message, None) => Some("no iteration is open: `begin` one"),
            (Command::Message, Some(0)) => {
                Some("every message of the open iteration was sent: `end` it")
            }
            (Command::End, None) => Some("no iteration is open: `begin` one"),
            (Command::End, Some(1..)) if !warms_up => {
                Some("the open iteration has messages left: send them")
            }
            (Command::Message | Command::End, Some(_)) => None,
            (_, Some(_)) => Some("an iteration is open: `end` it"),
            (Command::Begin { .. }, None) if !goes_in_steps(self.cell.scenario()) => {
                Some("only sequential scenarios of messages go in steps: use `iterate`")
            }
            (_, None) => None,
        };
        wrong.map_or(Ok(()), |problem| {
            Err(InputError(format!("`{}`: {problem}", command.name())))
        })
    }

    async fn obey(&mut self, command: Command) -> Result<(), FrameworkError> {
        match command {
            Command::Cold => self.cell.run_cold().await,
            Command::Verify => self.cell.verify().await,
            Command::Iterate { phase } => self.cell.iterate(phase).await,
            Command::Begin { phase } => {
                self.open = Some((self.cell.begin(phase).await?, phase));
                Ok(())
            }
            Command::Message => self.open_iteration().0.send_next().await,
            Command::End => {
                let (iteration, phase) = self.open.take().expect("checked: an iteration is open");
                self.cell.end(iteration, phase).await
            }
            Command::Finish => unreachable!("finishing is the caller's"),
        }
    }

    /// Returns what the harness is doing under `command`, as a failure names it.
    fn phase_name(&self, command: Command) -> &'static str {
        match (command, &self.open) {
            (Command::Iterate { phase } | Command::Begin { phase }, _) => phase.name(),
            (_, Some((_, phase))) => phase.name(),
            _ => command.name(),
        }
    }

    fn open_iteration(&mut self) -> &mut (Iteration, IterationPhase) {
        self.open.as_mut().expect("checked: an iteration is open")
    }
}

fn goes_in_steps(scenario: &Scenario) -> bool {
    scenario.config.delivery == Delivery::Sequential && scenario.sends_messages()
}
