"""Secrets are struck out of any text, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.secrets import STRUCK_OUT, strike_out


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token xoxb-123-456-abcDEF sent", f"token {STRUCK_OUT} sent"),
        ("token=xoxe.xoxb-1-Mi0yLTEyMzQ", f"token={STRUCK_OUT}"),
        ("{'app': 'xapp-1-A012-345-abcdef'}", f"{{'app': '{STRUCK_OUT}'}}"),
        (
            'Authorization: "bce-auth-v1/AK1/2025-01-15T00:00:00Z/1800/host;x-bce-date/81b18e"',
            f'Authorization: "{STRUCK_OUT}"',
        ),
        ("key ALTAKAbCdEfGh1234 is unknown", f"key {STRUCK_OUT} is unknown"),
        ("key bce-v3/ALTAK-abc/0123456789", f"key {STRUCK_OUT}"),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {STRUCK_OUT}"),
        (
            "POST https://hooks.slack.com/commands/T01/02/ab3 200",
            f"POST https://hooks.slack.com/{STRUCK_OUT} 200",
        ),
        (
            "wss://wss-primary.slack.com/link/?ticket=ab-cd&app_id=1",
            f"wss://wss-primary.slack.com/link/?ticket={STRUCK_OUT}&app_id=1",
        ),
        ("postgresql://bot:hunter2@db/qf", f"postgresql://bot:{STRUCK_OUT}@db/qf"),
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text: str, left: str) -> None:
    assert strike_out(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "the bot's token begins with xoxb-; an app's with xapp-",
        "the bearer certificate has run out",
        "task-abc123def456 failed: loss is NaN at step 20",
        "see https://console.bce.baidu.com:443/qianfan/train/sft/job-abc/task-def",
        "mail ada@example.org, at 12:30: done",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert strike_out(text) == text


def test_a_given_secret_is_struck_out_wherever_it_stands() -> None:
    assert strike_out("(SK)SK,", ["SK"]) == f"({STRUCK_OUT}){STRUCK_OUT},"


def test_a_secret_that_holds_another_leaves_no_rest() -> None:
    assert strike_out("abcdef", ["abc", "abcdef"]) == STRUCK_OUT


def test_an_empty_secret_is_no_secret() -> None:
    assert strike_out("text", [""]) == "text"


@given(st.text(), st.text("0123456789abcdef", min_size=32, max_size=32), st.text())
def test_no_text_around_a_secret_protects_it(before: str, secret: str, after: str) -> None:
    assert secret not in strike_out(before + secret + after, [secret])


@given(st.text(st.sampled_from("xob-ap:/@?=&token bear1.")))
def test_striking_out_twice_changes_nothing_more(text: str) -> None:
    once = strike_out(text)

    assert strike_out(once) == once
