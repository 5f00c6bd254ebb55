"""The drawing process: reads curves from standard input, writes pictures to standard output.

`python -m bot.charts`; it ends with its input.
"""

import os
import sys
from typing import BinaryIO

from bot.charts.drawing import drawn
from bot.charts.frames import DRAWN, FAILED, framed, read, read_frame

#: Whoever waits for an answer of the bot goes before a picture.
_NICENESS = 10


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each question, in order."""
    while (question := read_frame(questions)) is not None:
        answers.write(framed(_answer(question)))
        answers.flush()


def _answer(question: bytes) -> bytes:
    try:
        return DRAWN + drawn(read(question))
    except Exception as error:
        # What the error says may hold what was to be drawn.
        return FAILED + type(error).__name__.encode()


def main() -> None:
    """Serve until the bot has no more questions."""
    os.nice(_NICENESS)
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
