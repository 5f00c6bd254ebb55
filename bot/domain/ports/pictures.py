"""Pictures and other files: drawing them, and having them where messages can show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.curves import Curve
from bot.domain.languages import Language
from bot.domain.messages import Sentence


class Charts(Protocol):
    """Draws curves."""

    async def draw(self, curves: Sequence[Curve]) -> bytes:
        """One curve, or several over one another, as a PNG. Raises NotDrawn."""


@dataclass(frozen=True)
class Stored:
    """What the chat service says of an uploaded file.

    `permalink` is its address there; a message can show it when it is `processed`.
    """

    permalink: str
    processed: bool


class Uploads(Protocol):
    """Puts files into the chat service; nobody sees one before a message shows it.

    Raises NotUploaded.
    """

    async def put(self, name: str, content: bytes, told: Sentence, language: Language) -> str:
        """Upload a file once; the id that it has there. `told` says what it shows."""

    async def find(self, file_id: str) -> Stored:
        """How an uploaded file is now."""
