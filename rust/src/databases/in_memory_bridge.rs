//! The bridge between the framework and the ecosystem's in-memory database.
//!
//! `elizaos-plugin-inmemorydb` 2.0.0 does not implement the `DatabaseAdapter` that `elizaos` 2.0.0
//! asks for. It takes and gives JSON values where the framework has types. The bridge converts, and
//! does nothing else. Where the plugin has no method at all (participants, entities, tasks,
//! updating a memory), the bridge writes to the plugin's own storage.
//!
//! Nobody who used a repaired plugin would pay for the conversion, so its time is kept apart in
//! [`Bridge::own_ns`]. That time is an upper bound of the bridge's cost. On a large history the
//! allocator cleans up after the plugin's copies while the bridge allocates.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::database::{GetMemoriesParams, SearchMemoriesParams};
use elizaos::{Agent, Entity, Memory, Room, Task, UUID, World};
use elizaos_plugin_inmemorydb::types::StorageResult;
use elizaos_plugin_inmemorydb::{COLLECTIONS, IStorage, InMemoryDatabaseAdapter, MemoryStorage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::clocks::nanos;

/// A fresh database behind the framework's adapter trait.
pub struct Bridge {
    plugin: InMemoryDatabaseAdapter,
    storage: Arc<MemoryStorage>,
    own_ns: AtomicU64,
}

impl Bridge {
    /// Opens a new, empty, initialized database. The plugin's `init` needs `&mut self`, so it runs
    /// here and not in the trait's `init`.
    pub async fn open(agent_id: &UUID) -> StorageResult<Self> {
        let storage = Arc::new(MemoryStorage::new());
        let mut plugin = InMemoryDatabaseAdapter::new(storage.clone(), agent_id.to_string());
        plugin.init().await?;
        Ok(Self {
            plugin,
            storage,
            own_ns: AtomicU64::new(0),
        })
    }

    /// Gives access to the database itself, without the bridge.
    pub fn plugin(&self) -> &InMemoryDatabaseAdapter {
        &self.plugin
    }

    /// Gives access to what the database keeps.
    pub fn storage(&self) -> &MemoryStorage {
        &self.storage
    }

    /// Returns the nanoseconds spent in the bridge itself up to now, without the plugin's methods.
    pub fn own_ns(&self) -> u64 {
        self.own_ns.load(Relaxed)
    }

    /// Awaits the plugin, converts its answer, and adds the time that the bridge itself has taken
    /// since `entered`.
    async fn forward<V, T>(
        &self,
        entered: Instant,
        plugin: impl Future<Output = StorageResult<V>>,
        convert: impl FnOnce(V) -> Result<T>,
    ) -> Result<T> {
        let called = Instant::now();
        let answer = plugin.await;
        let returned = Instant::now();
        let converted = answer.map_err(anyhow::Error::from).and_then(convert);
        self.own_ns
            .fetch_add(nanos((called - entered) + returned.elapsed()), Relaxed);
        converted
    }

    async fn get<T: DeserializeOwned>(&self, collection: &str, id: &UUID) -> Result<Option<T>> {
        let (entered, answer) = (Instant::now(), self.storage.get(collection, id.as_str()));
        self.forward(entered, answer, decode_option).await
    }

    async fn set(&self, collection: &str, key: &str, value: &impl Serialize) -> Result<()> {
        let entered = Instant::now();
        let value = serde_json::to_value(value)?;
        self.forward(entered, self.storage.set(collection, key, value), Ok)
            .await
    }
}

fn decode<T: DeserializeOwned>(value: Value) -> Result<T> {
    Ok(serde_json::from_value(value)?)
}

fn decode_option<T: DeserializeOwned>(value: Option<Value>) -> Result<Option<T>> {
    value.map(decode).transpose()
}

fn decode_all<T: DeserializeOwned>(values: Vec<Value>) -> Result<Vec<T>> {
    values.into_iter().map(decode).collect()
}

fn id_text(id: &Option<UUID>) -> Option<&str> {
    id.as_ref().map(UUID::as_str)
}

fn to_size(count: Option<i32>) -> Result<Option<usize>> {
    Ok(count.map(usize::try_from).transpose()?)
}

fn parse_id(id: String) -> Result<UUID> {
    Ok(UUID::try_from(id)?)
}

#[async_trait]
impl DatabaseAdapter for Bridge {
    async fn init(&self) -> Result<()> {
        if self.plugin.is_ready().await {
            Ok(())
        } else {
            Err(anyhow!("the in-memory database is closed"))
        }
    }

    /// The plugin's `close` needs `&mut self`. The data is in its storage, which is closed instead.
    async fn close(&self) -> Result<()> {
        Ok(self.storage.close().await?)
    }

    async fn is_ready(&self) -> Result<bool> {
        Ok(self.plugin.is_ready().await)
    }

    async fn get_agent(&self, agent_id: &UUID) -> Result<Option<Agent>> {
        let (entered, answer) = (Instant::now(), self.plugin.get_agent(agent_id.as_str()));
        self.forward(entered, answer, decode_option).await
    }

    async fn create_agent(&self, agent: &Agent) -> Result<bool> {
        let entered = Instant::now();
        let value = serde_json::to_value(agent)?;
        self.forward(entered, self.plugin.create_agent(value), Ok)
            .await
    }

    async fn update_agent(&self, agent_id: &UUID, agent: &Agent) -> Result<bool> {
        let entered = Instant::now();
        let value = serde_json::to_value(agent)?;
        self.forward(
            entered,
            self.plugin.update_agent(agent_id.as_str(), value),
            Ok,
        )
        .await
    }

    async fn delete_agent(&self, agent_id: &UUID) -> Result<bool> {
        let (entered, answer) = (Instant::now(), self.plugin.delete_agent(agent_id.as_str()));
        self.forward(entered, answer, Ok).await
    }

    async fn get_memories(&self, params: GetMemoriesParams) -> Result<Vec<Memory>> {
        let entered = Instant::now();
        let rows = self.plugin.get_memories(
            id_text(&params.entity_id),
            id_text(&params.agent_id),
            id_text(&params.room_id),
            id_text(&params.world_id),
            &params.table_name,
            to_size(params.count)?,
            to_size(params.offset)?,
            params.unique,
        );
        self.forward(entered, rows, decode_all).await
    }

    async fn search_memories(&self, params: SearchMemoriesParams) -> Result<Vec<Memory>> {
        let entered = Instant::now();
        let rows = self.plugin.search_memories(
            &params.table_name,
            &params.embedding,
            params.match_threshold.map(|threshold| threshold as f32),
            to_size(params.count)?,
            id_text(&params.room_id),
            id_text(&params.world_id),
            id_text(&params.entity_id),
            params.unique,
        );
        self.forward(entered, rows, decode_all).await
    }

    async fn create_memory(&self, memory: &Memory, table_name: &str) -> Result<UUID> {
        let entered = Instant::now();
        let value = serde_json::to_value(memory)?;
        let created = self
            .plugin
            .create_memory(value, table_name, memory.unique.unwrap_or(false));
        self.forward(entered, created, parse_id).await
    }

    async fn update_memory(&self, memory: &Memory) -> Result<bool> {
        let Some(id) = &memory.id else {
            return Ok(false);
        };
        let Some(Value::Object(mut stored)) = self.get(COLLECTIONS::MEMORIES, id).await? else {
            return Ok(false);
        };
        if let Value::Object(fields) = serde_json::to_value(memory)? {
            stored.extend(fields);
        }
        self.set(COLLECTIONS::MEMORIES, id.as_str(), &stored)
            .await?;
        Ok(true)
    }

    async fn delete_memory(&self, memory_id: &UUID) -> Result<()> {
        let (entered, answer) = (
            Instant::now(),
            self.plugin.delete_memory(memory_id.as_str()),
        );
        self.forward(entered, answer, Ok).await
    }

    async fn get_memory_by_id(&self, id: &UUID) -> Result<Option<Memory>> {
        let (entered, answer) = (Instant::now(), self.plugin.get_memory_by_id(id.as_str()));
        self.forward(entered, answer, decode_option).await
    }

    async fn create_world(&self, world: &World) -> Result<UUID> {
        let entered = Instant::now();
        let value = serde_json::to_value(world)?;
        self.forward(entered, self.plugin.create_world(value), parse_id)
            .await
    }

    async fn get_world(&self, id: &UUID) -> Result<Option<World>> {
        let (entered, answer) = (Instant::now(), self.plugin.get_world(id.as_str()));
        self.forward(entered, answer, decode_option).await
    }

    async fn create_room(&self, room: &Room) -> Result<UUID> {
        let entered = Instant::now();
        let value = serde_json::to_value(room)?;
        let created = self.plugin.create_rooms(vec![value]);
        self.forward(entered, created, |ids| {
            parse_id(ids.into_iter().next().unwrap_or_default())
        })
        .await
    }

    async fn get_room(&self, id: &UUID) -> Result<Option<Room>> {
        let entered = Instant::now();
        let ids = [id.to_string()];
        let rooms = self.plugin.get_rooms_by_ids(&ids);
        self.forward(entered, rooms, |rooms| {
            decode_option(rooms.and_then(|mut rooms| rooms.pop()))
        })
        .await
    }

    async fn create_entity(&self, entity: &Entity) -> Result<bool> {
        let Some(id) = &entity.id else {
            return Ok(false);
        };
        self.set(COLLECTIONS::ENTITIES, id.as_str(), entity).await?;
        Ok(true)
    }

    async fn get_entity(&self, id: &UUID) -> Result<Option<Entity>> {
        self.get(COLLECTIONS::ENTITIES, id).await
    }

    async fn add_participant(&self, entity_id: &UUID, room_id: &UUID) -> Result<bool> {
        let key = format!("{room_id}:{entity_id}");
        self.set(
            COLLECTIONS::PARTICIPANTS,
            &key,
            &json!({ "entityId": entity_id, "roomId": room_id }),
        )
        .await?;
        Ok(true)
    }

    async fn create_task(&self, task: &Task) -> Result<UUID> {
        let id = task.id.clone().unwrap_or_else(UUID::new_v4);
        self.set(COLLECTIONS::TASKS, id.as_str(), task).await?;
        Ok(id)
    }

    async fn get_task(&self, id: &UUID) -> Result<Option<Task>> {
        self.get(COLLECTIONS::TASKS, id).await
    }

    async fn update_task(&self, id: &UUID, task: &Task) -> Result<()> {
        self.set(COLLECTIONS::TASKS, id.as_str(), task).await
    }

    async fn delete_task(&self, id: &UUID) -> Result<()> {
        let (entered, answer) = (
            Instant::now(),
            self.storage.delete(COLLECTIONS::TASKS, id.as_str()),
        );
        self.forward(entered, answer, |_| Ok(())).await
    }
}
