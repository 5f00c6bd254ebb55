"""Words, quotes, and what Slack makes of what is typed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.words import split
from bot.domain.errors import UnclosedQuote


@pytest.mark.parametrize(
    "typed",
    [
        'reason="wrong data"',
        "reason=“wrong data”",
        "reason='wrong data'",
        "ｒｅａｓｏｎ＝「wrong data」",
        'REASON=“wrong data"',
    ],
)
def test_an_option_in_any_quotes_is_one_word(typed: str) -> None:
    (word,) = split(typed)
    assert (word.option, word.typed) == ("reason", "wrong data")


def test_a_full_width_space_parts_words() -> None:
    assert [word.typed for word in split("status　task-0tgmn4a7h4i6")] == [
        "status",
        "task-0tgmn4a7h4i6",
    ]


def test_an_apostrophe_within_a_word_opens_nothing() -> None:
    assert [word.typed for word in split("don't stop")] == ["don't", "stop"]


@pytest.mark.parametrize("typed", ['reason="wrong data', "stop “now", "reason=「x"])
def test_a_quote_that_is_never_closed_is_an_error_of_its_own(typed: str) -> None:
    with pytest.raises(UnclosedQuote):
        split(typed)


def test_slacks_markup_is_undone_in_free_text() -> None:
    (word,) = split(
        'reason="see &lt;b&gt; &amp;amp; <https://x.io/a|x.io/a> of <@U1|ada> in <#C1|train>"'
    )
    assert word.typed == "see <b> &amp; https://x.io/a of @ada in #train"


def test_a_reference_stands_for_its_id() -> None:
    assert [word.plain for word in split("<@U1AB|ada> <#C1AB|train> <!subteam^S1AB|@ops>")] == [
        "u1ab",
        "c1ab",
        "s1ab",
    ]


def test_a_link_label_with_spaces_stays_one_word() -> None:
    words = split("status <https://x.io/task-0tgmn4a7h4i6|my run> now")
    assert [word.plain for word in words] == ["status", "https://x.io/task-0tgmn4a7h4i6", "now"]


@given(st.text(alphabet=st.characters(exclude_characters='"“”＂<>&'), min_size=1))
def test_free_text_in_quotes_arrives_letter_for_letter(text: str) -> None:
    (word,) = split(f'reason="{text}"')
    assert word.typed == text


@given(st.text(max_size=300))
def test_any_text_is_split_or_refused_and_never_breaks(text: str) -> None:
    with contextlib.suppress(UnclosedQuote):
        split(text)
