//! Fills the database before the first message (world, rooms, users, history, the records of the
//! database scenarios) and reads back what it holds. Everything that the framework reads goes in
//! through the framework's own adapter trait.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use elizaos::runtime::DatabaseAdapter;
use elizaos::{Content, Entity, Memory, Room, UUID, World};

use crate::contract::{Contract, Fixtures, Scenario};
use crate::databases::own_adapter::{MESSAGES_TABLE, OwnAdapter, StoredMemory};
use crate::failure::{FrameworkError, guard};
use crate::measurement::{Author, Stored};
use crate::messages::{MessagePlan, insert_number, message_id};

/// Puts the agent's entity, the world, every room and user of `plan`, the participants, the further
/// members and the history into the database.
pub async fn seed(
    adapter: &dyn DatabaseAdapter,
    contract: &Contract,
    scenario: &Scenario,
    plan: &MessagePlan,
) -> Result<(), FrameworkError> {
    seed_people(adapter, contract, plan).await?;
    for member in make_members(plan, &contract.fixtures) {
        guard(adapter.create_entity(&member)).await?;
    }
    for member in list_members(plan, &contract.fixtures) {
        guard(adapter.add_participant(&member, &contract.fixtures.room_id(0))).await?;
    }
    seed_history(adapter, contract, scenario).await
}

/// Puts everything but the further members and the history into the database, in the order that
/// foreign keys ask for.
pub async fn seed_people(
    adapter: &dyn DatabaseAdapter,
    contract: &Contract,
    plan: &MessagePlan,
) -> Result<(), FrameworkError> {
    let fixtures = &contract.fixtures;
    seed_agent(adapter, contract).await?;
    guard(adapter.create_world(&make_world(fixtures))).await?;
    for (number, name) in plan.rooms.iter().enumerate() {
        seed_room(adapter, number, name, fixtures).await?;
    }
    for (number, name) in plan.entities.iter().enumerate() {
        seed_user(adapter, number, name, fixtures).await?;
    }
    for (person, room) in plan.participants() {
        add_participant(adapter, person, room, fixtures).await?;
    }
    Ok(())
}

/// Stores the agent's own entity.
pub async fn seed_agent(
    adapter: &dyn DatabaseAdapter,
    contract: &Contract,
) -> Result<(), FrameworkError> {
    let (fixtures, name) = (&contract.fixtures, &contract.character.name);
    guard(adapter.create_entity(&make_entity(&fixtures.agent_id, name, fixtures))).await?;
    Ok(())
}

/// Stores room `number` with the agent in it.
pub async fn seed_room(
    adapter: &dyn DatabaseAdapter,
    number: usize,
    name: &str,
    fixtures: &Fixtures,
) -> Result<(), FrameworkError> {
    let room = make_room(&fixtures.room_id(number), name, fixtures);
    guard(adapter.create_room(&room)).await?;
    guard(adapter.add_participant(&fixtures.agent_id, &room.id)).await?;
    Ok(())
}

pub async fn seed_user(
    adapter: &dyn DatabaseAdapter,
    number: usize,
    name: &str,
    fixtures: &Fixtures,
) -> Result<(), FrameworkError> {
    guard(adapter.create_entity(&make_entity(&fixtures.entity_id(number), name, fixtures))).await?;
    Ok(())
}

pub async fn add_participant(
    adapter: &dyn DatabaseAdapter,
    user: usize,
    room: usize,
    fixtures: &Fixtures,
) -> Result<(), FrameworkError> {
    guard(adapter.add_participant(&fixtures.entity_id(user), &fixtures.room_id(room))).await?;
    Ok(())
}

/// Lists the ids of the entities that are in the first room and write nothing.
pub fn list_members(plan: &MessagePlan, fixtures: &Fixtures) -> Vec<UUID> {
    (0..plan.members)
        .map(|index| fixtures.member_id(index))
        .collect()
}

pub fn make_members(plan: &MessagePlan, fixtures: &Fixtures) -> Vec<Entity> {
    let ids = list_members(plan, fixtures).into_iter().enumerate();
    ids.map(|(index, id)| make_entity(&id, &fixtures.member_name(index), fixtures))
        .collect()
}

/// Puts the history into the first room, alternately by the first user and the agent.
pub async fn seed_history(
    adapter: &dyn DatabaseAdapter,
    contract: &Contract,
    scenario: &Scenario,
) -> Result<(), FrameworkError> {
    seed_memories(adapter, 0..scenario.config.history, 1, &contract.fixtures).await
}

