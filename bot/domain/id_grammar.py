"""What a Qianfan id looks like, alone and within what people type."""

import re
import unicodedata

from bot.domain.errors import NotAnId, WhyNotAnId
from bot.domain.ids import Kind, ResourceId

# Qianfan publishes no grammar. Twelve characters are usual, but its own documents show
# ids of 12, 13 and 16, so that only a generous window is safe.
_SUFFIX = r"[a-z0-9]{6,32}"
_PREFIX = "|".join(sorted(Kind, key=len, reverse=True))
_WHOLE = re.compile(rf"({_PREFIX})-{_SUFFIX}")
_INSIDE = re.compile(rf"(?<![a-z0-9-])({_PREFIX})-{_SUFFIX}(?![a-z0-9]|\*\*)")
_MASKED = re.compile(rf"({_PREFIX})-[a-z0-9]*\*")
_LIKE_AN_ID = re.compile(r"[a-z]{2,8}-(?=[a-z0-9]*\d)[a-z0-9]+")
_LEGACY_NUMBER = re.compile(r"#?\d{3,}")


def read_id(text: str) -> ResourceId:
    """The id that is exactly this text.

    Raises NotAnId, which says what is wrong with it.
    """
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise NotAnId(text, why_not_an_id(text))
    return ResourceId(Kind(found[1]), text)


def ids_in(text: str) -> tuple[ResourceId, ...]:
    """Every id within a text that a person typed, in order, each once."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = [ResourceId(Kind(match[1]), match[0]) for match in _INSIDE.finditer(plain)]
    return tuple(dict.fromkeys(found))


def id_in_word(word: str) -> ResourceId | None:
    """The one thing that a word means: of a console link, the most specific id in it.

    A link to a run's page names its job first and the run behind it
    (`/qianfan/train/sft/job-…/task-…/detail/traininglog`).
    """
    found = ids_in(word)
    return found[-1] if found else None


def is_meant_as_id(word: str) -> bool:
    """Whether a word without an id in it was meant to be one: masked, mistyped or a number."""
    plain = unicodedata.normalize("NFKC", word).lower()
    return any(shape.match(plain) for shape in (_MASKED, _LIKE_AN_ID)) or bool(
        _LEGACY_NUMBER.fullmatch(plain)
    )


def is_spoilt_id(word: str) -> bool:
    """Whether a word begins as an id of a kind that exists and is none: masked, or cut."""
    plain = unicodedata.normalize("NFKC", word).lower()
    return plain.partition("-")[0] in set(Kind) and is_meant_as_id(word) and not ids_in(word)


def why_not_an_id(text: str) -> WhyNotAnId:
    """What keeps a text that names nothing from being an id."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if _MASKED.match(plain):
        return WhyNotAnId.MASKED
    if _LEGACY_NUMBER.fullmatch(plain):
        return WhyNotAnId.LEGACY_NUMBER
    if plain.partition("-")[0] in set(Kind):
        return WhyNotAnId.WRONG_LENGTH
    if _LIKE_AN_ID.match(plain):
        return WhyNotAnId.UNKNOWN_KIND
    return WhyNotAnId.NO_ID
