"""Several ends that come soon after each other are told in one message."""

from bot.domain.facts import Fact, Gathered, Moved, Vanished, is_end

#: One message tells so many: with a button and a reason each, more are hard to read on a phone.
MOST_GATHERED = 10


def ends_of(fact: Fact) -> tuple[Moved | Vanished, ...]:
    """The ends that it tells."""
    if isinstance(fact, Gathered):
        return fact.ends
    return (fact,) if is_end(fact) else ()


def gathered(told: Fact, end: Moved | Vanished) -> Gathered:
    """One more end, told together with what tells some already."""
    return Gathered((*ends_of(told), end))
