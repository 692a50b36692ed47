//! The harness with a chosen fault. It tests that whoever runs harnesses notices the fault, and
//! measures nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::path::Path;
use std::process::{self, ExitCode, abort};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use eliza_bench::cli::{self, Options};
use eliza_bench::recipe::Phase;
use eliza_bench::sender::{Framework, Outgoing, Sender, Sending};
use elizaos::Content;
use elizaos::services::MessageProcessingResult;

#[derive(Parser)]
#[command(name = "faulty_harness")]
struct FaultyCli {
    #[command(flatten)]
    options: Options,

    /// What goes wrong
    #[arg(long)]
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fault {
    /// Swallow every second message's callbacks
    DropReply,
    /// Raise an error instead of every second message
    Raise,
    /// Hand over the expected reply without calling the framework
    Stub,
    /// Abort in the first plain iteration
    Crash,
    /// Never return from the first plain iteration
    Hang,
    /// Write a line that is not JSON among the events in the first plain iteration
    Garbage,
    /// Write to standard output without end from the first plain iteration on
    Flood,
    /// Send events without end from the first plain iteration on
    EventsFlood,
    /// Write a line without end among the events from the first plain iteration on
    EndlessLine,
    /// Exit with status 0 in the first plain iteration
    ExitZero,
    /// Leave a child process behind, which keeps the descriptors open
    Child,
    /// Leave a child process behind that has a session of its own
    Daemon,
    /// Remove the measurement file after a plain iteration
    NoFile,
    /// Cut the measurement file in half after a plain iteration
    TornFile,
}

/// The child outlives any test.
const CHILD_SECONDS: &str = "600";

struct FaultySender {
    fault: Fault,
    events_fd: i32,
    sent: AtomicU64,
    sent_plain: AtomicU64,
}

impl Sender for FaultySender {
    fn send<'a>(&'a self, mut outgoing: Outgoing<'a>) -> Sending<'a> {
        let odd = self.sent.fetch_add(1, Relaxed) % 2 == 1;
        let first_plain =
            outgoing.phase == Phase::Plain && self.sent_plain.fetch_add(1, Relaxed) == 0;
        match self.fault {
            Fault::DropReply if odd => {
                outgoing.callback = Box::new(|_| Box::pin(async { Vec::new() }))
            }
            Fault::Raise if odd => {
                return Box::pin(async { Err(anyhow::anyhow!("this message is not liked")) });
            }
            Fault::Stub => return Box::pin(answer_at_once(outgoing)),
            Fault::Crash if first_plain => abort(),
            Fault::Hang if first_plain => return Box::pin(std::future::pending()),
            Fault::Garbage if first_plain => self.write_event(b"this is not an event\n"),
            Fault::Flood if first_plain => loop {
                println!("{}", "Loading plugins ... ".repeat(50));
            },
            Fault::EventsFlood if first_plain => loop {
                self.write_event(b"{\"event\":\"done\",\"cmd\":\"iterate\"}\n");
            },
            Fault::EndlessLine if first_plain => loop {
                self.write_event(&[b'x'; 1000]);
            },
            Fault::ExitZero if first_plain => process::exit(0),
            Fault::Child if first_plain => leave_behind(&["sleep", CHILD_SECONDS]),
            Fault::Daemon if first_plain => leave_behind(&["setsid", "sleep", CHILD_SECONDS]),
            _ => {}
        }
        Framework.send(outgoing)
    }
}

impl FaultySender {
    fn write_event(&self, text: &[u8]) {
        // SAFETY: the worker has opened the descriptor and keeps it. It is not closed here.
        let mut events = ManuallyDrop::new(unsafe { File::from_raw_fd(self.events_fd) });
        events
            .write_all(text)
            .expect("the events descriptor takes a line");
    }
}

fn leave_behind(command: &[&str]) {
    #[allow(clippy::zombie_processes, reason = "it is to outlive the harness")]
    process::Command::new(command[0])
        .args(&command[1..])
        .spawn()
        .expect("the child starts");
}

async fn answer_at_once(outgoing: Outgoing<'_>) -> anyhow::Result<MessageProcessingResult> {
    for text in &outgoing.scenario.expect.replies {
        (outgoing.callback)(Content {
            text: Some(text.clone()),
            ..Content::default()
        })
        .await;
    }
    Ok(MessageProcessingResult {
        did_respond: true,
        ..MessageProcessingResult::default()
    })
}

fn main() -> ExitCode {
    let started = Instant::now();
    let FaultyCli { options, fault } = match cli::parse() {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    let (sent, sent_plain) = (AtomicU64::new(0), AtomicU64::new(0));
    let sender = Arc::new(FaultySender {
        fault,
        events_fd: options.events_fd,
        sent,
        sent_plain,
    });
    let status = eliza_bench::run(&options, started, sender.clone());
    if sender.sent_plain.load(Relaxed) > 0 {
        match fault {
            Fault::NoFile => fs::remove_file(options.output_file()).expect("the file is there"),
            Fault::TornFile => tear(options.output_file()).expect("the file can be cut"),
            _ => {}
        }
    }
    status
}

fn tear(path: &Path) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.set_len(file.metadata()?.len() / 2)
}
