"""Striking secrets out of a text, before anybody reads it or it is written down."""

import re
from collections.abc import Iterable

#: What stands where a secret stood.
STRUCK_OUT = "[struck out]"

_KEY = r"[\w.~:;,%+/=-]"

# What a secret looks like wherever it comes from. Where an expression has a group, the group
# is kept: it tells what was struck out.
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # Tokens of bots, users and apps, rotated ones too (`xoxe.xoxb-…`).
        # https://docs.slack.dev/authentication/tokens
        r"xox[a-z](?:\.xox[a-z])?-[\w-]{6,}",
        r"xapp-[\w-]{6,}",
        # Whoever has such an address can post with it.
        # https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
        r"(https://hooks\.slack\.com/)[\w/-]+",
        # A signature, an API key and an Access Key of Baidu AI Cloud.
        # https://cloud.baidu.com/doc/Reference/s/njwvz1yfu
        rf"bce-(?:auth-)?v\d+/{_KEY}+",
        r"\bALTAK[\w-]{8,}",
        # https://datatracker.ietf.org/doc/html/rfc6750#section-2.1
        # A word alone is no token: "bearer certificate" is left as it is.
        r"(bearer\s+)(?=\S*\d|\S{20})[\w.~+/=-]{8,}",
        # The ticket of Slack's web socket, and the token of a link into VisualDL.
        r"([?&][\w-]*(?:ticket|token|secret|password)=)[\w.~%+/=-]+",
        # https://datatracker.ietf.org/doc/html/rfc3986#section-3.2.1
        r"(://[^\s/:@]*:)[^\s/@\[]+(?=@)",
    )
)


def strike_out(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets, and without anything that looks like one."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, STRUCK_OUT)
    for shape in _SHAPES:
        text = shape.sub(_struck_out, text)
    return text


def _struck_out(found: re.Match[str]) -> str:
    return (found[1] if found.re.groups else "") + STRUCK_OUT
