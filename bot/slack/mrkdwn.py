"""Slack's mrkdwn as text: outside text made harmless, and cuts that leave every entity whole.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from urllib.parse import urlsplit

ELLIPSIS = "…"

#: How much of one outside text fits into a sentence; longer ones belong into a Verbatim.
INLINE_LIMIT = 1000
LABEL_LIMIT = 300
URL_LIMIT = 2000

_TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Control characters but tab and line feed, and the marks that reorder text: the latter can make
# a text read as something that it is not (Unicode Technical Report 36, section 2.3).
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BROKEN_LINE = re.compile(r"[ \t]*[\n\t][\n\t ]*")

# mrkdwn has no escape for its formatting characters. One that stands between ASCII letters or
# digits does not format, so that `train_v2_final` stays as it is; the others give way to a twin
# that looks alike, as an invisible joiner would be copied along unseen.
_FORMATTING = re.compile(r"`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])")
_EMOJI_COLON = re.compile(r":(?=[\w+'-]*[a-z][\w+'-]*:)")
_QUOTE_START = re.compile(r"^\s*>")
_TWINS = {"`": "ˋ", "*": "∗", "_": "ˍ", "~": "∼"}

# Slack takes a mark for markup only where a blank, or punctuation as in English, stands beside it:
# Chinese has no blanks, and its punctuation is no such.
_MARKED = re.compile(
    r"```.*?```|(?P<mark>`[^`\n]+`|(?<![0-9A-Za-z])\*[^*\n]+\*(?![0-9A-Za-z]))", re.DOTALL
)
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]")

#: What a cut must not go through: code, a mention, link or date, an escaped character.
_ATOM = re.compile(r"```[^`]*```|`[^`\n]*`|<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)


def cleaned(text: str) -> str:
    """The text without control characters, reordering marks and broken code points."""
    text = _LINE_END.sub("\n", _TERMINAL_COLOUR.sub("", text))
    return _LONE_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


def inline(text: str) -> str:
    """The text cleaned, on one line, and short enough to stand within a sentence."""
    line = _BROKEN_LINE.sub(" ", cleaned(text[: 4 * INLINE_LIMIT]))
    return cut_plain(line, INLINE_LIMIT)


def escaped(text: str) -> str:
    """The text's control characters written so that Slack shows them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Outside text for the middle of a sentence: it neither formats, nor links, nor pings."""
    text = _QUOTE_START.sub("›", inline(text))
    text = _FORMATTING.sub(lambda mark: _TWINS[mark[0]], text)
    return escaped(_EMOJI_COLON.sub("∶", text))


def code(text: str) -> str:
    """Outside text as inline code, which it cannot break out of."""
    line = cut(_code_text(inline(text).strip()), INLINE_LIMIT)
    return f"`{line}`" if line else ""


def code_block(text: str, limit: int) -> str:
    """At most `limit` characters of outside text as a block of code."""
    return f"```\n{cut(_code_text(cleaned(text).strip()), limit)}\n```"


def _code_text(text: str) -> str:
    return escaped(text.replace("`", _TWINS["`"]))


def link(url: str, label: str) -> str:
    """A label that leads to a web address; the label alone where the address is none."""
    shown = cut(literal(label).strip(), LABEL_LIMIT)
    target = escaped(web_url(url) or "")
    if not target or len(target) > URL_LIMIT:
        return shown
    return f"<{target}|{shown}>" if shown else f"<{target}>"


def web_url(url: str) -> str | None:
    """The address in a form that cannot end a link early; None where it is no web address."""
    if len(url) > URL_LIMIT or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return re.sub(r"[<>|`\"]", lambda found: f"%{ord(found[0]):02X}", url)


def apart(mrkdwn: str) -> str:
    """Code and bold text with a blank between them and a Chinese sign, so that they are such."""
    if mrkdwn.isascii():
        return mrkdwn

    def spaced(found: re.Match[str]) -> str:
        if found["mark"] is None:
            return found[0]
        before = " " if _CHINESE.match(mrkdwn[found.start() - 1 : found.start()]) else ""
        after = " " if _CHINESE.match(mrkdwn[found.end() : found.end() + 1]) else ""
        return f"{before}{found[0]}{after}"

    return _MARKED.sub(spaced, mrkdwn)


def cut(mrkdwn: str, limit: int) -> str:
    """The text within `limit` characters, ending in "…" where something was left out."""
    if len(mrkdwn) <= limit:
        return mrkdwn
    end = 0
    for atom in _ATOM.finditer(mrkdwn):
        if atom.end() > limit - len(ELLIPSIS):
            break
        end = atom.end()
    return mrkdwn[:end] + ELLIPSIS


def cut_plain(text: str, limit: int) -> str:
    """Text without markup within `limit` characters."""
    return text if len(text) <= limit else text[: limit - len(ELLIPSIS)] + ELLIPSIS
