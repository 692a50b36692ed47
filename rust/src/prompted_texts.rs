//! Looks for the messages' own texts in the prompts of a verification iteration.

use std::collections::{HashMap, HashSet};

use memchr::memmem;

use crate::contract::Scenario;
use crate::messages::{MessagePlan, NUMBER_PLACE};

#[derive(Clone, Default)]
pub struct PromptedTexts {
    /// The texts without their numbers. A thousand numbered texts are looked for at once.
    templates: HashSet<String>,
    /// Texts that no prompt had so far, each with the messages that have it.
    missing: HashMap<String, u64>,
    most_digits: usize,
    /// The messages whose text was in a prompt.
    pub found: u64,
}

impl PromptedTexts {
    pub fn new(scenario: &Scenario) -> Self {
        let mut missing = HashMap::new();
        let mut messages = 0;
        if scenario.sends_messages() {
            for message in MessagePlan::of(scenario).messages {
                *missing.entry(message.text).or_default() += 1;
                messages += 1;
            }
        }
        Self {
            templates: scenario
                .messages
                .iter()
                .map(|message| message.content.clone())
                .collect(),
            missing,
            most_digits: messages.to_string().len(),
            found: 0,
        }
    }

    pub fn note(&mut self, prompt: &str) {
        for template in &self.templates {
            let found = if let Some((start, _)) = template.split_once(NUMBER_PLACE) {
                numbered_texts(template, start, prompt, self.most_digits)
            } else if self.missing.contains_key(template)
                && memmem::find(prompt.as_bytes(), template.as_bytes()).is_some()
            {
                vec![template.clone()]
            } else {
                vec![]
            };
            for text in found {
                self.found += self.missing.remove(&text).unwrap_or_default();
            }
        }
    }
}

/// Returns what the prompt has of a template with any number. `start` is before the number.
fn numbered_texts(template: &str, start: &str, prompt: &str, most_digits: usize) -> Vec<String> {
    let mut texts = vec![];
    let mut from = 0;
    let finder = memmem::Finder::new(start);
    while let Some(at) = finder.find(&prompt.as_bytes()[from..]).map(|at| from + at) {
        let here = &prompt.as_bytes()[at..];
        let rest = &here[start.len()..];
        let digits = rest.iter().take(most_digits);
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        for end in 1..=digits {
            let number = String::from_utf8_lossy(&rest[..end]);
            let text = template.replace(NUMBER_PLACE, &number);
            if here.starts_with(text.as_bytes()) {
                texts.push(text);
            }
        }
        if rest.is_empty() {
            break;
        }
        from = at + 1;
    }
    texts
}
