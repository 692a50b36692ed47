//! The commands and events of live mode, as `shared/schemas/live.ts` has them.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use crate::allocation_sites::Sites;
use crate::measurement::{Counts, Failure, Versions};

#[derive(Debug, Deserialize)]
#[serde(tag = "cmd", rename_all = "lowercase", deny_unknown_fields)]
pub enum Command {
    Agents {
        count: NonZeroUsize,
    },
    Users {
        agent: usize,
        count: NonZeroUsize,
        history: usize,
    },
    Message {
        id: usize,
        agent: usize,
        user: usize,
    },
    Stored {
        agent: usize,
    },
    Read {
        collect: bool,
    },
    Stores,
    Empty {
        store: String,
    },
    Trace,
    Sites,
    Drop,
    Finish,
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Agents { .. } => "agents",
            Self::Users { .. } => "users",
            Self::Message { .. } => "message",
            Self::Stored { .. } => "stored",
            Self::Read { .. } => "read",
            Self::Stores => "stores",
            Self::Empty { .. } => "empty",
            Self::Trace => "trace",
            Self::Sites => "sites",
            Self::Drop => "drop",
            Self::Finish => "finish",
        }
    }
}

/// Times are in nanoseconds. Those that end in `at_ns` are readings of `CLOCK_MONOTONIC`.
#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    Ready {
        pid: u32,
        import_ns: u64,
        versions: Versions,
    },
    Done {
        cmd: &'static str,
        elapsed_ns: u64,
    },
    Agents(Made),
    Reply {
        id: usize,
        read_at_ns: u64,
        sent_at_ns: u64,
        returned_at_ns: u64,
        model_ns: u64,
        replies: Vec<String>,
    },
    Raised {
        id: usize,
        read_at_ns: u64,
        returned_at_ns: u64,
        failure: Failure,
    },
    Stored {
        agent: usize,
        from_user: Vec<u64>,
        from_agent: Vec<u64>,
    },
    Read(Reading),
    Stores {
        stores: Vec<Store>,
    },
    Sites(Sites),
    Failed {
        cmd: &'static str,
        failure: Failure,
    },
    Finished,
}

/// What a command is answered with.
pub enum Answer {
    /// Nothing is told but that it is done, and how long it took.
    Done,
    Told(Event),
}

/// The agents that there are, and the times of those that were made just now.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    pub alive: usize,
    pub construct_ns: Vec<u64>,
    pub initialize_ns: Vec<u64>,
    pub seed_ns: Vec<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    pub rss_bytes: Option<u64>,
    pub rss_peak_bytes: Option<u64>,
    pub heap_bytes: Option<u64>,
    pub cpu_ns: u64,
    pub model_calls: Counts,
    pub embeddings: u64,
    /// Messages that have not returned.
    pub open: usize,
}

#[derive(Serialize)]
pub struct Store {
    pub name: String,
    pub records: usize,
}