/// Puts older memories into the rooms of the first `users` users, in turn. Those of a room are by
/// its user and the agent in turn.
pub async fn seed_memories(
    adapter: &dyn DatabaseAdapter,
    numbers: Range<usize>,
    users: usize,
    fixtures: &Fixtures,
) -> Result<(), FrameworkError> {
    let (now, count) = (now_ms(), numbers.end);
    for index in numbers {
        let (user, room) = (
            fixtures.entity_id(index % users),
            fixtures.room_id(index % users),
        );
        let author = if (index / users) % 2 == 0 {
            &user
        } else {
            &fixtures.agent_id
        };
        let text = insert_number(&fixtures.history_text, index + 1);
        let created_at = now - age_ms(index, count, fixtures);
        let id = fixtures.history_id(index);
        let memory = make_memory(id, author, &room, text, created_at, fixtures);
        guard(adapter.create_memory(&memory, MESSAGES_TABLE)).await?;
    }
    Ok(())
}

/// Builds message `id` of a live user, by the agent whose id is in `fixtures`. `agent` is the
/// agent's number.
pub fn build_live_message(agent: u32, id: usize, user: usize, fixtures: &Fixtures) -> Memory {
    make_memory(
        message_id(agent, id),
        &fixtures.entity_id(user),
        &fixtures.room_id(user),
        insert_number(&fixtures.live_message, id + 1),
        now_ms(),
        fixtures,
    )
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
/// last one the newest. They are built one by one: whoever turns them into something else does not
/// have all of them twice, which the process's peak of memory would show.
pub fn build_records(
    count: usize,
    rooms: usize,
    fixtures: &Fixtures,
) -> impl Iterator<Item = Memory> + '_ {
    let (author, now) = (fixtures.entity_id(0), now_ms());
    (0..count).map(move |index| {
        let text = insert_number(&fixtures.history_text, index + 1);
        let created_at = now - age_ms(index, count, fixtures);
        let room = fixtures.room_id(index % rooms);
        make_memory(
            fixtures.record_id(index),
            &author,
            &room,
            text,
            created_at,
            fixtures,
        )
    })
}

/// What was found in the database after the sends.
pub struct Found {
    /// `None` where no message is stored.
    pub reads_copied: Option<bool>,
    pub stored: Vec<Stored>,
}

/// Reads what the database holds, by its own adapter.
pub async fn read_back<A: OwnAdapter>(
    adapter: &A,
    plan: &MessagePlan,
    fixtures: &Fixtures,
) -> Result<Found, A::Error> {
    Ok(Found {
        reads_copied: check_reads_copied(adapter).await?,
        stored: count_stored(adapter, plan, fixtures).await?,
    })
}

/// Tells whether two reads of one stored message share no memory. Returns `None` where no message
/// is stored.
async fn check_reads_copied<A: OwnAdapter>(adapter: &A) -> Result<Option<bool>, A::Error> {
    let first = adapter.read_all().await?;
    let again = adapter.read_all().await?;
    Ok(first.first().and_then(|one| {
        let other = again.iter().find(|other| other.id() == one.id())?;
        Some(one.id().as_ptr() != other.id().as_ptr())
    }))
}

/// Counts the message records in the database by room and author, without the seeded ones.
async fn count_stored<A: OwnAdapter>(
    adapter: &A,
    plan: &MessagePlan,
    fixtures: &Fixtures,
) -> Result<Vec<Stored>, A::Error> {
    let users: Vec<String> = (0..plan.entities.len())
        .map(|number| fixtures.entity_id(number).into_string())
        .collect();
    let mut records = BTreeMap::<(String, Author), u64>::new();
    for memory in adapter.read_all().await? {
        let id = memory.id();
        if id.starts_with(&fixtures.history_id_prefix) || id.starts_with(&fixtures.record_id_prefix)
        {
            continue;
        }
        let author = match memory.entity_id() {
            agent if agent == fixtures.agent_id.as_str() => Author::Agent,
            user if users.iter().any(|id| id == user) => Author::User,
            _ => Author::Other,
        };
        *records
            .entry((memory.room_id().to_owned(), author))
            .or_default() += 1;
    }
    Ok(records
        .into_iter()
        .map(|((room_id, author), records)| Stored {
            room_id,
            author,
            records,
        })
        .collect())
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

pub fn make_world(fixtures: &Fixtures) -> World {
    World {
        id: fixtures.world_id.clone(),
        name: Some(fixtures.world_name.clone()),
        agent_id: fixtures.agent_id.clone(),
        message_server_id: Some(fixtures.message_server_id.clone()),
        metadata: None,
    }
}

pub fn make_room(id: &UUID, name: &str, fixtures: &Fixtures) -> Room {
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
