//! The messages of a scenario: their texts, the numbers and ids of rooms and entities, and the
//! digests that prove that every language sent and received the same.

use std::collections::HashMap;

use elizaos::UUID;
use sha2::{Digest, Sha256};

use crate::contract::{Fixtures, Scenario};

/// Separates the reply texts of one message in a reply digest.
const UNIT_SEPARATOR: &str = "\u{1f}";
/// A scenario's texts have the number of their message here.
pub const NUMBER_PLACE: &str = "{n}";

/// A message to send. `room` and `entity` are the numbers of their names.
#[derive(Debug, PartialEq, Eq)]
pub struct PlannedMessage {
    pub text: String,
    pub room: usize,
    pub entity: usize,
}

/// The messages of a scenario in order, and the names of their rooms and entities by number.
#[derive(Debug)]
pub struct MessagePlan {
    pub messages: Vec<PlannedMessage>,
    pub rooms: Vec<String>,
    pub entities: Vec<String>,
    /// So many further entities are in the first room. They are numbered from 0.
    pub members: usize,
}

impl MessagePlan {
    pub fn of(scenario: &Scenario) -> Self {
        let (mut rooms, mut entities) = (Numbers::default(), Numbers::default());
        let messages = (0..scenario.repeat.unwrap_or(scenario.messages.len()))
            .map(|index| {
                let message = &scenario.messages[index % scenario.messages.len()];
                PlannedMessage {
                    text: insert_number(&message.content, index + 1),
                    room: rooms.number(insert_number(&message.room_id, index + 1)),
                    entity: entities.number(insert_number(&message.entity_id, index + 1)),
                }
            })
            .collect();
        Self {
            messages,
            rooms: rooms.names,
            entities: entities.names,
            members: scenario.config.members,
        }
    }

    /// Plans the control: one message with the control text by the first user in the first room.
    /// The rooms and entities stay those of this plan.
    pub fn control(&self, text: &str) -> Self {
        Self {
            messages: vec![PlannedMessage {
                text: text.to_owned(),
                room: 0,
                entity: 0,
            }],
            rooms: self.rooms.clone(),
            entities: self.entities.clone(),
            members: self.members,
        }
    }

    /// Returns who takes part in which room, each pair once, in order of first appearance.
    pub fn participants(&self) -> Vec<(usize, usize)> {
        let mut seen = std::collections::HashSet::new();
        self.messages
            .iter()
            .map(|message| (message.entity, message.room))
            .filter(|pair| seen.insert(*pair))
            .collect()
    }

    /// Returns the SHA-256 over one line per message, `id|entityId|roomId|text`, with the ids of
    /// iteration 0.
    pub fn input_digest(&self, fixtures: &Fixtures) -> String {
        let mut hash = Sha256::new();
        for (index, message) in self.messages.iter().enumerate() {
            let (id, entity, room) = (
                message_id(0, index),
                fixtures.entity_id(message.entity),
                fixtures.room_id(message.room),
            );
            hash.update(format!("{id}|{entity}|{room}|{}\n", message.text));
        }
        to_hex(hash)
    }
}

/// Replaces every place for a number in `template` by `number`.
pub fn insert_number(template: &str, number: usize) -> String {
    template.replace(NUMBER_PLACE, &number.to_string())
}

/// Returns the SHA-256 over one line per message: its reply texts joined by U+001F.
pub fn reply_digest(replies: &[Vec<String>]) -> String {
    let mut hash = Sha256::new();
    for texts in replies {
        hash.update(texts.join(UNIT_SEPARATOR));
        hash.update("\n");
    }
    to_hex(hash)
}

/// Returns the id of message `index` in iteration `iteration` of this process.
pub fn message_id(iteration: u32, index: usize) -> UUID {
    parse_uuid(format!("e{iteration:07x}-0000-4000-8000-{index:012x}"))
}

impl Fixtures {
    pub fn live_agent_id(&self, number: usize) -> UUID {
        join_id(&self.live_agent_id_prefix, number)
    }

    pub fn room_id(&self, number: usize) -> UUID {
        join_id(&self.room_id_prefix, number)
    }

    pub fn entity_id(&self, number: usize) -> UUID {
        join_id(&self.entity_id_prefix, number)
    }

    pub fn history_id(&self, index: usize) -> UUID {
        join_id(&self.history_id_prefix, index)
    }

    pub fn record_id(&self, index: usize) -> UUID {
        join_id(&self.record_id_prefix, index)
    }

    pub fn member_id(&self, index: usize) -> UUID {
        join_id(&self.member_id_prefix, index)
    }

    pub fn member_name(&self, index: usize) -> String {
        insert_number(&self.member_name, index + 1)
    }
}

/// Returns `id`, or a prefix of one, for number 0, and another one for every other number.
pub fn vary_id(id: &str, number: usize) -> String {
    format!("{}{number:07x}{}", &id[..1], &id[8..])
}

fn join_id(prefix: &str, number: usize) -> UUID {
    parse_uuid(format!("{prefix}{number:012x}"))
}

fn parse_uuid(text: String) -> UUID {
    UUID::new(&text)
        .unwrap_or_else(|error| panic!("the contract's id prefixes make UUIDs: {error}"))
}

fn to_hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Numbers names in order of first appearance, from 0.
#[derive(Default)]
struct Numbers {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Numbers {
    fn number(&mut self, name: String) -> usize {
        *self.by_name.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            self.names.len() - 1
        })
    }
}
