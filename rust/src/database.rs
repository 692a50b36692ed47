//! The database scenarios run operations on the in-memory database's own adapter, without the
//! bridge.
//!
//! There are no `_via_runtime` operations, because `AgentRuntime` has no methods that create or
//! read memories. It only gives out its adapter, which is the bridge here. The benchmark's own
//! conversions must not appear as the runtime's.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use elizaos::UUID;
use elizaos_plugin_inmemorydb::InMemoryDatabaseAdapter;
use elizaos_plugin_inmemorydb::types::StorageResult;
use serde_json::Value;

use crate::clocks::elapsed_ns;
use crate::contract::{DatabaseLoad, Fixtures, Kind};
use crate::database_setup::{MESSAGES_TABLE, build_records};
use crate::failure::{FrameworkError, guard};
use crate::measurement::{OperationCheck, OperationTiming};

const WRITE: &str = "write";
const READ_BY_ID: &str = "read_by_id";
const READ_BY_ROOM: &str = "read_by_room";

/// Spreads reads by id over the records. The number is a prime, so that every record is read.
const STRIDE: usize = 7919;

/// The clock is read once in so many operations, where an operation may be as short as the reading.
const CLOCK_EVERY: usize = 16;

/// The database work of one iteration. Its inputs are built before any clock runs.
pub struct DatabaseRun {
    kind: Kind,
    load: DatabaseLoad,
    /// Records that are not stored yet.
    records: Vec<Value>,
    record_ids: Vec<String>,
    room_ids: Vec<String>,
    timings: Vec<OperationTiming>,
    checks: Vec<OperationCheck>,
}

impl DatabaseRun {
    pub fn prepare(kind: Kind, load: &DatabaseLoad, fixtures: &Fixtures) -> Self {
        let count = if kind == Kind::DatabaseWrite {
            load.operations
        } else {
            load.records
        };
        let text = |id: UUID| id.into_string();
        Self {
            kind,
            load: load.clone(),
            records: build_records(count, load.rooms, fixtures),
            record_ids: (0..count)
                .map(|index| text(fixtures.record_id(index)))
                .collect(),
            room_ids: (0..load.rooms)
                .map(|number| text(fixtures.room_id(number)))
                .collect(),
            timings: Vec::with_capacity(2),
            checks: Vec::new(),
        }
    }

    /// Stores the records that the scenario reads.
    pub async fn seed(mut self, plugin: &InMemoryDatabaseAdapter) -> Result<Self, FrameworkError> {
        if self.kind == Kind::DatabaseRead {
            for record in std::mem::take(&mut self.records) {
                guard(plugin.create_memory(record, MESSAGES_TABLE, true)).await?;
            }
        }
        Ok(self)
    }

    /// Runs each of the scenario's operations until all are done or the time box closes. With
    /// `verify` every result is checked, and every written record is looked up afterwards.
    pub async fn run(
        &mut self,
        plugin: &InMemoryDatabaseAdapter,
        verify: bool,
    ) -> Result<(), FrameworkError> {
        if self.kind == Kind::DatabaseWrite {
            let records = std::mem::take(&mut self.records);
            let timing = guard(self.write(plugin, records)).await?;
            if verify {
                let correct = guard(self.count_written(plugin, timing.done)).await?;
                self.checks.push(OperationCheck {
                    operation: WRITE,
                    done: timing.done,
                    correct,
                    newest: None,
                });
            }
            self.timings.push(timing);
        } else {
            let (timing, check) = guard(self.read_by_ids(plugin, verify)).await?;
            self.timings.push(timing);
            self.checks.extend(check);
            let (timing, check) = guard(self.read_by_rooms(plugin, verify)).await?;
            self.timings.push(timing);
            self.checks.extend(check);
        }
        Ok(())
    }

    pub fn into_timings(self) -> Vec<OperationTiming> {
        self.timings
    }

    /// Returns the checks of each operation. There are none unless the run verified.
    pub fn checks(&self) -> &[OperationCheck] {
        &self.checks
    }

    async fn write(
        &self,
        plugin: &InMemoryDatabaseAdapter,
        records: Vec<Value>,
    ) -> StorageResult<OperationTiming> {
        let mut records = records.into_iter();
        let write = async |_| {
            let record = records
                .next()
                .expect("there is a record for every operation");
            plugin
                .create_memory(record, MESSAGES_TABLE, true)
                .await
                .map(drop)
        };
        run_boxed(WRITE, &self.load, CLOCK_EVERY, write).await
    }

