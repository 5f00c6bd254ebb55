"""The API documents' own examples, mended into JSON; each says where it is from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def sample(name: str) -> bytes:
    """An answer's body."""
    text = (SAMPLES / "qianfan" / f"{name}.json").read_text("utf-8")
    return json.dumps(json.loads(text)["answer"]).encode()


def result(name: str) -> Any:
    """The result of an answer."""
    return json.loads(sample(name)).get("result")
