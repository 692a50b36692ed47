"""The texts that a scenario adds are the same bytes in every language."""

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from eliza_bench.contract import CONTRACT_FOLDER, Contract
from eliza_bench.database_setup import list_participants, make_members, make_world
from eliza_bench.messages import MessagePlan, insert_number, member_name
from eliza_bench.prompted_texts import PromptedTexts
from eliza_bench.provided_texts import ProvidedTexts, dummy_action_name, make_character_text

CONTRACT = Contract.read(CONTRACT_FOLDER)
FIXTURES = CONTRACT.fixtures


def test_the_characters_text_is_the_sentence_again_and_again_cut_with_a_full_stop() -> None:
    sentence = FIXTURES.character_text
    assert make_character_text(FIXTURES, 0) == ""
    assert make_character_text(FIXTURES, 1) == "."
    assert make_character_text(FIXTURES, 7) == "It has."
    assert make_character_text(FIXTURES, len(sentence) + 7) == f"{sentence}It has."
    assert len(make_character_text(FIXTURES, 10_000)) == 10_000


def test_dummy_actions_have_numbers_of_four_digits() -> None:
    assert dummy_action_name(FIXTURES, 7) == "BENCH_DUMMY_ACTION_0007"
    assert dummy_action_name(FIXTURES, 1000) == "BENCH_DUMMY_ACTION_1000"


def test_members_have_ids_from_0_and_names_from_1_and_are_in_the_first_room() -> None:
    many, single, rooms = (
        MessagePlan.of(scenario)
        for scenario in CONTRACT.select(["many-entities-room", "single-message", "concurrent-10"])
    )
    members = make_members(many.members, FIXTURES)
    assert len(members) == 100
    assert members[0]["id"] == "d1000000-0000-4000-8000-000000000000"
    assert members[99]["id"] == "d1000000-0000-4000-8000-000000000063"
    assert members[99]["name"] == "Member 100 of the room"
    ids = [member["id"] for member in members]
    there = list_participants(many, 0, FIXTURES)
    assert there == [*list_participants(single, 0, FIXTURES), *ids]
    assert len(list_participants(replace(rooms, members=3), 0, FIXTURES)) == 5
    assert len(list_participants(replace(rooms, members=3), 1, FIXTURES)) == 2
    assert make_world(FIXTURES, many.members)["metadata"] == {"members": ids}
    assert make_world(FIXTURES, single.members)["metadata"] == {}


def test_members_are_counted_that_a_text_named_for_every_message() -> None:
    (base,) = CONTRACT.select(["single-message"])
    texts = ProvidedTexts(FIXTURES, replace(base, config=replace(base.config, members=12)))
    texts.note(f"{member_name(FIXTURES, 10)}, {member_name(FIXTURES, 11)}")
    texts.note(member_name(FIXTURES, 11))
    members = [(texts.result(messages) or {}).get("members") for messages in (1, 2)]
    assert members == [2, 1]
    assert ProvidedTexts(FIXTURES, base).result(1) is None


@given(
    content=st.text("{}n1a", max_size=8),
    repeat=st.integers(1, 120),
    prompts=st.lists(st.text("n12a\u0661", max_size=30), max_size=4),
)
@example("{n}", 12, ["", "1", "12", "99999999999999999999"])
@example("aa{n}", 12, ["aaa3", "aa"])
@example("{n}: {n}.", 12, ["7: 7. 8: 9.", "10: 10.", "12: 12"])
@example("1{n}1", 12, ["111", "1121"])
def test_numbered_texts_are_found_where_a_search_for_each_of_them_finds_it(
    content: str, repeat: int, prompts: list[str]
) -> None:
    (base,) = CONTRACT.select(["single-message"])
    messages = [replace(base.messages[0], content=content)]
    prompted = PromptedTexts(replace(base, messages=messages, repeat=repeat))
    for prompt in prompts:
        prompted.note(prompt)
    texts = [insert_number(content, index + 1) for index in range(repeat)]
    assert prompted.found == sum(any(text in prompt for prompt in prompts) for text in texts)
