//! What a scenario adds to the texts of providers: dummy actions, a text in the character's
//! biography, and members of the room.

use memchr::memmem;

use crate::contract::{Fixtures, Scenario};
use crate::measurement::Provided;

pub fn dummy_action_name(fixtures: &Fixtures, number: usize) -> String {
    format!("{}{number:04}", fixtures.dummy_action.name_prefix)
}

/// Makes the character's added text: the sentence again and again, cut to this length, with a full
/// stop.
pub fn make_character_text(fixtures: &Fixtures, characters: usize) -> String {
    let Some(cut) = characters.checked_sub(1) else {
        return String::new();
    };
    let mut text: String = fixtures.character_text.chars().cycle().take(cut).collect();
    text.push('.');
    text
}

/// Looks for these additions in what the providers of a verification iteration say.
#[derive(Clone, Default)]
pub struct ProvidedTexts {
    /// Each addition with the texts of providers that had it.
    names: Vec<(String, u64)>,
    members: Vec<(String, u64)>,
    text: Option<(String, u64)>,
    characters: u64,
}

impl ProvidedTexts {
    pub fn new(fixtures: &Fixtures, scenario: &Scenario) -> Self {
        let config = &scenario.config;
        Self {
            names: (1..=config.dummy_actions)
                .map(|number| (dummy_action_name(fixtures, number), 0))
                .collect(),
            members: (0..config.members)
                .map(|index| (fixtures.member_name(index), 0))
                .collect(),
            text: (config.character_chars > 0)
                .then(|| (make_character_text(fixtures, config.character_chars), 0)),
            characters: config.character_chars as u64,
        }
    }

    pub fn note(&mut self, provided: &str) {
        let additions = self.names.iter_mut().chain(&mut self.members);
        for (addition, found) in additions.chain(&mut self.text) {
            if memmem::find(provided.as_bytes(), addition.as_bytes()).is_some() {
                *found += 1;
            }
        }
    }

    /// Returns what was there for every message. `None` where the scenario adds nothing.
    pub fn result(&self, messages: u64) -> Option<Provided> {
        if self.names.is_empty() && self.members.is_empty() && self.text.is_none() {
            return None;
        }
        let always = |(_, found): &&(String, u64)| *found >= messages;
        Some(Provided {
            dummy_actions: self.names.iter().filter(always).count() as u64,
            character_chars: self
                .text
                .iter()
                .filter(always)
                .map(|_| self.characters)
                .sum(),
            members: (!self.members.is_empty())
                .then(|| self.members.iter().filter(always).count() as u64),
        })
    }
}
