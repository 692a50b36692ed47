//! Times single messages without the harness's runner. Every line on stdin gets a fresh runtime and
//! one message, and the nanoseconds go to stdout. The database bridge is the harness's own, because
//! the published crates do not fit together without one.

use std::io::{BufRead, Write, stdin, stdout};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use eliza_bench::databases::in_memory_bridge::Bridge;
use elizaos::runtime::RuntimeOptions;
use elizaos::services::{DefaultMessageService, IMessageService};
use elizaos::types::plugin::Plugin;
use elizaos::types::settings::RuntimeSettings;
use elizaos::{AgentRuntime, Character, Memory, UUID};
use serde_json::{Value, json};

const ANSWER: &str = concat!(
    "<response><thought>Yes.</thought><actions>REPLY</actions><providers></providers>",
    "<text>Fine.</text><simple>true</simple></response>",
);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let id = |n: u8| UUID::new(&format!("00000000-0000-4000-8000-00000000000{n}"));
    let (agent, room, user) = (id(1)?, id(3)?, id(4)?);
    let contract: Value =
        serde_json::from_str(include_str!("../../shared/contract/character.json"))?;
    for line in stdin().lock().lines() {
        let mut plugin = Plugin::new("independent-mock", "answers at once");
        plugin.model_handlers.insert(
            "TEXT_LARGE".into(),
            Box::new(|_| Box::pin(async { Ok(ANSWER.to_string()) })),
        );
        let mut settings = RuntimeSettings::new();
        settings.set_string("VALIDATION_LEVEL", "trusted");
        let mut character = contract["character"].clone();
        character["id"] = json!(agent);
        let character: Character = serde_json::from_value(character)?;
        let bridge = Bridge::open(&agent).await?;
        let runtime = AgentRuntime::new(RuntimeOptions {
            character: Some(character),
            plugins: vec![plugin],
            adapter: Some(Arc::new(bridge)),
            settings: Some(settings),
            check_should_respond: Some(false),
            ..RuntimeOptions::default()
        })
        .await?;
        runtime.initialize().await?;
        let now = SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
        let mut message: Memory = serde_json::from_value(json!({
            "id": format!("10000000-0000-4000-8000-{:0>12}", line?),
            "entityId": user,
            "agentId": agent,
            "roomId": room,
            "content": {"text": "Hello BenchmarkAgent, how are you?", "source": "test"},
            "createdAt": now as i64,
        }))?;
        let reply = Arc::new(Mutex::new(String::new()));
        let heard = reply.clone();
        let callback = Box::new(move |content: elizaos::types::primitives::Content| {
            heard
                .lock()
                .unwrap()
                .push_str(content.text.as_deref().unwrap_or_default());
            Box::pin(async { Vec::new() }) as _
        });
        let started = Instant::now();
        DefaultMessageService
            .handle_message(&runtime, &mut message, Some(callback), None)
            .await?;
        let elapsed = started.elapsed().as_nanos();
        anyhow::ensure!(
            *reply.lock().unwrap() == "Fine.",
            "answered {:?}",
            reply.lock().unwrap()
        );
        println!("{elapsed}");
        stdout().flush()?;
        runtime.stop().await?;
    }
    Ok(())
}
