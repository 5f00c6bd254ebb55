"""What is named in a text that was not written for the bot."""

from bot.commands.arguments import ids_of
from bot.commands.words import Word
from bot.domain.ids import WATCHABLE, Kind


def runs_named(text: str) -> tuple[str, ...]:
    """The ids of what can be watched, in order, each once; of a link the one that it leads to.

    Whoever names a run together with its job means the run. Where there is nothing else, the ids
    of other kinds, so that somebody can be told what they are.
    """
    named = dict.fromkeys(each for raw in text.split() for each in ids_of(Word(raw)))
    for kinds in (WATCHABLE, {Kind.JOB}):
        if fitting := tuple(str(each) for each in named if each.kind in kinds):
            return fitting
    return tuple(map(str, named))
