//! Reads one file of the contract and checks what its field types do not say.

use std::fs;
use std::path::Path;

use elizaos::UUID;
use serde::de::DeserializeOwned;

use crate::contract::{Fixtures, Kind, Scenario};
use crate::failure::InputError;

/// The version of the contract's files and of the measurement file.
pub const SCHEMA_VERSION: u32 = 2;

/// Refuses what the field types allow and an iteration cannot run.
pub fn check_scenario(scenario: &Scenario) -> Result<(), &'static str> {
    let load = scenario.database.as_ref();
    if scenario.messages.is_empty() {
        Err("`messages` is empty; give at least one")
    } else if scenario.repeat == Some(0) {
        Err("`repeat` is 0; give at least 1 or leave it out")
    } else if scenario.is_database() != load.is_some() {
        Err("`database` belongs to the kinds `database-write` and `database-read`, and to no other")
    } else if (scenario.kind == Kind::Calibration) != scenario.calibration.is_some() {
        Err("`calibration` belongs to the kind `calibration`, and to no other")
    } else if scenario
        .calibration
        .as_ref()
        .is_some_and(|load| load.operations == 0)
    {
        Err("`calibration.operations` must be at least 1")
    } else if load.is_some_and(|load| load.rooms == 0 || load.read_limit == 0) {
        Err("`database.rooms` and `database.readLimit` must be at least 1")
    } else if scenario.kind == Kind::DatabaseRead && load.is_some_and(|load| load.records == 0) {
        Err("`database.records` is 0; a read needs records")
    } else {
        Ok(())
    }
}

pub fn check_prefixes(path: &Path, fixtures: &Fixtures) -> Result<(), InputError> {
    let Fixtures {
        live_agent_id_prefix,
        room_id_prefix,
        entity_id_prefix,
        history_id_prefix,
        record_id_prefix,
        member_id_prefix,
        ..
    } = fixtures;
    for prefix in [
        live_agent_id_prefix,
        room_id_prefix,
        entity_id_prefix,
        history_id_prefix,
        record_id_prefix,
        member_id_prefix,
    ] {
        UUID::new(&format!("{prefix}000000000000")).map_err(|_| {
            InputError(format!(
                "{}: id prefix `{prefix}` and 12 hex digits make no UUID; correct it",
                path.display()
            ))
        })?;
    }
    Ok(())
}

pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, InputError> {
    let text = fs::read_to_string(path).map_err(|error| {
        InputError(format!(
            "cannot read {}: {error}; check --shared and --scenario-file",
            path.display()
        ))
    })?;
    serde_json::from_str(&text)
        .map_err(|error| InputError(format!("{}: {error}; correct the file", path.display())))
}

pub fn check_version(path: &Path, version: u32) -> Result<(), InputError> {
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    Err(InputError(format!(
        "{}: schemaVersion is {version}, this harness reads {SCHEMA_VERSION}; use files and \
         harness of one checkout",
        path.display()
    )))
}
