//! The bridge between the framework and the ecosystem's adapter for PostgreSQL.
//!
//! `elizaos-plugin-sql` 2.0.0 has a trait of its own that the framework does not know, with the
//! framework's types and nearly its methods. The bridge passes every call on. It converts nothing,
//! so it has no time of its own to report.

use std::slice::from_ref;

use anyhow::{Context, Result};
use async_trait::async_trait;
use elizaos::runtime::DatabaseAdapter;
use elizaos::types::database::{GetMemoriesParams, SearchMemoriesParams};
use elizaos::{Agent, Entity, Memory, Room, Task, UUID, World};
use elizaos_plugin_sql::base::DatabaseAdapter as PluginAdapter;
use elizaos_plugin_sql::postgres::PostgresAdapter;

/// The plugin's adapter behind the framework's trait.
pub struct PostgresBridge(PostgresAdapter);

impl PostgresBridge {
    /// Connects the plugin's own pool. The framework's `init` makes the tables.
    pub async fn open(url: &str, agent_id: &UUID) -> Result<Self> {
        Ok(Self(PostgresAdapter::new(url, agent_id).await?))
    }

    /// Gives access to the adapter itself, without the bridge.
    pub fn plugin(&self) -> &PostgresAdapter {
        &self.0
    }
}

#[async_trait]
impl DatabaseAdapter for PostgresBridge {
    async fn init(&self) -> Result<()> {
        self.0.init().await
    }

    async fn close(&self) -> Result<()> {
        self.0.close().await
    }

    async fn is_ready(&self) -> Result<bool> {
        self.0.is_ready().await
    }

    async fn get_agent(&self, agent_id: &UUID) -> Result<Option<Agent>> {
        self.0.get_agent(agent_id).await
    }

    async fn create_agent(&self, agent: &Agent) -> Result<bool> {
        self.0.create_agent(agent).await
    }

    async fn update_agent(&self, agent_id: &UUID, agent: &Agent) -> Result<bool> {
        self.0.update_agent(agent_id, agent).await
    }

    async fn delete_agent(&self, agent_id: &UUID) -> Result<bool> {
        self.0.delete_agent(agent_id).await
    }

    async fn get_memories(&self, params: GetMemoriesParams) -> Result<Vec<Memory>> {
        self.0.get_memories(params).await
    }

    async fn search_memories(&self, params: SearchMemoriesParams) -> Result<Vec<Memory>> {
        self.0.search_memories(params).await
    }

    async fn create_memory(&self, memory: &Memory, table_name: &str) -> Result<UUID> {
        let unique = memory.unique.unwrap_or(false);
        self.0.create_memory(memory, table_name, unique).await
    }

    async fn update_memory(&self, memory: &Memory) -> Result<bool> {
        self.0.update_memory(memory).await
    }

    async fn delete_memory(&self, memory_id: &UUID) -> Result<()> {
        self.0.delete_memory(memory_id).await
    }

    async fn get_memory_by_id(&self, id: &UUID) -> Result<Option<Memory>> {
        self.0.get_memory_by_id(id).await
    }

    async fn create_world(&self, world: &World) -> Result<UUID> {
        self.0.create_world(world).await
    }

    async fn get_world(&self, id: &UUID) -> Result<Option<World>> {
        self.0.get_world(id).await
    }

    async fn create_room(&self, room: &Room) -> Result<UUID> {
        let ids = self.0.create_rooms(from_ref(room)).await?;
        ids.into_iter().next().context("the room was not created")
    }

    async fn get_room(&self, id: &UUID) -> Result<Option<Room>> {
        Ok(self.0.get_rooms_by_ids(from_ref(id)).await?.pop())
    }

    async fn create_entity(&self, entity: &Entity) -> Result<bool> {
        self.0.create_entities(from_ref(entity)).await
    }

    async fn get_entity(&self, id: &UUID) -> Result<Option<Entity>> {
        Ok(self.0.get_entities_by_ids(from_ref(id)).await?.pop())
    }

    async fn add_participant(&self, entity_id: &UUID, room_id: &UUID) -> Result<bool> {
        self.0
            .add_participants_room(from_ref(entity_id), room_id)
            .await
    }

    async fn create_task(&self, task: &Task) -> Result<UUID> {
        self.0.create_task(task).await
    }

    async fn get_task(&self, id: &UUID) -> Result<Option<Task>> {
        self.0.get_task(id).await
    }

    async fn update_task(&self, id: &UUID, task: &Task) -> Result<()> {
        self.0.update_task(id, task).await
    }

    async fn delete_task(&self, id: &UUID) -> Result<()> {
        self.0.delete_task(id).await
    }
}
