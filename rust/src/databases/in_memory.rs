//! The in-memory database of the ecosystem, which takes and gives JSON values.

use std::future::Future;

use elizaos::{Memory, UUID};
use elizaos_plugin_inmemorydb::InMemoryDatabaseAdapter;
use elizaos_plugin_inmemorydb::types::{StorageError, StorageResult};
use serde_json::Value;

use crate::databases::own_adapter::{MESSAGES_TABLE, OwnAdapter, StoredMemory};

impl OwnAdapter for InMemoryDatabaseAdapter {
    type Record = Value;
    type Row = Value;
    type Written = String;
    type Error = StorageError;

    /// Gives a memory the shape in which the framework's memories reach this database.
    fn make_record(memory: Memory) -> Value {
        serde_json::to_value(memory).expect("a memory of plain texts is valid JSON")
    }

    fn write(&self, record: Value) -> impl Future<Output = StorageResult<String>> {
        self.create_memory(record, MESSAGES_TABLE, true)
    }

    fn read_by_id(&self, id: &UUID) -> impl Future<Output = StorageResult<Option<Value>>> {
        self.get_memory_by_id(id.as_str())
    }

    fn read_by_room(
        &self,
        room: &UUID,
        limit: usize,
    ) -> impl Future<Output = StorageResult<Vec<Value>>> {
        self.get_memories(
            None,
            None,
            Some(room.as_str()),
            None,
            MESSAGES_TABLE,
            Some(limit),
            None,
            Some(false),
        )
    }

    fn read_all(&self) -> impl Future<Output = StorageResult<Vec<Value>>> {
        self.get_memories(None, None, None, None, MESSAGES_TABLE, None, None, None)
    }
}

impl StoredMemory for Value {
    fn id(&self) -> &str {
        read_field(self, "id")
    }

    fn agent_id(&self) -> &str {
        read_field(self, "agentId")
    }

    fn entity_id(&self) -> &str {
        read_field(self, "entityId")
    }

    fn room_id(&self) -> &str {
        read_field(self, "roomId")
    }
}

fn read_field<'a>(memory: &'a Value, field: &str) -> &'a str {
    memory
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
