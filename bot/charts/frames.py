"""What the bot and its drawing process write to each other: frames, each its length and its bytes.

A question is curves as JSON; an answer is a mark, and after it the picture or what went wrong.
"""

import json
import struct
from collections.abc import Sequence
from typing import BinaryIO

from bot.domain.curves import Curve
from bot.domain.resources import Checkpoint

LENGTH = struct.Struct(">I")

#: The first byte of an answer: here is the picture, or it could not be drawn.
DRAWN = b"+"
FAILED = b"-"


def framed(content: bytes) -> bytes:
    """The content with its length before it."""
    return LENGTH.pack(len(content)) + content


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame's content; None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


def written(curves: Sequence[Curve]) -> bytes:
    """Curves as JSON, in which NaN is a number."""
    told = [
        {
            "name": curve.name,
            "best": curve.best,
            "checkpoints": [
                (each.step, each.training_loss, each.perplexity) for each in curve.checkpoints
            ],
        }
        for curve in curves
    ]
    return json.dumps(told).encode()


def read(content: bytes) -> tuple[Curve, ...]:
    """The curves that were written."""
    return tuple(
        Curve(
            told["name"],
            tuple(Checkpoint(*numbers) for numbers in told["checkpoints"]),
            told["best"],
        )
        for told in json.loads(content)
    )
