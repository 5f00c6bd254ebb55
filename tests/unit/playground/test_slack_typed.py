"""What the local Slack makes of typed text, and how a person reads mrkdwn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.slack import LocalSlack
from bot.playground.slack.mrkdwn import as_read
from bot.playground.slack.typed import encoded, escaped, links, unescaped

SLACK = LocalSlack()
WORKSPACE = SLACK.workspace
ADA = WORKSPACE.add_user("ada", id="UADA")
WORKSPACE.add_channel("training", id="C1")
WORKSPACE.add_user_group("oncall", ["ada"])


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hi @ada!", "hi <@UADA|ada>!"),
        ("@ada.", "<@UADA|ada>."),
        ("@nobody", "@nobody"),
        ("in #training", "in <#C1|training>"),
        ("#nowhere", "#nowhere"),
        ("@oncall", "<!subteam^S0PLAY0001|@oncall>"),
        ("@here and @channel", "<!here> and <!channel>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<@UADA>", "&lt;@UADA&gt;"),
        ("https://x.y/z?a=1&b=2", "<https://x.y/z?a=1&amp;b=2>"),
        ("(see https://x.y/z).", "(see <https://x.y/z>)."),
        ("看 https://x.y/z。", "看 <https://x.y/z>。"),
        ("console.bce.baidu.com/q", "<http://console.bce.baidu.com/q|console.bce.baidu.com/q>"),
        ("mail ada@example.com", "mail <mailto:ada@example.com|ada@example.com>"),
        ("task-1.json step=3.5", "task-1.json step=3.5"),
        ("`code`  “quotes”", "`code`  “quotes”"),
    ],
)
def test_typed_text_is_encoded_as_slack_does(typed: str, sent: str) -> None:
    assert encoded(typed, WORKSPACE, labels=True) == sent


def test_a_message_names_people_without_labels() -> None:
    assert encoded("@ada", WORKSPACE, labels=False) == "<@UADA>"


@given(st.text())
def test_escaping_is_undone_to_the_last_byte(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.text())
def test_a_typed_text_never_makes_a_bare_angle_bracket_of_its_own(text: str) -> None:
    sent = encoded(text, WORKSPACE, labels=True)
    assert sent.count("<") == sent.count(">")


def test_links_are_found_in_an_encoded_text() -> None:
    text = "<https://x.y/?a=1&amp;b=2> and <https://z|label> and <@UADA>"
    assert links(text) == ["https://x.y/?a=1&b=2", "https://z"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@UADA> in <#C1>", "@ada in #training"),
        ("<@UNONE|eve>", "@eve"),
        ("<!subteam^S0PLAY0001>", "@oncall"),
        ("<!here>", "@here"),
        ("<https://x.y|the console>", "the console"),
        ("<https://x.y>", "https://x.y"),
        ("a &lt; b &amp;amp; c", "a < b &amp; c"),
        ("<!date^1700000000^{date_num} {time}|then>", "2023-11-15 06:13"),
        ("<!date^1700000000^{date_short_pretty} at {time}|then>", "Nov 15, 2023 at 06:13"),
        ("<!date^1700000000^{date_long}^https://x.y|then>", "Wednesday, November 15, 2023"),
        ("<!date^soon^{time}|then>", "then"),
        ("<!date^1700000000^{century}|then>", "then"),
    ],
)
def test_mrkdwn_reads_as_in_slack(text: str, read: str) -> None:
    assert as_read(text, WORKSPACE, "Asia/Shanghai") == read
