"""How the local Slack says no."""

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's own error name; `details` join it in the answer's body."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details

    @property
    def body(self) -> dict[str, Any]:
        """The answer as the Web API gives it."""
        return {"ok": False, "error": self.error, **self.details}