    async fn count_written(
        &self,
        plugin: &InMemoryDatabaseAdapter,
        done: u64,
    ) -> StorageResult<u64> {
        let mut found = 0;
        for (id, _) in self.record_ids.iter().zip(0..done) {
            found += u64::from(has_id(plugin.get_memory_by_id(id).await?.as_ref(), id));
        }
        Ok(found)
    }

    async fn read_by_ids(
        &self,
        plugin: &InMemoryDatabaseAdapter,
        verify: bool,
    ) -> StorageResult<CheckedTiming> {
        let mut correct = 0;
        let read = async |index: usize| {
            let id = &self.record_ids[(index * STRIDE) % self.load.records];
            let record = plugin.get_memory_by_id(id).await?;
            if verify {
                correct += u64::from(has_id(record.as_ref(), id));
            }
            Ok(())
        };
        let timing = run_boxed(READ_BY_ID, &self.load, CLOCK_EVERY, read).await?;
        let check = OperationCheck {
            operation: READ_BY_ID,
            done: timing.done,
            correct,
            newest: None,
        };
        Ok((timing, verify.then_some(check)))
    }

    async fn read_by_rooms(
        &self,
        plugin: &InMemoryDatabaseAdapter,
        verify: bool,
    ) -> StorageResult<CheckedTiming> {
        let (mut correct, mut newest) = (0, true);
        let limit = Some(self.load.read_limit);
        let read = async |index: usize| {
            let room = index % self.load.rooms;
            let id = Some(self.room_ids[room].as_str());
            let rows = plugin
                .get_memories(
                    None,
                    None,
                    id,
                    None,
                    MESSAGES_TABLE,
                    limit,
                    None,
                    Some(false),
                )
                .await?;
            if verify {
                correct += u64::from(self.are_of_room(&rows, room));
                newest &= self.are_newest(&rows, room);
            }
            Ok(())
        };
        // A read by room takes milliseconds where the database is large. Reading the clock costs
        // nothing beside that, and sixteen reads could overrun the box by more than its length.
        let timing = run_boxed(READ_BY_ROOM, &self.load, 1, read).await?;
        let check = OperationCheck {
            operation: READ_BY_ROOM,
            done: timing.done,
            correct,
            newest: Some(newest),
        };
        Ok((timing, verify.then_some(check)))
    }

    fn are_of_room(&self, rows: &[Value], room: usize) -> bool {
        rows.len() == self.load.read_limit
            && rows
                .iter()
                .all(|row| row["roomId"] == self.room_ids[room].as_str())
    }

    /// Tells whether `rows` are the room's last records. The record ids count up with time.
    fn are_newest(&self, rows: &[Value], room: usize) -> bool {
        let of_room: Vec<&str> = self
            .record_ids
            .iter()
            .skip(room)
            .step_by(self.load.rooms)
            .map(String::as_str)
            .collect();
        let last: HashSet<&str> = of_room
            .into_iter()
            .rev()
            .take(self.load.read_limit)
            .collect();
        let read: HashSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        read == last
    }
}

type CheckedTiming = (OperationTiming, Option<OperationCheck>);

fn has_id(record: Option<&Value>, id: &str) -> bool {
    record.is_some_and(|record| record["id"] == id)
}

/// Runs `operation` with 0, 1, 2, … until the load's operations are done or its time box has
/// closed. The clock is read once in `clock_every` operations.
async fn run_boxed(
    name: &'static str,
    load: &DatabaseLoad,
    clock_every: usize,
    mut operation: impl AsyncFnMut(usize) -> StorageResult<()>,
) -> StorageResult<OperationTiming> {
    let time_box = Duration::from_millis(load.box_ms);
    let mut done = 0;
    let started = Instant::now();
    while done < load.operations {
        operation(done).await?;
        done += 1;
        if done % clock_every == 0 && started.elapsed() >= time_box {
            break;
        }
    }
    let total_ns = elapsed_ns(started);
    let box_closed = done < load.operations;
    Ok(OperationTiming {
        operation: name,
        requested: load.operations as u64,
        done: done as u64,
        total_ns,
        box_closed,
    })
}
