"""Strikes keys and signatures out of what Qianfan says, before anybody reads it."""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.domain.secrets import STRUCK_OUT, strike_out

Redact = Callable[[str], str]

# Below this a "secret" would be a fragment of ordinary words.
_SHORTEST_SECRET = 8

# What only an answer of Baidu's can hold, beside the shapes that the domain knows: the header
# that carries a signature, and bare hexadecimal digits, which are an access key of the older
# kind (32) or a signature (64). A request's id has dashes and stays.
_SHAPES = re.compile(
    r"(?<=authorization)[\"'\s]*[:=][^\r\n]*|\b[0-9a-f]{32,}\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def redaction(*secrets: str) -> Redact:
    """What strikes out these secrets, and everything that has a secret's shape."""
    known = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)
    return lambda text: strike_out(_SHAPES.sub(STRUCK_OUT, text), known) if text else ""
