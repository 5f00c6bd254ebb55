"""How the API behaves where no document says it: each is a guess that a test can turn round."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.playground.qianfan.lives import End
from bot.playground.qianfan.plans import EndWord

ErrorShape = Literal["v2", "v2_with_200", "v1", "headers"]


@dataclass(frozen=True)
class Manners:
    """The behaviour of one local Qianfan.

    `error_shape`: `v2` is {requestId, code, message} with HTTP >= 400; `v2_with_200` the same with
    HTTP 200; `v1` is {log_id, error_code, error_msg} with HTTP 200; `headers` is an empty body with
    X-Bce-Error-Code and X-Bce-Error-Message.
    """

    error_shape: ErrorShape = "v2"
    # An unknown id: the documents show no such answer. 404 and NoSuch… are guesses.
    unknown_status: Literal[400, 404] = 404
    # Stopping what has ended: false is what the official SDK's tests answer.
    stop_of_ended: Literal["true", "false", "error"] = "false"
    # World time from an accepted stop to Stopped.
    stopping: timedelta = timedelta(seconds=30)
    # CreateCustomModel: the table says checkpointStep, every example says step. Where only one is
    # read, the other is ignored without a word and the last checkpoint is published.
    step_key: Literal["either", "checkpointStep", "step"] = "either"
    # World time that a new version is Creating, and its end: Done is Ready, Failed is Fail.
    creating: timedelta = timedelta(minutes=3)
    new_versions: End | EndWord = "Done"
    # A marker names the last id of the page before, or the first of the page that it asks for.
    marker: Literal["last_seen", "first_wanted"] = "last_seen"
    # An account's limit; None is none. Qianfan publishes no figure.
    requests_per_second: float | None = None
    burst: int = 1
