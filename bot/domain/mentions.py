"""Whom a channel's message mentions: only with what is shown in the channel itself."""

from dataclasses import replace

from bot.domain.facts import Alarmed, Fact, Gathered, Moved, RunAppeared, Vanished, is_end
from bot.domain.symptoms import is_serious


def addressed(fact: Fact, mention: str) -> Fact:
    """The fact with whom to mention, where it is one that somebody is mentioned with.

    That is an end, or an alarm as grave as a failure: what is shown in the channel itself.
    """
    match fact:
        case Moved() | Vanished() if is_end(fact):
            return replace(fact, mention=mention)
        case Alarmed(symptom=symptom) if is_serious(symptom):
            return replace(fact, mention=mention)
        case RunAppeared():
            return replace(fact, mention=mention)
        case _:
            return fact


def mentioned(fact: Fact) -> tuple[str, ...]:
    """Whom to mention with it, each once: ids of users and user groups."""
    match fact:
        case Moved(mention=who) | Vanished(mention=who) | Alarmed(mention=who):
            return (who,) if who else ()
        case RunAppeared(mention=who):
            return (who,) if who else ()
        case Gathered(ends=ends):
            return tuple(dict.fromkeys(who for end in ends for who in mentioned(end)))
        case _:
            return ()
