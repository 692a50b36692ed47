//! Looks for the messages' own texts in the prompts of a verification iteration.

use std::collections::HashMap;

use memchr::memmem;

use crate::contract::Scenario;
use crate::messages::MessagePlan;

#[derive(Clone, Default)]
pub struct PromptedTexts {
    /// Texts that no prompt had so far, each with the messages that have it.
    missing: HashMap<String, u64>,
    /// The messages whose text was in a prompt.
    pub found: u64,
}

impl PromptedTexts {
    pub fn new(scenario: &Scenario) -> Self {
        let mut missing = HashMap::new();
        if scenario.sends_messages() {
            for message in MessagePlan::of(scenario).messages {
                *missing.entry(message.text).or_default() += 1;
            }
        }
        Self { missing, found: 0 }
    }

    pub fn note(&mut self, prompt: &str) {
        self.missing.retain(|text, messages| {
            let is_there = memmem::find(prompt.as_bytes(), text.as_bytes()).is_some();
            if is_there {
                self.found += *messages;
            }
            !is_there
        });
    }
}
