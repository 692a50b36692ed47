//! Entry of the Rust harness.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use eliza_bench::cli::{self, Cli};
use eliza_bench::sender::Framework;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let started = Instant::now();
    match cli::parse::<Cli>() {
        Ok(cli) => eliza_bench::run(&cli.options, started, Arc::new(Framework)),
        Err(status) => status,
    }
}
