"""What a channel in its quiet hours hears only when they are over, and what is left of it then.

What is left is the net truth: at most one announcement a thing, beside the card of its watch.
"""

from dataclasses import replace

from bot.domain.facts import (
    Alarmed,
    CardOpened,
    Fact,
    FollowExpired,
    JobGone,
    Moved,
    OutageBegan,
    OutageEnded,
    RunAppeared,
    Unreadable,
    Vanished,
    WatchExpired,
    is_end,
    is_failure,
)
from bot.domain.resources import Phase
from bot.domain.symptoms import is_serious


def is_held(fact: Fact) -> bool:
    """Whether it can wait: neither a failure, nor as grave as one, nor what somebody asked for."""
    match fact:
        case Alarmed(symptom=symptom):
            return not is_serious(symptom)
        case Moved() | RunAppeared():
            return not is_failure(fact)
        case CardOpened() | Vanished() | WatchExpired() | Unreadable():
            return True
        case OutageBegan() | OutageEnded() | FollowExpired() | JobGone():
            return True
        case _:
            return False


def heard_though_muted(fact: Fact) -> bool:
    """Whether it is told in the end of a thing that was muted meanwhile: its card, and its end."""
    return isinstance(fact, CardOpened) or is_end(fact)


def net(older: Fact, newer: Fact) -> tuple[Fact | None, Fact | None]:
    """What is left to be told of an announcement that is held, and of a newer one beside it.

    Both are about the same thing, or about no thing at all.
    """
    match older, newer:
        case CardOpened(), _ if is_end(newer) or isinstance(newer, WatchExpired):
            return None, newer
        case CardOpened(), Moved():
            return replace(older, resource=newer.resource), None
        case Moved(), Moved():
            return None, _way(older, newer)
        case ((OutageBegan() | OutageEnded()), (OutageBegan() | OutageEnded())):
            return None, newer
        case ((Moved() | Alarmed() | Unreadable()), _):
            return None, newer
        case _:
            return older, newer


def _way(first: Moved, second: Moved) -> Moved | None:
    """From where the first began to where the second ended; none where that is the same place."""
    phase = second.resource.phase
    if phase is first.before and phase is not Phase.UNKNOWN and not phase.is_final:
        return None
    return replace(second, before=first.before, before_state=first.before_state)
