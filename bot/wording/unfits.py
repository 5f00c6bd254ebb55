"""What stands at the field whose value may not be sent, or answers the one who typed it."""

from bot.domain import errors as e
from bot.domain.messages import Code, Listing, Message, Span, say

#: More choices than this are cut.
_MOST_LISTED = 30


def field_missing(error: e.FieldMissing) -> Message:
    return Message.of(say("{field} is needed.", field=Code(error.field)))


def too_long(error: e.TooLong) -> Message:
    return Message.of(
        say(
            "{field} may have at most {longest} characters; these are {given}.",
            field=Code(error.field),
            longest=error.longest,
            given=error.given,
        )
    )


def wrong_character(error: e.WrongCharacter) -> Message:
    shown = say("a blank") if error.character.isspace() else Code(error.character)
    return Message.of(
        say("{field} may not have {character} in it.", field=Code(error.field), character=shown)
    )


def no_number(error: e.NoNumber) -> Message:
    return Message.of(
        say(
            "{field} has to be a whole number, and {given} is none.",
            field=Code(error.field),
            given=Code(error.given),
        )
    )


def out_of_range(error: e.OutOfRange) -> Message:
    return Message.of(
        say(
            "{field} has to be from {least} to {most}, and {given} is not.",
            field=Code(error.field),
            least=error.least,
            most=error.most,
            given=Code(error.given),
        )
    )


def not_offered(error: e.NotOffered) -> Message:
    if not error.offered:
        return Message.of(say("{field} has nothing to choose from yet.", field=Code(error.field)))
    listed = tuple(Code(each) for each in error.offered[:_MOST_LISTED])
    more = len(error.offered) - len(listed)
    template = say("{given} is not one that {field} can be. These are: {listed}.")
    if more:
        template = say(
            "{given} is not one that {field} can be. These are: {listed} and {more} more."
        )
    return Message.of(
        template.with_values(
            given=Code(error.given),
            field=Code(error.field),
            listed=Listing(listed),
            more=more,
        )
    )


def not_applicable(error: e.NotApplicable) -> Message:
    template = say("{field} applies only where {other} is {values}.")
    if not error.values:
        template = say("{field} applies only where {other} is given.")
    return Message.of(
        template.with_values(
            field=Code(error.field),
            other=Code(error.other),
            values=Listing(tuple(Code(each) for each in error.values)),
        )
    )


def excluded(error: e.Excluded) -> Message:
    return Message.of(
        say(
            "Only one of {field} and {other} may be given.",
            field=Code(error.field),
            other=Code(error.other),
        )
    )


def file_unfit(error: e.FileUnfit) -> Message:
    match error.why:
        case e.WhyFileUnfit.GONE:
            told = say("Slack does not have this file any more. Give it again.")
        case e.WhyFileUnfit.TOO_LARGE:
            told = say("This file is too large: Qianfan takes less than 1 MB.")
        case e.WhyFileUnfit.WRONG_ENDING:
            told = say(
                "This file has the wrong ending: Qianfan takes a {ending} file.", ending=".py"
            )
        case e.WhyFileUnfit.NOT_YOURS:
            told = say("Only a file that you gave yourself can be used.")
    return Message.of(told)


def form_expired(error: e.FormExpired) -> Message:
    return Message.of(
        say(
            "This form was open for more than {lifetime}, and what it shows may no longer be "
            "true. Nothing was sent. Look it over, and send it again.",
            lifetime=Span(error.lifetime),
        )
    )
