//! Fills the database before the first message (world, rooms, users, history, the records of the
//! database scenarios) and reads back what it holds. Everything that the framework reads goes in
//! through the framework's own adapter trait.

use std::time::{SystemTime, UNIX_EPOCH};

use elizaos::runtime::DatabaseAdapter;
use elizaos::{Content, Entity, Memory, Room, UUID, World};
use elizaos_plugin_inmemorydb::InMemoryDatabaseAdapter;
use elizaos_plugin_inmemorydb::types::StorageResult;
use serde_json::Value;

use crate::contract::{Contract, Fixtures, Scenario};
use crate::databases::in_memory_bridge::Bridge;
use crate::failure::{FrameworkError, guard};
use crate::messages::{MessagePlan, insert_number, message_id};

/// The framework keeps messages in this table.
pub const MESSAGES_TABLE: &str = "messages";

/// Puts the agent, the world, every room and user of `plan`, the participants and the history into
/// the database.
pub async fn seed(
    bridge: &Bridge,
    contract: &Contract,
    scenario: &Scenario,
    plan: &MessagePlan,
) -> Result<(), FrameworkError> {
    let fixtures = &contract.fixtures;
    let agent = fixtures.agent_id.clone();
    guard(bridge.create_entity(&make_entity(&agent, &contract.character.name, fixtures))).await?;
    guard(bridge.create_world(&make_world(fixtures))).await?;
    for (number, name) in plan.rooms.iter().enumerate() {
        let room = make_room(&fixtures.room_id(number), name, fixtures);
        guard(bridge.create_room(&room)).await?;
        guard(bridge.add_participant(&agent, &room.id)).await?;
    }
    for (number, name) in plan.entities.iter().enumerate() {
        guard(bridge.create_entity(&make_entity(&fixtures.entity_id(number), name, fixtures)))
            .await?;
    }
    for (person, room) in plan.participants() {
        guard(bridge.add_participant(&fixtures.entity_id(person), &fixtures.room_id(room))).await?;
    }

    let (first_room, first_user, now) = (fixtures.room_id(0), fixtures.entity_id(0), now_ms());
    for index in 0..scenario.config.history {
        let author = if index % 2 == 0 { &first_user } else { &agent };
        let text = insert_number(&fixtures.history_text, index + 1);
        let created_at = now - age_ms(index, scenario.config.history, fixtures);
        let memory = make_memory(
            fixtures.history_id(index),
            author,
            &first_room,
            text,
            created_at,
            fixtures,
        );
        guard(bridge.create_memory(&memory, MESSAGES_TABLE)).await?;
    }
    Ok(())
}

/// Builds the plan's messages as the framework takes them. `iteration` is part of their ids.
pub fn build_messages(plan: &MessagePlan, iteration: u32, fixtures: &Fixtures) -> Vec<Memory> {
    let planned = plan.messages.iter().enumerate();
    let built = planned.map(|(index, message)| {
        let (author, room) = (
            fixtures.entity_id(message.entity),
            fixtures.room_id(message.room),
        );
        make_memory(
            message_id(iteration, index),
            &author,
            &room,
            message.text.clone(),
            now_ms(),
            fixtures,
        )
    });
    built.collect()
}

/// Builds `count` memories for the database's own adapter, spread evenly over `rooms` rooms, the
/// last one the newest. They have the shape in which the framework's memories reach it.
pub fn build_records(count: usize, rooms: usize, fixtures: &Fixtures) -> Vec<Value> {
    let (author, now) = (fixtures.entity_id(0), now_ms());
    let built = (0..count).map(|index| {
        let text = insert_number(&fixtures.history_text, index + 1);
        let created_at = now - age_ms(index, count, fixtures);
        let room = fixtures.room_id(index % rooms);
        let memory = make_memory(
            fixtures.record_id(index),
            &author,
            &room,
            text,
            created_at,
            fixtures,
        );
        serde_json::to_value(memory).expect("a memory of plain texts is valid JSON")
    });
    built.collect()
}

/// Reads every message record of the database, as the plugin itself returns it.
pub async fn read_stored_messages(plugin: &InMemoryDatabaseAdapter) -> StorageResult<Vec<Value>> {
    plugin
        .get_memories(None, None, None, None, MESSAGES_TABLE, None, None, None)
        .await
}

/// Tells whether two reads of one stored message share no memory. Returns `None` where no message
/// is stored.
pub async fn check_reads_copied(plugin: &InMemoryDatabaseAdapter) -> StorageResult<Option<bool>> {
    let first = read_stored_messages(plugin).await?;
    let again = read_stored_messages(plugin).await?;
    Ok(first.first().and_then(|one| {
        let other = again
            .iter()
            .find(|other| read_field(other, "id") == read_field(one, "id"))?;
        Some(read_field(one, "id").as_ptr() != read_field(other, "id").as_ptr())
    }))
}

pub fn read_field<'a>(memory: &'a Value, field: &str) -> &'a str {
    memory
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Returns how many milliseconds before now the memory `index` of `count` was created.
fn age_ms(index: usize, count: usize, fixtures: &Fixtures) -> i64 {
    i64::try_from(count - index).expect("a count fits in 63 bits") * fixtures.history_interval_ms
}

fn now_ms() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is past 1970");
    i64::try_from(now.as_millis()).expect("milliseconds since 1970 fit in 63 bits")
}

fn make_memory(
    id: UUID,
    author: &UUID,
    room: &UUID,
    text: String,
    created_at: i64,
    fixtures: &Fixtures,
) -> Memory {
    Memory {
        id: Some(id),
        entity_id: author.clone(),
        agent_id: Some(fixtures.agent_id.clone()),
        room_id: room.clone(),
        world_id: Some(fixtures.world_id.clone()),
        created_at: Some(created_at),
        content: Content {
            text: Some(text),
            source: Some(fixtures.source.clone()),
            ..Content::default()
        },
        unique: Some(true),
        ..Memory::default()
    }
}

fn make_entity(id: &UUID, name: &str, fixtures: &Fixtures) -> Entity {
    Entity {
        id: Some(id.clone()),
        names: Some(vec![name.to_owned()]),
        metadata: None,
        agent_id: Some(fixtures.agent_id.clone()),
        components: None,
    }
}

fn make_world(fixtures: &Fixtures) -> World {
    World {
        id: fixtures.world_id.clone(),
        name: Some(fixtures.world_name.clone()),
        agent_id: fixtures.agent_id.clone(),
        message_server_id: Some(fixtures.message_server_id.clone()),
        metadata: None,
    }
}

fn make_room(id: &UUID, name: &str, fixtures: &Fixtures) -> Room {
    Room {
        id: id.clone(),
        name: Some(name.to_owned()),
        agent_id: Some(fixtures.agent_id.clone()),
        source: fixtures.source.clone(),
        room_type: "GROUP".to_owned(),
        channel_id: None,
        message_server_id: Some(fixtures.message_server_id.clone()),
        world_id: Some(fixtures.world_id.clone()),
        metadata: None,
    }
}
