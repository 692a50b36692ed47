//! Tests the texts, ids and digests that must be the same in every language.

use eliza_bench::contract::{Contract, repository_folder};
use eliza_bench::database_setup::{build_live_message, list_members, make_members};
use eliza_bench::messages::{MessagePlan, insert_number, message_id, reply_digest, vary_id};
use eliza_bench::prompted_texts::PromptedTexts;
use eliza_bench::provided_texts::{ProvidedTexts, dummy_action_name, make_character_text};
use elizaos::UUID;

fn contract() -> Contract {
    Contract::load(&repository_folder(), None).expect("the contract files can be read")
}

fn plan(contract: &Contract, id: &str) -> MessagePlan {
    MessagePlan::of(
        contract
            .select(&[id.to_owned()])
            .expect("the scenario is there")[0],
    )
}

#[test]
fn n_is_replaced_wherever_it_stands() {
    assert_eq!(insert_number("{n} of {n}: {m}", 12), "12 of 12: {m}");
}

#[test]
fn messages_go_round_and_are_numbered_from_one() {
    let plan = plan(&contract(), "conversation-100");
    assert_eq!(plan.messages.len(), 100);
    assert_eq!(
        plan.messages[8].text,
        "Thank you, BenchmarkAgent. That is message 9 of our talk and it has been useful so far."
    );
    assert_eq!(
        plan.messages[98].text,
        "Thank you, BenchmarkAgent. That is message 99 of our talk and it has been useful so far."
    );
    assert_eq!(plan.messages[10].text, plan.messages[0].text);
}

#[test]
fn rooms_and_entities_are_numbered_by_first_appearance() {
    let plan = plan(&contract(), "concurrent-same-room-10");
    assert_eq!(plan.rooms, ["room"]);
    assert_eq!(plan.entities[9], "user-10");
    assert_eq!(
        plan.participants(),
        (0..10).map(|user| (user, 0)).collect::<Vec<_>>()
    );
}

#[test]
fn ids_are_prefixes_with_twelve_hex_digits() {
    let fixtures = contract().fixtures;
    assert_eq!(
        fixtures.room_id(0).as_str(),
        "c0000000-0000-4000-8000-000000000000"
    );
    assert_eq!(
        fixtures.entity_id(10).as_str(),
        "d0000000-0000-4000-8000-00000000000a"
    );
    assert_eq!(
        fixtures.history_id(9999).as_str(),
        "f0000000-0000-4000-8000-00000000270f"
    );
    assert_eq!(
        fixtures.record_id(1).as_str(),
        "f1000000-0000-4000-8000-000000000001"
    );
    assert_eq!(
        message_id(31, 255).as_str(),
        "e000001f-0000-4000-8000-0000000000ff"
    );
}

#[test]
fn a_live_message_names_its_agent_its_user_and_its_number() {
    let mut fixtures = contract().fixtures;
    fixtures.agent_id = fixtures.live_agent_id(26);
    let message = build_live_message(26, 255, 10, &fixtures);
    assert_eq!(
        message.id.as_ref().map(UUID::as_str),
        Some("e000001a-0000-4000-8000-0000000000ff")
    );
    assert_eq!(
        message.agent_id.as_ref().map(UUID::as_str),
        Some("a1000000-0000-4000-8000-00000000001a")
    );
    assert_eq!(message.entity_id, fixtures.entity_id(10));
    assert_eq!(message.room_id, fixtures.room_id(10));
    assert_eq!(
        message.content.text.as_deref(),
        Some("Hello BenchmarkAgent, this is message 256. How are you?")
    );
}

#[test]
fn ids_are_varied_by_a_number_and_kept_by_0() {
    let prefix = contract().fixtures.room_id_prefix;
    assert_eq!(vary_id(&prefix, 0), prefix);
    assert_eq!(vary_id(&prefix, 31), "c000001f-0000-4000-8000-");
}

/// Every language's harness must reach this golden value. It was made with a few lines of Python
/// and `hashlib`.
#[test]
fn the_input_digest_of_conversation_10_is_the_one_of_every_language() {
    let contract = contract();
    let digest = plan(&contract, "conversation-10").input_digest(&contract.fixtures);
    assert_eq!(
        digest,
        "3463d8b5a04cc21448ebea9ff33566a9d20c1419a353983d13404e14c378f183"
    );
}

