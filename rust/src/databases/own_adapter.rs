//! The ecosystem's own adapters, as the database scenarios and the ledger use them: without a
//! bridge, each with its own type of a memory.

use std::future::Future;

use elizaos::{Memory, UUID};

use crate::failure::FrameworkError;

/// The framework keeps messages in this table.
pub const MESSAGES_TABLE: &str = "messages";

/// A database's own adapter. Its methods pass on what the adapter gives, so that a timed loop
/// awaits nothing else.
pub trait OwnAdapter {
    /// A memory as the adapter takes it.
    type Record;
    /// A memory as the adapter gives it.
    type Row: StoredMemory;
    /// What a write gives back.
    type Written;
    type Error: Into<FrameworkError>;

    fn make_record(memory: Memory) -> Self::Record;

    fn write(
        &self,
        record: Self::Record,
    ) -> impl Future<Output = Result<Self::Written, Self::Error>>;

    fn read_by_id(&self, id: &UUID)
    -> impl Future<Output = Result<Option<Self::Row>, Self::Error>>;

    /// Reads the latest `limit` messages of a room.
    fn read_by_room(
        &self,
        room: &UUID,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Self::Row>, Self::Error>>;

    /// Reads every message of the database.
    fn read_all(&self) -> impl Future<Output = Result<Vec<Self::Row>, Self::Error>>;
}

/// The ids of a memory that an adapter has given.
pub trait StoredMemory {
    fn id(&self) -> &str;
    fn agent_id(&self) -> &str;
    fn entity_id(&self) -> &str;
    fn room_id(&self) -> &str;
}
