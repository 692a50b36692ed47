import hashlib
import json
from dataclasses import replace

from harness import SHARED
from hypothesis import given
from hypothesis import strategies as st

from eliza_bench import messages
from eliza_bench.contract import Contract, Scenario, ScenarioMessage
from eliza_bench.messages import MessagePlan, reply_digest

# SHA-256 of the ten lines of the contract's conversation-10. It is the same in every language.
CONVERSATION_10 = "3463d8b5a04cc21448ebea9ff33566a9d20c1419a353983d13404e14c378f183"


def test_the_input_digest_of_conversation_10_is_the_one_of_every_language(
    contract: Contract, conversation: Scenario
) -> None:
    assert MessagePlan.of(conversation).input_digest(contract.fixtures) == CONVERSATION_10


def test_the_input_digest_is_what_plain_code_makes_of_the_scenario_file(
    contract: Contract, conversation: Scenario
) -> None:
    scenarios = json.loads((SHARED / "scenarios.json").read_text())["scenarios"]
    spoken = next(
        scenario["messages"] for scenario in scenarios if scenario["id"] == "conversation-10"
    )
    user, room = "d0000000-0000-4000-8000-000000000000", "c0000000-0000-4000-8000-000000000000"
    lines = ""
    for number, message in enumerate(spoken, start=1):
        text = message["content"].replace("{n}", f"{number}")
        lines += f"e0000000-0000-4000-8000-{number - 1:012x}|{user}|{room}|{text}\n"
    assert hashlib.sha256(lines.encode()).hexdigest() == MessagePlan.of(conversation).input_digest(
        contract.fixtures
    )


def test_every_n_in_content_entity_and_room_becomes_the_number_of_the_message_from_1(
    conversation: Scenario,
) -> None:
    spoken = ScenarioMessage("user", "{n} and {n}", "user-{n}", "room-{n}")
    plan = MessagePlan.of(replace(conversation, messages=[spoken], repeat=3))
    assert [message.text for message in plan.messages] == ["1 and 1", "2 and 2", "3 and 3"]
    assert plan.entities == ["user-1", "user-2", "user-3"]
    assert plan.rooms == ["room-1", "room-2", "room-3"]


def test_rooms_and_entities_are_numbered_in_order_of_first_appearance(
    conversation: Scenario,
) -> None:
    spoken = [
        ScenarioMessage("user", "hi", entity, room)
        for entity, room in [("b", "y"), ("a", "x"), ("b", "x")]
    ]
    plan = MessagePlan.of(replace(conversation, messages=spoken))
    assert [(message.entity, message.room) for message in plan.messages] == [(0, 0), (1, 1), (0, 1)]
    assert (plan.entities, plan.rooms) == (["b", "a"], ["y", "x"])
    assert plan.participants == {0: [0], 1: [1, 0]}


def test_repeat_takes_the_messages_in_turn(conversation: Scenario) -> None:
    spoken = [ScenarioMessage("user", text, "user", "room") for text in ("a{n}", "b{n}")]
    plan = MessagePlan.of(replace(conversation, messages=spoken, repeat=5))
    assert [message.text for message in plan.messages] == ["a1", "b2", "a3", "b4", "a5"]


def test_ids_end_in_twelve_lower_case_hex_digits(contract: Contract) -> None:
    fixtures = contract.fixtures
    assert messages.message_id(0, 0) == "e0000000-0000-4000-8000-000000000000"
    assert messages.message_id(0xABC, 0xDEF) == "e0000abc-0000-4000-8000-000000000def"
    assert messages.room_id(fixtures, 10) == "c0000000-0000-4000-8000-00000000000a"
    assert messages.entity_id(fixtures, 255) == "d0000000-0000-4000-8000-0000000000ff"
    assert messages.history_id(fixtures, 0) == "f0000000-0000-4000-8000-000000000000"
    assert messages.record_id(fixtures, 1) == "f1000000-0000-4000-8000-000000000001"


def test_the_reply_digest_leaves_empty_texts_out_and_keeps_messages_apart() -> None:
    assert reply_digest([["a", "", "b"], []]) == hashlib.sha256(b"a\x1fb\n\n").hexdigest()
    assert reply_digest([]) == hashlib.sha256(b"").hexdigest()


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\x1f\n", codec="utf-8"), min_size=1)),
        max_size=4,
    )
)
def test_different_replies_have_different_digests(replies: list[list[str]]) -> None:
    assert reply_digest(replies) != reply_digest([*replies, ["more"]])


@given(
    st.integers(0, 0xFFFFFFF),
    st.integers(0, 0xFFFFFFF),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_no_two_messages_of_a_process_share_an_id(
    first: int, second: int, index: int, other: int
) -> None:
    same = (first, index) == (second, other)
    assert (messages.message_id(first, index) == messages.message_id(second, other)) == same
