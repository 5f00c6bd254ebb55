"""The words of each API for a thing's state, and the phase that each stands for.

The words are those of the API's documents, and beside them those that its examples and its
official SDK use in their place.
"""

from bot.domain.ids import Kind
from bot.domain.resources import Phase

_WORDS: dict[Kind, dict[str, Phase]] = {
    # DescribeFineTuningTask, runStatus; FINISH, FAIL and STOP are V1's and the SDK's.
    Kind.TASK: {
        "waiting": Phase.QUEUED,
        "running": Phase.RUNNING,
        "stopping": Phase.ENDING,
        "done": Phase.DONE,
        "finish": Phase.DONE,
        "failed": Phase.FAILED,
        "fail": Phase.FAILED,
        "stopped": Phase.STOPPED,
        "stop": Phase.STOPPED,
    },
    # DescribeModelCompTask, status; Done is its examples' word for what its table calls succeeded.
    Kind.COMPRESSION: {
        "creating": Phase.QUEUED,
        "running": Phase.RUNNING,
        "stopping": Phase.ENDING,
        "succeeded": Phase.DONE,
        "succeed": Phase.DONE,
        "done": Phase.DONE,
        "failed": Phase.FAILED,
        "fail": Phase.FAILED,
        "stopped": Phase.STOPPED,
    },
    # DescribeModel, status.
    Kind.VERSION: {
        "creating": Phase.RUNNING,
        "ready": Phase.DONE,
        "fail": Phase.FAILED,
        "failed": Phase.FAILED,
    },
}


def phase_of(kind: Kind, word: str) -> Phase:
    """The phase that an API's word stands for, in any letter case; UNKNOWN for any other word."""
    return _WORDS[kind].get(word.strip().casefold(), Phase.UNKNOWN)
