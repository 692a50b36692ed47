//! A model that streams its answer in chunks. No entry point of the framework hands a message's
//! chunks on, so nothing of them can be received here: the ledger shows whether a stream was asked
//! for at all.

use anyhow::Result;
use elizaos::runtime::StreamingModelHandler;
use std::sync::Arc;
use tokio::sync::mpsc;

use crate::contract::Fixtures;
use crate::measurement::{StreamRecord, Streamed};
use crate::messages::insert_number;
use crate::mock_llm_plugin::{MockLlm, read_prompt};

/// It stands in an answer for the text that is streamed.
const CHUNKS: &str = "{chunks}";

pub fn make_chunks(fixtures: &Fixtures, count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| insert_number(&fixtures.streamed_chunk, number))
        .collect()
}

/// Puts the chunks into their place in an answer. Without chunks the answer is one piece.
pub fn cut_answer(answer: &str, chunks: &[String]) -> Vec<String> {
    match answer.split_once(CHUNKS) {
        Some((before, after)) if !chunks.is_empty() => {
            let (first, last) = ([before.to_owned()], [after.to_owned()]);
            [&first, chunks, &last].concat()
        }
        _ => vec![answer.to_owned()],
    }
}

/// Makes the handler that streams the answers of `mock`, as a runtime registers it.
pub fn make_stream_handler(mock: &Arc<MockLlm>, model_type: &'static str) -> StreamingModelHandler {
    let mock = mock.clone();
    Box::new(move |parameters| {
        let mock = mock.clone();
        Box::pin(async move {
            let pieces = mock
                .answer_in_pieces(model_type, read_prompt(&parameters))
                .await?;
            Ok(send(pieces))
        })
    })
}

fn send(pieces: Vec<String>) -> mpsc::Receiver<Result<String>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        for piece in pieces {
            // A receiver that has gone wants no more of it.
            if sender.send(Ok(piece)).await.is_err() {
                return;
            }
        }
    });
    receiver
}

/// Returns the record of each of so many messages: nothing was received of any.
pub fn unreceived(messages: usize) -> Vec<StreamRecord> {
    vec![StreamRecord::default(); messages]
}

pub fn make_streamed(mock: &MockLlm) -> Streamed {
    Streamed {
        asked: mock.streams_asked(),
        chunks: 0,
        repeated: 0,
        whole: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{cut_answer, send};

    #[tokio::test]
    async fn an_answer_is_sent_in_its_chunks() {
        let chunks = ["a".to_owned(), "b".to_owned()];
        let mut receiver = send(cut_answer("<text>{chunks}</text>", &chunks));
        let mut received = Vec::new();
        while let Some(piece) = receiver.recv().await {
            received.push(piece.expect("nothing fails"));
        }
        assert_eq!(received, ["<text>", "a", "b", "</text>"]);
        assert_eq!(cut_answer("no place", &chunks), ["no place"]);
    }
}
