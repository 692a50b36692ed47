"""The texts that a scenario adds are the same bytes in every language."""

from eliza_bench.contract import CONTRACT_FOLDER, Contract
from eliza_bench.provided_texts import dummy_action_name, make_character_text

FIXTURES = Contract.read(CONTRACT_FOLDER).fixtures


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
