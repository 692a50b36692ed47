//! Errors of input, failures of the framework and bugs of the harness are kept apart.
//!
//! Only what comes out of a call into the framework, through [`guard`], becomes a
//! [`FrameworkError`] and can make a cell `unsupported`. A panic in the harness's own code keeps
//! unwinding and ends the process.

use std::any::{Any, type_name};
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use elizaos_plugin_inmemorydb::types::StorageError;

use crate::measurement::Failure;

/// Bad arguments or a bad input file: one line that says what is wrong and what to do. The process
/// exits with status 2.
#[derive(Debug)]
pub struct InputError(pub String);

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}

/// An error or a panic that came out of a framework call.
#[derive(Clone, Debug)]
pub struct FrameworkError {
    /// The error's type, or `panic`.
    pub kind: String,
    pub message: String,
    pub stack: String,
}

impl FrameworkError {
    /// Returns the failure to report. `phase` is what the harness was doing.
    pub fn during(self, phase: &str) -> Failure {
        Failure {
            phase: phase.to_owned(),
            r#type: self.kind,
            message: self.message,
            stack: self.stack,
        }
    }
}

impl From<anyhow::Error> for FrameworkError {
    fn from(error: anyhow::Error) -> Self {
        Self {
            kind: type_name::<anyhow::Error>().to_owned(),
            message: format!("{error:#}"),
            stack: format!("{error:?}"),
        }
    }
}

impl From<StorageError> for FrameworkError {
    fn from(error: StorageError) -> Self {
        Self {
            kind: type_name::<StorageError>().to_owned(),
            message: error.to_string(),
            stack: format!("{error:?}"),
        }
    }
}

/// Awaits a call into the framework and returns its error, or the panic that its code raised. A
/// panic in the harness's own code, which the framework may have called back, is not caught.
pub async fn guard<T, E>(call: impl Future<Output = Result<T, E>>) -> Result<T, FrameworkError>
where
    E: Into<FrameworkError>,
{
    let mut call = pin!(call);
    poll_fn(
        |context| match panic::catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
            Ok(poll) => poll.map_err(Into::into),
            Err(payload) => Poll::Ready(Err(framework_panic(payload))),
        },
    )
    .await
}

struct Raised {
    in_harness: bool,
    message: String,
    stack: String,
}

thread_local! {
    /// The last panic of this thread. The hook sees where it was raised, `catch_unwind` does not.
    static RAISED: RefCell<Option<Raised>> = const { RefCell::new(None) };
}

/// Prints panics with their stack on stderr and keeps them for [`guard`].
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let backtrace = Backtrace::force_capture();
        eprintln!("{info}\n{backtrace}");
        let payload = info.payload();
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let raised = Raised {
            // Cargo compiles the package that it builds by relative paths and every dependency by
            // absolute ones.
            in_harness: info
                .location()
                .is_none_or(|location| Path::new(location.file()).is_relative()),
            message: text.unwrap_or("a panic without a message").to_owned(),
            stack: format!("{info}\n{backtrace}"),
        };
        RAISED.set(Some(raised));
    }));
}

fn framework_panic(payload: Box<dyn Any + Send>) -> FrameworkError {
    match RAISED.take() {
        Some(Raised {
            in_harness: false,
            message,
            stack,
        }) => FrameworkError {
            kind: "panic".to_owned(),
            message,
            stack,
        },
        _ => panic::resume_unwind(payload),
    }
}
