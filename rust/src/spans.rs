//! The spans of an observed iteration. Each is written as two marks, its beginning and its end.
//!
//! A mark is one clock reading pushed into a preallocated buffer. `stages` works out after the
//! iteration what the marks mean.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Instant;

use crate::clocks::nanos;
use crate::databases::in_memory_bridge::Bridge;

/// A part of the framework that can be wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Provider,
    Action,
    Evaluator,
    /// The `validate` of an action or an evaluator.
    Validate(Family),
    Model,
    MemoryCreate,
    MemoryGet,
    Callback,
}

/// The kinds of parts whose definitions the framework asks for before it runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Providers,
    Actions,
    Evaluators,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// `name` is an index of [`Trace::names`].
    Enter {
        part: Part,
        name: u32,
    },
    Leave,
    /// The first of several `definition` calls in a row.
    Defined(Family),
    /// The framework says that it has parsed a prompt's answer.
    Parsed,
}

#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub at: u64,
    pub kind: MarkKind,
    /// The bridge's own time up to this mark.
    pub bridge_ns: u64,
}

/// The room that a message needs, and what each dummy provider adds. No scenario makes more marks.
const MARKS_PER_MESSAGE: usize = 96;
const MARKS_PER_PROVIDER: usize = 3;

/// Everything recorded in an iteration. All times are nanoseconds since the buffer was made.
#[derive(Default)]
pub struct Trace {
    pub marks: Vec<Mark>,
    pub names: Vec<String>,
    /// The start and the end of each message.
    pub messages: Vec<(u64, u64)>,
    /// True where a bridge converts memories, so that the marks have its time.
    pub bridge_converts: bool,
}

/// The buffer that the wrappers write to.
pub struct Spans {
    origin: Instant,
    trace: Mutex<Trace>,
    bridge: OnceLock<Arc<Bridge>>,
}

impl Spans {
    /// Sets aside the room for all marks, so that no message pays for an allocation.
    pub fn with_room(messages: usize, dummy_providers: usize) -> Self {
        let marks = messages * (MARKS_PER_MESSAGE + MARKS_PER_PROVIDER * dummy_providers);
        Self {
            origin: Instant::now(),
            trace: Mutex::new(Trace {
                marks: Vec::with_capacity(marks),
                names: Vec::new(),
                messages: Vec::with_capacity(messages),
                bridge_converts: false,
            }),
            bridge: OnceLock::new(),
        }
    }

    /// From here on every mark carries the bridge's own time.
    pub fn watch_bridge(&self, bridge: &Arc<Bridge>) {
        self.bridge.get_or_init(|| bridge.clone());
        self.lock().bridge_converts = true;
    }

    /// The lock is never held across an await: the framework runs one message at a time here.
    pub fn lock(&self) -> MutexGuard<'_, Trace> {
        self.trace
            .lock()
            .expect("nothing panics while it holds the trace")
    }

    pub fn mark(&self, kind: MarkKind) {
        let bridge_ns = self.bridge.get().map_or(0, |bridge| bridge.own_ns());
        let mut trace = self.lock();
        // The framework asks for all definitions in a row. One mark says where that began.
        if matches!(kind, MarkKind::Defined(_))
            && trace.marks.last().is_some_and(|last| last.kind == kind)
        {
            return;
        }
        let at = self.ns_at(Instant::now());
        trace.marks.push(Mark {
            at,
            kind,
            bridge_ns,
        });
    }

    pub fn enter(&self, part: Part, name: u32) {
        self.mark(MarkKind::Enter { part, name });
    }

    pub fn leave(&self) {
        self.mark(MarkKind::Leave);
    }

    pub fn add_message(&self, sent: Instant, elapsed_ns: u64) {
        let start = self.ns_at(sent);
        self.lock().messages.push((start, start + elapsed_ns));
    }

    /// Returns the number that stands for `name` in the marks.
    pub fn add_name(&self, name: &str) -> u32 {
        let mut trace = self.lock();
        trace.names.push(name.to_owned());
        u32::try_from(trace.names.len() - 1).expect("names are counted in 32 bits")
    }

    fn ns_at(&self, instant: Instant) -> u64 {
        nanos(instant.saturating_duration_since(self.origin))
    }
}
