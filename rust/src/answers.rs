//! The answers of a scenario's mock, and how a prompt is told to be one of them.

use std::collections::HashMap;
use std::time::Duration;

use memchr::memmem::Finder;
use serde_json::json;

use crate::call_sequence;
use crate::contract::{Choice, MockResponses, Template};
use crate::failure::InputError;
use crate::streaming::cut_answer;

/// A prompt that matches no template is counted under this name.
pub const UNMATCHED: &str = "unmatched";

/// The answers of a scenario's mock, ready to be looked up.
pub struct Answers {
    pub(crate) templates: Vec<TemplateAnswer>,
    pub(crate) embedding: String,
    pub(crate) delay: Duration,
}

pub(crate) struct TemplateAnswer {
    pub(crate) name: String,
    model_type: String,
    schema_texts: Vec<Finder<'static>>,
    /// The template's calls get them in turn. `None`: the call fails.
    pub(crate) answers: Vec<Option<Answer>>,
    /// Rows of one template are counted in the first one.
    pub(crate) counter: usize,
}

pub(crate) struct Answer {
    pub(crate) whole: String,
    /// What it is streamed in.
    pub(crate) pieces: Vec<String>,
}

impl Answer {
    fn cut(text: &str, chunks: &[String]) -> Self {
        let pieces = cut_answer(text, chunks);
        Self {
            whole: pieces.concat(),
            pieces,
        }
    }
}

impl Answers {
    /// `chosen` names the answer of a template. A template that it does not name gets `default`.
    ///
    /// # Errors
    /// Returns an [`InputError`] if a template has no such answer, or if `chosen` names a template
    /// that does not exist.
    pub fn prepare(
        responses: &MockResponses,
        chosen: &HashMap<String, Choice>,
        delay: Duration,
    ) -> Result<Self, InputError> {
        let known = |name: &String| {
            responses
                .templates
                .iter()
                .any(|template| template.template == *name)
        };
        if let Some(name) = chosen.keys().find(|name| !known(name)) {
            return Err(InputError(format!(
                "`config.answers` names the template `{name}`, which mock-responses.json lacks"
            )));
        }
        let rows = &responses.templates;
        let templates = rows.iter().enumerate().map(|(index, template)| {
            let is_same = |row: &Template| row.template == template.template;
            Ok(TemplateAnswer {
                counter: rows.iter().position(is_same).unwrap_or(index),
                answers: choose_answers(template, chosen.get(&template.template))?,
                name: template.template.clone(),
                model_type: template.model_type.clone(),
                schema_texts: template
                    .schema_texts
                    .iter()
                    .map(|text| Finder::new(text).into_owned())
                    .collect(),
            })
        });
        let vector = vec![responses.embedding.value; responses.embedding.dimensions];
        Ok(Self {
            templates: templates.collect::<Result<_, _>>()?,
            embedding: json!(vector).to_string(),
            delay,
        })
    }

    /// Puts chunks into the answers that have a place for them.
    pub fn with_chunks(mut self, chunks: &[String]) -> Self {
        let rows = self.templates.iter_mut();
        for answer in rows.flat_map(|row| row.answers.iter_mut().flatten()) {
            *answer = Answer::cut(&answer.whole, chunks);
        }
        self
    }

    /// Returns the text of the reply in the answer that ends a message.
    ///
    /// # Errors
    /// Returns an [`InputError`] if there is none.
    pub fn reply_text(&self, multi_step: bool) -> Result<String, InputError> {
        let template = if multi_step {
            "multiStepSummary"
        } else {
            "messageHandler"
        };
        let mut rows = self.templates.iter();
        rows.find(|row| row.name == template)
            .and_then(|row| {
                let answer = row.answers.iter().flatten().next()?;
                let (_, rest) = answer.whole.split_once("<text>")?;
                Some(rest.split_once("</text>")?.0.to_owned())
            })
            .ok_or_else(|| {
                InputError(format!(
                    "mock-responses.json has no `{template}` with a <text>; add it"
                ))
            })
    }

    /// Returns the name of the template that decides a prompt, or [`UNMATCHED`].
    pub fn classify(&self, model_type: &str, prompt: &str) -> &str {
        self.find_question(model_type, prompt)
            .map_or(UNMATCHED, |asked| &self.templates[asked.template].name)
    }

    pub(crate) fn find_question(&self, model_type: &str, prompt: &str) -> Option<Question> {
        let mut templates = self.templates.iter().enumerate();
        templates.find_map(|(template, row)| {
            if row.model_type != model_type {
                return None;
            }
            let mut texts = row.schema_texts.iter();
            let text = texts.position(|text| text.find(prompt.as_bytes()).is_some())?;
            Some(Question { template, text })
        })
    }

    pub(crate) fn name_question(&self, asked: Option<Question>) -> String {
        asked.map_or_else(
            || UNMATCHED.to_owned(),
            |Question { template, text }| {
                call_sequence::name_question(&self.templates[template].name, text)
            },
        )
    }
}

fn choose_answers(
    template: &Template,
    choice: Option<&Choice>,
) -> Result<Vec<Option<Answer>>, InputError> {
    let default = Choice::One("default".to_owned());
    let names = choice.unwrap_or(&default).names();
    if names.is_empty() {
        return Err(InputError(format!(
            "`config.answers` names no answer of `{}`; name one",
            template.template
        )));
    }
    let answers = names.iter().map(|name| {
        let text = template.answers.get(name).ok_or_else(|| {
            InputError(format!(
                "template `{}` has no answer `{name}`; add it to mock-responses.json",
                template.template
            ))
        })?;
        Ok(text.as_deref().map(|text| Answer::cut(text, &[])))
    });
    answers.collect()
}

/// What a prompt asks: the row that it matches, and by which of the row's texts.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) template: usize,
    text: usize,
}
