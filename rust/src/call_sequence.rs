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

#[cfg(test)]
mod tests {
    use super::{divide_questions, name_question};
    use crate::measurement::AskedAlike;

    fn row(messages: u64, calls: &[&str]) -> AskedAlike {
        AskedAlike {
            messages,
            calls: calls.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn neighbours_that_asked_the_same_share_a_row() {
        let questions = ["early", "plan", "plan", "plan", "reflect", "plan"].map(str::to_owned);
        assert_eq!(
            divide_questions(&questions, &[1, 2, 3, 5], false),
            [
                row(2, &["plan"]),
                row(1, &["plan", "reflect"]),
                row(1, &["plan"])
            ]
        );
        assert_eq!(divide_questions(&[], &[0, 0], false), [row(2, &[])]);
    }

    #[test]
    fn messages_that_overlap_share_one_sorted_row() {
        let questions = ["plan", "decide", "plan"].map(str::to_owned);
        assert_eq!(
            divide_questions(&questions, &[0, 0], true),
            [row(2, &["decide", "plan", "plan"])]
        );
    }

    #[test]
    fn the_first_text_of_a_template_is_its_name() {
        assert_eq!(
            [name_question("reply", 0), name_question("reply", 1)],
            ["reply", "reply/2"]
        );
    }
}
