//! Collects what the framework logs at error level. The collector is installed only in a process
//! that verifies. Below error level the framework's events stay off, as they are without it.

use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, MutexGuard, Once};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, Subscriber, set_global_default};
use tracing::{Event, Level, Metadata};

use crate::measurement::ErrorsLogged;

/// So many lines are kept. The others are only counted.
const KEPT_ERRORS: usize = 10;

static LOGGED: Mutex<ErrorsLogged> = Mutex::new(ErrorsLogged {
    total: 0,
    first: Vec::new(),
});
static INSTALL: Once = Once::new();

/// Starts to collect. A second call changes nothing.
pub fn install() {
    INSTALL
        .call_once(|| set_global_default(Collector).expect("the harness sets no other subscriber"));
}

/// Returns what was logged since the last call.
pub fn take() -> ErrorsLogged {
    std::mem::take(&mut lock_log())
}

fn lock_log() -> MutexGuard<'static, ErrorsLogged> {
    LOGGED
        .lock()
        .expect("nothing panics while it holds the log")
}

struct Collector;

impl Subscriber for Collector {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::ERROR
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::ERROR)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut logged = lock_log();
        logged.total += 1;
        if logged.first.len() < KEPT_ERRORS {
            logged.first.push(line.0);
        }
    }

    // Spans are never enabled.
    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// Writes an event's message and its other fields as `name=value`.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let separator = if self.0.is_empty() { "" } else { " " };
        let written = match field.name() {
            "message" => write!(self.0, "{separator}{value:?}"),
            name => write!(self.0, "{separator}{name}={value:?}"),
        };
        written.expect("writing to a string does not fail");
    }
}
