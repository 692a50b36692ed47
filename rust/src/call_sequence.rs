//! Says which message asked the text models what.

use crate::measurement::AskedAlike;

/// Names what prompts with the schema text at `index` of their template's row ask.
pub fn name_question(template: &str, index: usize) -> String {
    match index {
        0 => template.to_owned(),
        _ => format!("{template}/{}", index + 1),
    }
}

/// Divides the questions among the messages. Those between two messages belong to the first.
/// `asked_before` has the number of questions before each message was sent. If messages overlap, no
/// question can be told to be one's: one row has them all, sorted.
pub fn divide_questions(
    questions: &[String],
    asked_before: &[usize],
    overlap: bool,
) -> Vec<AskedAlike> {
    if overlap {
        let mut calls = questions[asked_before.first().copied().unwrap_or(0)..].to_vec();
        calls.sort_unstable();
        return vec![AskedAlike {
            messages: asked_before.len() as u64,
            calls,
        }];
    }
    let mut sequence: Vec<AskedAlike> = Vec::new();
    for (message, start) in asked_before.iter().enumerate() {
        let end = asked_before.get(message + 1).copied();
        let calls = &questions[*start..end.unwrap_or(questions.len())];
        match sequence.last_mut() {
            Some(row) if row.calls == calls => row.messages += 1,
            _ => sequence.push(AskedAlike {
                messages: 1,
                calls: calls.to_vec(),
            }),
        }
    }
    sequence
}