/// The golden values are those of `printf 'a\x1fb\n\n' | sha256sum` and of the empty input.
#[test]
fn the_reply_digest_has_a_line_for_every_message_and_a_separator_between_texts() {
    let replies = [vec!["a".to_owned(), "b".to_owned()], vec![]];
    assert_eq!(
        reply_digest(&replies),
        "ad875c4da74d55fadc6632abbbedea625404caca2d259382d04a1593c77a405f"
    );
    assert_eq!(
        reply_digest(&[]),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn the_characters_text_is_the_sentence_again_and_again_cut_with_a_full_stop() {
    let fixtures = contract().fixtures;
    let sentence = &fixtures.character_text;
    let text = |characters| make_character_text(&fixtures, characters);
    assert_eq!(text(0), "");
    assert_eq!(text(1), ".");
    assert_eq!(text(7), "It has.");
    assert_eq!(text(sentence.len() + 7), format!("{sentence}It has."));
    assert_eq!(text(10_000).len(), 10_000);
}

#[test]
fn dummy_actions_have_numbers_of_four_digits() {
    let fixtures = contract().fixtures;
    assert_eq!(dummy_action_name(&fixtures, 7), "BENCH_DUMMY_ACTION_0007");
    assert_eq!(
        dummy_action_name(&fixtures, 1000),
        "BENCH_DUMMY_ACTION_1000"
    );
}

#[test]
fn members_have_ids_from_0_and_names_from_1_and_a_scenario_without_any_has_none() {
    let contract = contract();
    let fixtures = &contract.fixtures;
    let many = plan(&contract, "many-entities-room");
    let members = make_members(&many, fixtures);
    let ids = members
        .iter()
        .map(|member| member.id.clone().expect("a member has an id"))
        .collect::<Vec<_>>();
    assert_eq!(ids, list_members(&many, fixtures));
    assert_eq!(ids.len(), 100);
    assert_eq!(ids[0].as_str(), "d1000000-0000-4000-8000-000000000000");
    assert_eq!(ids[99].as_str(), "d1000000-0000-4000-8000-000000000063");
    assert_eq!(
        members[99].names,
        Some(vec!["Member 100 of the room".to_owned()])
    );
    assert_eq!(many.control("control").members, 100);
    assert_eq!(plan(&contract, "single-message").members, 0);
}

#[test]
fn members_are_counted_that_a_text_named_for_every_message() {
    let contract = contract();
    let fixtures = &contract.fixtures;
    let selected = contract.select(&["single-message".to_owned()]);
    let mut scenario = selected.expect("the scenario is there")[0].clone();
    assert!(ProvidedTexts::new(fixtures, &scenario).result(1).is_none());
    scenario.config.members = 12;
    let mut texts = ProvidedTexts::new(fixtures, &scenario);
    texts.note(&format!(
        "{}, {}",
        fixtures.member_name(10),
        fixtures.member_name(11)
    ));
    texts.note(&fixtures.member_name(11));
    let members = |messages| texts.result(messages).and_then(|found| found.members);
    assert_eq!((members(1), members(2)), (Some(2), Some(1)));
}

#[test]
fn numbered_texts_are_found_where_a_search_for_each_of_them_finds_it() {
    let contract = contract();
    let mut scenario = contract
        .select(&["single-message".to_owned()])
        .expect("the scenario is there")[0]
        .clone();
    scenario.repeat = Some(12);
    let templates = [
        "{n}",
        "aa{n}",
        "is {n}",
        "{n}: {n}.",
        "1{n}1",
        "is plain",
        "ä {n}",
        "",
    ];
    let prompts = [
        "",
        "1",
        "12",
        "aaa3",
        "is 1 is 12",
        "7: 7. 8: 9.",
        "111",
        "1121",
        "is plain is 3",
        "ä 4 ä 44",
        "99999999999999999999",
        "is 0012",
        "aa",
        "10: 10.",
        "is ",
        "12: 12",
    ];
    for template in templates {
        template.clone_into(&mut scenario.messages[0].content);
        for prompt in prompts {
            let mut prompted = PromptedTexts::new(&scenario);
            prompted.note(prompt);
            let texts = (1..=12).map(|number| insert_number(template, number));
            let expected = texts.filter(|text| prompt.contains(text)).count() as u64;
            assert_eq!(prompted.found, expected, "{template:?} in {prompt:?}");
        }
    }
}
