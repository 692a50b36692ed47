//! The harness with a counting allocator. It verifies and must not measure time.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use eliza_bench::allocations::CountingAllocator;
use eliza_bench::cli::{self, Cli};
use eliza_bench::sender::Framework;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    let started = Instant::now();
    match cli::parse::<Cli>() {
        Ok(cli) => eliza_bench::run(&cli.options, started, Arc::new(Framework)),
        Err(status) => status,
    }
}
