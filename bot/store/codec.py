"""Values as JSON, and back: what is stored is read by later versions of the code too.

A field that is not known is left aside and a missing one gets its default, so that both
an older and a newer neighbour can be read as long as `SCHEMA_VERSION` is the same.

What bears no `type` is told apart by the names of its fields, as the values of a sentence are:
no two kinds may share the names of all that they cannot do without.
"""

import json
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter

from bot.domain.approvals import Request
from bot.domain.attachments import Preparation
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Confirmation
from bot.domain.changes import Look
from bot.domain.errors import StoreError
from bot.domain.facts import Actors, Fact
from bot.domain.glance import Glance
from bot.domain.ids import Kind
from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Watchable
from bot.domain.track import Track

Value = TypeVar("Value")

# A resource bears no type of its own: the kind of its id says what it is.
_RESOURCES: dict[str, TypeAdapter[Watchable]] = {
    Kind.TASK: TypeAdapter(FineTuningTask),
    Kind.COMPRESSION: TypeAdapter(CompressionTask),
    Kind.VERSION: TypeAdapter(ModelVersion),
}


class Notation(Generic[Value]):
    """How values of one type are written down."""

    def __init__(self, name: str, adapter: TypeAdapter[Value]) -> None:
        self._name = name
        self._adapter = adapter

    def write(self, value: Value) -> str:
        """The value as JSON in ASCII, in which NaN is a number and every character is kept."""
        return json.dumps(self._adapter.dump_python(value, mode="json"), separators=(",", ":"))

    def read(self, text: str) -> Value:
        """The value that was written. Raises StoreError where the text is none."""
        try:
            return self._adapter.validate_python(_with_resources(json.loads(text)))
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(f"a stored {self._name} cannot be read") from error


def _with_resources(data: Any) -> Any:
    """What was read, with the resources in it as what they are."""
    match data:
        case {"resource": dict() as resource}:
            return {
                **data,
                "resource": _RESOURCES[resource["id"]["kind"]].validate_python(resource),
            }
        case {"type": "gathered" | "digest"}:
            return {name: _each_with_resources(value) for name, value in data.items()}
        case _:
            return data


def _each_with_resources(value: Any) -> Any:
    return [_with_resources(each) for each in value] if isinstance(value, list) else value


_FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="type")])

LOOK = Notation("look", TypeAdapter(Look))
FACT = Notation("fact", _FACT)
ACTORS = Notation("actor", TypeAdapter(Actors))
FILES = Notation("list of files", TypeAdapter(Preparation))
TRACK = Notation("track", TypeAdapter(Track))
GLANCE = Notation("glance", TypeAdapter(Glance))
CONFIRMATION = Notation("question", TypeAdapter(Confirmation))
REQUEST = Notation("request", TypeAdapter(Request))
ASKED = Notation("audit row", TypeAdapter(Asked))
ENDED = Notation("audit row", TypeAdapter(Ended))
