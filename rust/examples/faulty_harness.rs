//! The harness with a fault of choice, to test that whoever runs harnesses notices. It measures nothing.

use std::fs::File;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::process::{ExitCode, abort};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use eliza_bench::cli::{self, Options};
use eliza_bench::scenarios::Phase;
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
    /// Hand over the expected reply without calling the framework
    Stub,
    /// Abort in the first plain iteration
    Crash,
    /// Never return from the first plain iteration
    Hang,
    /// Write a line that is not JSON among the events in the first plain iteration
    Garbage,
}

struct FaultySender {
    fault: Fault,
    events_fd: i32,
    sent: AtomicU64,
    sent_plain: AtomicU64,
}

impl Sender for FaultySender {
    fn send<'a>(&'a self, mut outgoing: Outgoing<'a>) -> Sending<'a> {
        let odd = self.sent.fetch_add(1, Relaxed) % 2 == 1;
        let first_plain = outgoing.phase == Phase::Plain && self.sent_plain.fetch_add(1, Relaxed) == 0;
        match self.fault {
            Fault::DropReply if odd => outgoing.callback = Box::new(|_| Box::pin(async { Vec::new() })),
            Fault::Stub => return Box::pin(answer_at_once(outgoing)),
            Fault::Crash if first_plain => abort(),
            Fault::Hang if first_plain => return Box::pin(std::future::pending()),
            Fault::Garbage if first_plain => self.write_garbage(),
            _ => {}
        }
        Framework.send(outgoing)
    }
}

impl FaultySender {
    fn write_garbage(&self) {
        // SAFETY: the worker has opened the descriptor and keeps it; it is not closed here.
        let mut events = ManuallyDrop::new(unsafe { File::from_raw_fd(self.events_fd) });
        events.write_all(b"this is not an event\n").expect("the events descriptor takes a line");
    }
}

async fn answer_at_once(outgoing: Outgoing<'_>) -> anyhow::Result<MessageProcessingResult> {
    for text in &outgoing.scenario.expect.replies {
        (outgoing.callback)(Content { text: Some(text.clone()), ..Content::default() }).await;
    }
    Ok(MessageProcessingResult { did_respond: true, ..MessageProcessingResult::default() })
}

fn main() -> ExitCode {
    let started = Instant::now();
    let FaultyCli { options, fault } = match cli::parse() {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    let (sent, sent_plain) = (AtomicU64::new(0), AtomicU64::new(0));
    let sender = FaultySender { fault, events_fd: options.events_fd, sent, sent_plain };
    eliza_bench::run(&options, started, Arc::new(sender))
}
