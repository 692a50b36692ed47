//! The database scenarios run operations on the database's own adapter, without the bridge.
//!
//! There are no `_via_runtime` operations, because `AgentRuntime` has no methods that create or
//! read memories. It only gives out its adapter, which is the bridge here. The benchmark's own
//! conversions must not appear as the runtime's.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use elizaos::UUID;

use crate::clocks::elapsed_ns;
use crate::contract::{DatabaseLoad, Fixtures, Kind};
use crate::database_setup::build_records;
use crate::databases::own_adapter::{OwnAdapter, StoredMemory};
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
pub struct DatabaseRun<A: OwnAdapter> {
    kind: Kind,
    load: DatabaseLoad,
    /// Records that are not stored yet.
    records: Vec<A::Record>,
    record_ids: Vec<UUID>,
    room_ids: Vec<UUID>,
    timings: Vec<OperationTiming>,
    checks: Vec<OperationCheck>,
}

impl<A: OwnAdapter> DatabaseRun<A> {
    pub fn prepare(kind: Kind, load: &DatabaseLoad, fixtures: &Fixtures) -> Self {
        let count = if kind == Kind::DatabaseWrite {
            load.operations
        } else {
            load.records
        };
        let records = build_records(count, load.rooms, fixtures);
        Self {
            kind,
            load: load.clone(),
            records: records.map(A::make_record).collect(),
            record_ids: (0..count).map(|index| fixtures.record_id(index)).collect(),
            room_ids: (0..load.rooms)
                .map(|number| fixtures.room_id(number))
                .collect(),
            timings: Vec::with_capacity(2),
            checks: Vec::new(),
        }
    }

    /// Stores the records that the scenario reads.
    pub async fn seed(&mut self, adapter: &A) -> Result<(), FrameworkError> {
        if self.kind == Kind::DatabaseRead {
            for record in std::mem::take(&mut self.records) {
                guard(adapter.write(record)).await?;
            }
        }
        Ok(())
    }

    /// Drops the records that the scenario reads, where the database has them already.
    pub fn skip_seeding(&mut self) {
        if self.kind == Kind::DatabaseRead {
            self.records = Vec::new();
        }
    }

    /// Runs each of the scenario's operations until all are done or the time box closes. With
    /// `verify` every result is checked, and every written record is looked up afterwards.
    pub async fn run(&mut self, adapter: &A, verify: bool) -> Result<(), FrameworkError> {
        if self.kind == Kind::DatabaseWrite {
            let records = std::mem::take(&mut self.records);
            let timing = guard(self.write(adapter, records)).await?;
            if verify {
                let correct = guard(self.count_written(adapter, timing.done)).await?;
                self.checks.push(OperationCheck {
                    operation: WRITE,
                    done: timing.done,
                    correct,
                    newest: None,
                    result_digest: None,
                });
            }
            self.timings.push(timing);
        } else {
            let (timing, check) = guard(self.read_by_ids(adapter, verify)).await?;
            self.timings.push(timing);
            self.checks.extend(check);
            let (timing, check) = guard(self.read_by_rooms(adapter, verify)).await?;
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
        adapter: &A,
        records: Vec<A::Record>,
    ) -> Result<OperationTiming, A::Error> {
        let mut records = records.into_iter();
        let write = async |_| {
            let record = records
                .next()
                .expect("there is a record for every operation");
            adapter.write(record).await.map(drop)
        };
        run_boxed(WRITE, &self.load, CLOCK_EVERY, write).await
    }

    async fn count_written(&self, adapter: &A, done: u64) -> Result<u64, A::Error> {
        let mut found = 0;
        for (id, _) in self.record_ids.iter().zip(0..done) {
            found += u64::from(has_id(adapter.read_by_id(id).await?.as_ref(), id));
        }
        Ok(found)
    }

    async fn read_by_ids(&self, adapter: &A, verify: bool) -> Result<CheckedTiming, A::Error> {
        let mut correct = 0;
        let read = async |index: usize| {
            let id = &self.record_ids[(index * STRIDE) % self.load.records];
            let record = adapter.read_by_id(id).await?;
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
            result_digest: None,
        };
        Ok((timing, verify.then_some(check)))
    }

    async fn read_by_rooms(&self, adapter: &A, verify: bool) -> Result<CheckedTiming, A::Error> {
        let (mut correct, mut newest) = (0, true);
        let read = async |index: usize| {
            let room = index % self.load.rooms;
            let id = &self.room_ids[room];
            let rows = adapter.read_by_room(id, self.load.read_limit).await?;
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
            result_digest: None,
        };
        Ok((timing, verify.then_some(check)))
    }

    fn are_of_room(&self, rows: &[A::Row], room: usize) -> bool {
        let id = self.room_ids[room].as_str();
        rows.len() == self.load.read_limit && rows.iter().all(|row| row.room_id() == id)
    }

    /// Tells whether `rows` are the room's last records. The record ids count up with time.
    fn are_newest(&self, rows: &[A::Row], room: usize) -> bool {
        let of_room: Vec<&str> = self
            .record_ids
            .iter()
            .skip(room)
            .step_by(self.load.rooms)
            .map(UUID::as_str)
            .collect();
        let last: HashSet<&str> = of_room
            .into_iter()
            .rev()
            .take(self.load.read_limit)
            .collect();
        let read: HashSet<&str> = rows.iter().map(StoredMemory::id).collect();
        read == last
    }
}

type CheckedTiming = (OperationTiming, Option<OperationCheck>);

fn has_id(record: Option<&impl StoredMemory>, id: &UUID) -> bool {
    record.is_some_and(|record| record.id() == id.as_str())
}

/// Runs `operation` with 0, 1, 2, … until the load's operations are done or its time box has
/// closed. The clock is read once in `clock_every` operations.
async fn run_boxed<E>(
    name: &'static str,
    load: &DatabaseLoad,
    clock_every: usize,
    mut operation: impl AsyncFnMut(usize) -> Result<(), E>,
) -> Result<OperationTiming, E> {
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
