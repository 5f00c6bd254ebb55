"""What a person reads whose words were not understood: what would have worked."""

from bot.domain import errors as e
from bot.domain.ids import Kind
from bot.domain.messages import Code, Listing, Message, Note, Sentence, say
from bot.wording.resources import kind_name

#: Where an id can be seen.
_WHERE_IDS_ARE = say(
    "Fine-tuning runs are {task}, compression tasks {amva}, model versions {amv}. "
    "You find them in Qianfan's console, on the page of the run or of the model; "
    "a link to that page works too.",
    task=Code("task-…"),
    amva=Code("amva-…"),
    amv=Code("amv-…"),
)


def unknown_command(error: e.UnknownCommand) -> Message:
    if error.nearest is None:
        return Message.of(
            say(
                "{word} is not a command I know. {help} lists what you can ask.",
                word=Code(error.word),
                help=Code("/qf help"),
            )
        )
    return Message.of(
        say(
            "{word} is not a command I know. Did you mean {nearest}? {help} tells how to use it.",
            word=Code(error.word),
            nearest=Code(f"/qf {error.nearest}"),
            help=Code(f"/qf help {error.nearest}"),
        )
    )


def unclosed_quote(error: e.UnclosedQuote) -> Message:
    return Message.of(
        say(
            "A quotation that begins with {mark} never ends. Write {example}.",
            mark=Code(error.opened),
            example=Code('"like this"'),
        )
    )


def text_needs_quotes(error: e.TextNeedsQuotes) -> Message:
    return Message.of(
        say(
            "Put the text in quotation marks: {example}.",
            example=Code(f'{error.option}="{error.text}"'),
        )
    )


def missing_argument(error: e.MissingArgument) -> Message:
    return Message.of(
        say(
            "{command} needs {argument}. {help} shows how it is used.",
            command=Code(f"/qf {error.command}"),
            argument=Code(error.argument),
            help=Code(f"/qf help {error.command}"),
        ),
        Note(_WHERE_IDS_ARE),
    )


def unknown_option(error: e.UnknownOption) -> Message:
    asked = say(
        "{command} has no option {option}.",
        command=Code(f"/qf {error.command}"),
        option=Code(f"{error.option}="),
    )
    if error.nearest:
        asked = say(
            "{asked} Did you mean {nearest}?", asked=asked, nearest=Code(f"{error.nearest}=")
        )
    return Message.of(_with_help(asked, error.command))


def wrong_argument(error: e.WrongArgument) -> Message:
    template = say("{given} does not fit: {argument} has to be {expected}.")
    if not error.argument:
        template = say("{given} does not fit here: it has to be {expected}.")
    if not error.given:
        template = say("{argument} is empty, and has to be {expected}.")
    told = template.with_values(
        given=Code(error.given),
        argument=Code(error.argument),
        expected=error.expected,
    )
    return Message.of(_with_help(told, error.command))


def unexpected_word(error: e.UnexpectedWord) -> Message:
    told = say(
        "{command} has no place for {word}.",
        command=Code(f"/qf {error.command}"),
        word=Code(error.word),
    )
    return Message.of(_with_help(told, error.command))


_NOT_AN_ID: dict[e.WhyNotAnId, Sentence] = {
    e.WhyNotAnId.MASKED: say(
        "{given} is masked: the stars hide a part of the id. Copy the whole id."
    ),
    e.WhyNotAnId.LEGACY_NUMBER: say(
        "{given} is a number of the old API, which the API of today does not know. "
        "The same run has an id such as {example}."
    ),
    e.WhyNotAnId.WRONG_LENGTH: say(
        "{given} is not a whole id: after the first dash come 6 to 32 letters and digits, "
        "as in {example}."
    ),
    e.WhyNotAnId.UNKNOWN_KIND: say("{given} is no kind of id that I know."),
    e.WhyNotAnId.NO_ID: say("I find no id in {given}. An id looks like {example}."),
}


def not_an_id(error: e.NotAnId) -> Message:
    example = Code("task-0tgmn4a7h4i6")
    told = _NOT_AN_ID[error.why].with_values(given=Code(error.given), example=example)
    return Message.of(told, Note(_WHERE_IDS_ARE))


#: What can be done with a thing of each kind instead.
_FITS: dict[Kind, tuple[str, ...]] = {
    Kind.TASK: ("/qf status {id}", "/qf watch {id}", "/qf stop {id}", "/qf publish {id}"),
    Kind.COMPRESSION: ("/qf status {id}", "/qf watch {id}", "/qf stop {id}"),
    Kind.VERSION: ("/qf status {id}", "/qf watch {id}"),
    Kind.JOB: ("/qf watch {id}",),
    Kind.MODEL_SET: ("/qf import {id}",),
    Kind.RESOURCE: (),
}


def wrong_kind(error: e.WrongKind) -> Message:
    told = say(
        "{id} is a {kind}, and {command} has no use for one.",
        id=Code(str(error.resource)),
        kind=kind_name(error.resource.kind),
        command=Code(f"/qf {error.command}"),
    )
    fits = tuple(Code(line.format(id=error.resource)) for line in _FITS[error.resource.kind])
    if not fits:
        return Message.of(told, Note(_WHERE_IDS_ARE))
    return Message.of(say("{told} With it you can use {fits}.", told=told, fits=Listing(fits)))


def mentions_all(error: e.MentionsAll) -> Message:
    return Message.of(
        say(
            "{word} would call everybody in the channel, and I do that for no run. Name a person "
            "or a user group instead, picked from Slack's list: {example}.",
            word=Code(error.word),
            example=Code("mention=@ada"),
        )
    )


def too_many_ids(error: e.TooManyIds) -> Message:
    return Message.of(
        say(
            "{command} takes at most {limit} at once, and you gave {given}.",
            command=Code(f"/qf {error.command}"),
            limit=error.limit,
            given=error.given,
        )
    )


def _with_help(told: Sentence, command: str) -> Sentence:
    return say("{told} {help} shows how it is used.", told=told, help=Code(f"/qf help {command}"))
