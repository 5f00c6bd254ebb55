"""Web API arguments, in each of the ways in which clients send them."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.playground.slack.errors import SlackError

_TRUE = {"1", "true", "True"}


class Arguments(Mapping[str, Any]):
    """The arguments of one call; asking for one gives it the type that the method wants."""

    def __init__(self, values: Mapping[str, Any], token: str | None = None) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.token = token

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self._values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a text that must be there; refuse with `error` where it is not."""
        value = self.text(name)
        if not value:
            missing = f"[ERROR] missing required field: {name}"
            raise SlackError(error, response_metadata={"messages": [missing]})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no, sent as a JSON boolean or as "1", "true"."""
        value = self._values.get(name, default)
        return value if isinstance(value, bool) else str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """Return a whole number; refuse with `invalid_arguments` where it is none."""
        try:
            return int(self._values.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments") from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a structure, sent as JSON or as a string that holds JSON; None where absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise SlackError(error) from None

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a list of objects; refuse with `invalid_arguments` where it is none."""
        value = self.json(name) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise SlackError("invalid_arguments")
        return value


async def read_arguments(request: web.Request) -> Arguments:
    """Merge query string, form and JSON body; the token comes from the header or an argument."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values.update(_object(await request.read()))
    elif request.can_read_body:
        values.update(await request.post())
    token = values.pop("token", None)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        token = credentials.strip()
    return Arguments(values, str(token) if token else None)


def _object(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(values, dict):
        raise SlackError("json_not_object")
    return values
