"""From the text after `/qf` to a Call: the only place that forgives."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from bot.commands.signature import Parameter, Signature, nearest
from bot.commands.words import Word, split
from bot.domain import calls
from bot.domain.errors import TextNeedsQuotes, UnexpectedWord, UnknownCommand
from bot.domain.id_grammar import ids_in


def parse(text: str, signatures: Mapping[str, Signature]) -> calls.Call:
    """The call that somebody typed; an empty text asks for help, a bare id for its status.

    Raises a Misread.
    """
    words = split(text)
    if words and words[0].plain.removeprefix("/") == "qf":
        words = words[1:]  # typed by habit where the bot is spoken to without it
    if not words:
        return calls.Call("help")
    name = words[0].plain.removeprefix("/")
    if name in signatures:
        return _call(signatures[name], words[1:])
    if "status" in signatures and ids_in(words[0].plain):
        return _call(signatures["status"], words)
    raise UnknownCommand(words[0].typed, nearest(name, signatures))


def _call(signature: Signature, words: Sequence[Word]) -> calls.Call:
    _check_quotes(signature, words)
    arguments: dict[str, calls.Argument] = {}
    for word in words:
        if word.option:
            parameter = signature.check_option(word.option)
            for text in parameter.kind.forgive([word]):
                arguments[parameter.name] = text
    places = _places(signature, [word for word in words if not word.option])
    return calls.Call(signature.command, {**places, **arguments})


def _check_quotes(signature: Signature, words: Sequence[Word]) -> None:
    """A text without quotes ends at its first blank; say so, and lose no word of it."""
    for number, word in enumerate(words):
        if not word.option or word.quoted or not signature.check_option(word.option).kind.is_text:
            continue
        rest = list(
            takewhile(lambda each: not each.option and not ids_in(each.plain), words[number + 1 :])
        )
        if rest:
            text = " ".join(each.typed for each in (word, *rest))
            raise TextNeedsQuotes(word.option, text)


def _places(signature: Signature, words: Sequence[Word]) -> dict[str, calls.Argument]:
    """The words without a name, given to the arguments without a name in their order."""
    if not words:
        return {}
    if not signature.positional:
        raise UnexpectedWord(signature.command, words[0].typed)
    first = signature.positional[0]
    if first.repeated:
        texts = first.kind.forgive(words)
        return {first.name: texts} if texts else {}
    places: dict[str, calls.Argument] = {}
    for text, word in _candidates(signature.positional, words):
        free = [each for each in signature.positional if each.name not in places]
        if not free:
            raise UnexpectedWord(signature.command, text)
        parameter = _fitting(free, text)
        places[parameter.name] = parameter.kind.forgive([word])[0] if word else text
    return places


def _candidates(
    places: Sequence[Parameter], words: Sequence[Word]
) -> list[tuple[str, Word | None]]:
    """The texts to be placed: a word a place, save for those that may stand in several."""
    if all(place.kind.spreads for place in places):
        return [(text, None) for text in places[0].kind.forgive(words)]
    return [(word.plain, word) for word in words]


def _fitting(free: Sequence[Parameter], text: str) -> Parameter:
    """The first argument that such a text is meant for; where there is none, simply the first."""
    return next((each for each in free if each.kind.takes(text)), free[0])
