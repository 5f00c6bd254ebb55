"""What counts as an id, and what is said of a text that nearly is one."""

import pytest

from bot.domain.errors import NotAnId, WhyNotAnId
from bot.domain.id_grammar import id_in_word, ids_in, is_meant_as_id, read_id
from bot.domain.ids import Kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("task-0tgmn4a7h4i6", Kind.TASK),
        ("task-sdvsdfbhjsdfb", Kind.TASK),
        ("job-ftp4icwebtnc", Kind.JOB),
        ("amva-abciuctdx15t", Kind.COMPRESSION),
        ("amv-g73j3faikzpz", Kind.VERSION),
        ("am-txtetnsfq9sb", Kind.MODEL_SET),
        ("prl-yqec88en7r08", Kind.RESOURCE),
    ],
)
def test_every_kind_of_id_is_read_by_its_prefix(text: str, kind: Kind) -> None:
    assert read_id(text).kind is kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("am-ih8****", WhyNotAnId.MASKED),
        ("24663", WhyNotAnId.LEGACY_NUMBER),
        ("task-12", WhyNotAnId.WRONG_LENGTH),
        ("task-" + "a" * 33, WhyNotAnId.WRONG_LENGTH),
        ("tsk-0tgmn4a7h4i6", WhyNotAnId.UNKNOWN_KIND),
        ("everything", WhyNotAnId.NO_ID),
        ("", WhyNotAnId.NO_ID),
    ],
)
def test_what_is_no_id_says_why(text: str, why: WhyNotAnId) -> None:
    with pytest.raises(NotAnId) as caught:
        read_id(text)
    assert caught.value.why is why


@pytest.mark.parametrize(
    "text",
    [
        "task-0tgmn4a7h4i6",
        "TASK-0TGMN4A7H4I6",
        "ｔａｓｋ-0tgmn4a7h4i6",
        "please look at task-0tgmn4a7h4i6, thanks",
        "看一下task-0tgmn4a7h4i6。",
        "(task-0tgmn4a7h4i6)",
    ],
)
def test_an_id_is_found_within_what_people_type(text: str) -> None:
    assert [str(found) for found in ids_in(text)] == ["task-0tgmn4a7h4i6"]


@pytest.mark.parametrize("text", ["team-0tgmn4a7h4i6x", "x-task-0tgmn4a7h4i6", "am-ih8xyz****"])
def test_what_only_contains_the_letters_of_an_id_is_none(text: str) -> None:
    assert ids_in(text) == ()


def test_an_id_that_is_named_twice_is_meant_once() -> None:
    assert len(ids_in("task-0tgmn4a7h4i6 and task-0tgmn4a7h4i6")) == 1


def test_a_console_link_means_the_run_and_not_its_job() -> None:
    link = (
        "https://console.bce.baidu.com/qianfan/train/sft/job-c9qm8jeiy1q7/task-yuc4f8mt3a7y/detail"
    )
    assert str(id_in_word(link)) == "task-yuc4f8mt3a7y"


@pytest.mark.parametrize("word", ["am-ih8****", "24663", "tsk-0tgmn4a7h4i6", "task-12"])
def test_a_mistyped_id_is_told_from_an_ordinary_word(word: str) -> None:
    assert is_meant_as_id(word)


@pytest.mark.parametrize("word", ["please", "fine-tuning", "42", "thanks!"])
def test_an_ordinary_word_is_not_taken_for_an_id(word: str) -> None:
    assert not is_meant_as_id(word)
