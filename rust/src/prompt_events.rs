//! Listens to the one event of the framework's own log that says where a prompt's answer has been
//! parsed. Without it parsing cannot be told from what follows.
//!
//! The subscriber belongs to the sending thread for as long as the guard lives. It neither formats
//! nor keeps an event.

use std::fmt::{self, Debug, Write};
use std::sync::{Arc, OnceLock};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest, Subscriber, set_default};
use tracing::{Dispatch, Event, Level, Metadata};

use crate::spans::{MarkKind, Spans};

const TARGET: &str = "elizaos::runtime";
const PARSED: &str = "dynamic_prompt_exec_from_state success";

/// Listens to the framework on this thread until it is dropped. Then the framework's log is as
/// silent as before.
pub struct Listening(Option<DefaultGuard>);

impl Listening {
    pub fn start(spans: Arc<Spans>) -> Self {
        SILENT.get_or_init(|| Dispatch::new(Listener(None)));
        Self(Some(set_default(Listener(Some(spans)))))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        drop(self.0.take());
        // Without this the dropped subscriber's level would stay in force, and later plain
        // iterations would pay for it.
        tracing::callsite::rebuild_interest_cache();
    }
}

/// This subscriber is no thread's default and lives on. Without any subscriber `tracing` assumes
/// that every level may be wanted.
static SILENT: OnceLock<Dispatch> = OnceLock::new();

/// Writes into the spans. Without any it wants nothing.
struct Listener(Option<Arc<Spans>>);

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::DEBUG && metadata.target() == TARGET
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(if self.0.is_some() {
            LevelFilter::DEBUG
        } else {
            LevelFilter::OFF
        })
    }

    fn event(&self, event: &Event<'_>) {
        let mut said = Said(false);
        event.record(&mut said);
        if let (true, Some(spans)) = (said.0, &self.0) {
            spans.mark(MarkKind::Parsed);
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

/// Tells whether a message begins with [`PARSED`].
struct Said(bool);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // The error ends the formatting early, which is its purpose.
            let _ended = write!(Opening(&mut self.0), "{value:?}");
        }
    }
}

/// Looks at the first piece of a formatted text and refuses the rest.
struct Opening<'a>(&'a mut bool);

impl Write for Opening<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        *self.0 = piece.starts_with(PARSED);
        Err(fmt::Error)
    }
}
