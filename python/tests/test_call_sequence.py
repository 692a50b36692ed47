"""Questions are divided among the messages that asked them."""

from eliza_bench.call_sequence import divide_questions, name_question


def test_neighbours_that_asked_the_same_share_a_row() -> None:
    questions = ["early", "plan", "plan", "plan", "reflect", "plan"]
    assert divide_questions(questions, [1, 2, 3, 5], overlap=False) == [
        {"messages": 2, "calls": ["plan"]},
        {"messages": 1, "calls": ["plan", "reflect"]},
        {"messages": 1, "calls": ["plan"]},
    ]
    assert divide_questions([], [0, 0], overlap=False) == [{"messages": 2, "calls": []}]
    assert divide_questions([], [], overlap=False) == []


def test_messages_that_overlap_share_one_sorted_row() -> None:
    assert divide_questions(["plan", "decide", "plan"], [0, 0], overlap=True) == [
        {"messages": 2, "calls": ["decide", "plan", "plan"]}
    ]


def test_the_first_text_of_a_template_is_its_name() -> None:
    assert [name_question("reply", index) for index in (0, 1)] == ["reply", "reply/2"]
