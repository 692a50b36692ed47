//! Batch mode: runs one scenario after another in one process.

use crate::cell::Cell;
use crate::cli::Options;
use crate::contract::Scenario;
use crate::failure::{FrameworkError, InputError};
use crate::measurement::{CellMeasurement, IterationPhase};
use crate::session::Session;

/// Measures every scenario. A framework error ends its own cell only.
///
/// # Errors
/// Returns an [`InputError`] if a scenario asks for answers that the mock does not have. Nothing is
/// measured then.
pub async fn run(
    session: &Session,
    scenarios: &[&Scenario],
    options: &Options,
) -> Result<Vec<CellMeasurement>, InputError> {
    let cells: Vec<Cell<'_>> = scenarios
        .iter()
        .map(|scenario| Cell::new(session, scenario))
        .collect::<Result<_, _>>()?;
    let mut measured = Vec::with_capacity(cells.len());
    for (position, mut cell) in cells.into_iter().enumerate() {
        let mut doing = "cold";
        if let Err(error) = measure(&mut cell, options, position == 0, &mut doing).await {
            cell.fail(doing, error);
        }
        measured.push(cell.into_measurement());
    }
    Ok(measured)
}

/// Measures one cell from start to end. Only the first cell of a process has a cold start. `doing`
/// holds the phase, which a failure names.
async fn measure(
    cell: &mut Cell<'_>,
    options: &Options,
    first: bool,
    doing: &mut &'static str,
) -> Result<(), FrameworkError> {
    if first {
        cell.run_cold().await?;
    }
    if options.verify {
        *doing = "verify";
        cell.verify().await?;
    }
    let phases = [
        (
            IterationPhase::Warmup,
            options.warmup.unwrap_or(cell.scenario().warmup),
        ),
        (
            IterationPhase::Plain,
            options.iterations.unwrap_or(cell.scenario().iterations),
        ),
        (IterationPhase::Observed, options.observe),
    ];
    for (phase, iterations) in phases {
        *doing = phase.name();
        for _ in 0..iterations {
            cell.iterate(phase).await?;
        }
    }
    Ok(())
}
