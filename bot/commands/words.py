"""From what somebody typed to words: quotes, options, and the markup that Slack adds."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from bot.domain.errors import UnclosedQuote

# What closes a quotation, by what opened it: first the mark's own partner, then what a
# phone's keyboard or an input method may have made of it.
_CLOSES = {
    '"': '"”“＂',
    "“": '”“"',
    "”": '”"',
    "„": '“”"',
    "＂": '＂"',
    "«": "»",
    "「": "」",
    "『": "』",
    "'": "'’",
    "‘": "’'",
    "＇": "＇'",
}
_OPTION = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ_]+)[=＝]")
# https://docs.slack.dev/messaging/formatting-message-text#advanced
_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
# Stars are no ornament unless they make bold: Qianfan masks ids with them (`am-ih8****`).
_ORNAMENT = "`_~.,;:!?()[]{}<>、。，；：！？（）【】《》 "
_BOLD = re.compile(r"^\*([^*]+)\*$")


@dataclass(frozen=True)
class Word:
    """A word as Slack sent it, the option it belongs to, and whether it stood in quotes."""

    raw: str
    option: str = ""
    quoted: bool = False

    @property
    def typed(self) -> str:
        """The text byte for byte as it was typed, before Slack marked it up."""
        return _unescape(_MARKUP.sub(_as_typed, self.raw))

    @property
    def plain(self) -> str:
        """The text with references as ids, in narrow lower case, without ornament."""
        text = narrow(_unescape(_MARKUP.sub(_as_reference, self.raw))).strip(_ORNAMENT)
        return _BOLD.sub(r"\1", text)


def narrow(text: str) -> str:
    """Full-width letters, digits and signs made narrow, and all in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def split(text: str) -> list[Word]:
    """The words of a command line.

    Raises UnclosedQuote.
    """
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        option, at = _option(text, at)
        if at < len(text) and text[at] in _CLOSES:
            end = _closing(text, at)
            yield Word(text[at + 1 : end], option, quoted=True)
            at = end + 1
        else:
            end = _end_of_word(text, at)
            yield Word(text[at:end], option)
            at = end


def _option(text: str, at: int) -> tuple[str, int]:
    """The option's name, where a word begins with one, and where its value begins."""
    found = _OPTION.match(text, at)
    return (narrow(found[1]), found.end()) if found else ("", at)


def _closing(text: str, opened: int) -> int:
    for mark in _CLOSES[text[opened]]:
        found = text.find(mark, opened + 1)
        if found >= 0:
            return found
    raise UnclosedQuote(text[opened])


def _end_of_word(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        markup = _MARKUP.match(text, at)
        at = markup.end() if markup else at + 1
    return at


def _as_typed(markup: re.Match[str]) -> str:
    sign, target, label = markup.groups()
    if not sign:
        return target
    return f"{sign if sign != '!' else ''}{label}" if label else markup[0]


def _as_reference(markup: re.Match[str]) -> str:
    # "!subteam^S…" is a user group; links stand for their target.
    target = markup[2]
    return target.removeprefix("subteam^") if markup[1] == "!" else target


def _unescape(text: str) -> str:
    # Slack escapes these three and nothing else; a full HTML unescape would change free text.
    # https://docs.slack.dev/messaging/formatting-message-text#escaping
    return re.sub(r"&(?:amp|lt|gt);", lambda entity: unescape(entity[0]), text)
