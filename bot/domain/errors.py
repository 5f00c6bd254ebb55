"""Everything that can go wrong and that a person may read about.

    QfbotError
    ├── Misread                   the words were not understood; nobody was asked anything
    │   ├── UnknownCommand
    │   ├── UnclosedQuote
    │   ├── TextNeedsQuotes
    │   ├── MissingArgument
    │   ├── UnknownOption
    │   ├── WrongArgument
    │   ├── UnexpectedWord
    │   ├── NotAnId
    │   ├── WrongKind             an id of a kind that the command has no use for
    │   ├── MentionsAll           a whole channel is not to be mentioned
    │   ├── UnknownAccount
    │   └── TooManyIds
    ├── Unfit                     the words were understood, and no document allows the value
    │   ├── FieldMissing
    │   ├── TooLong
    │   ├── WrongCharacter
    │   ├── NoNumber
    │   ├── OutOfRange
    │   ├── NotOffered            none of those to choose from
    │   ├── NotApplicable         it has no place beside the other values
    │   ├── Excluded              only one of two may be given
    │   └── FileUnfit
    ├── Refused                   the rules say no
    ├── TooFast                   one person asks more than their share
    ├── StaleButton               a button that may not be pressed, or no longer
    │   ├── ButtonExpired
    │   ├── ButtonUsed
    │   ├── ButtonNotYours
    │   ├── ButtonUnknown
    │   └── FormExpired
    ├── CannotPost                the bot may not write in that channel
    ├── NotAMember                the asker is not in the channel that the command names
    ├── PersonUnknown             Slack could not say who somebody is
    ├── PlatformError             Qianfan's refusal, or the lack of an answer
    │   ├── UnknownResource
    │   ├── BadCredentials
    │   ├── AccessDenied
    │   ├── ClockSkewed
    │   ├── Throttled
    │   │   └── Busy              our own askers are too many; the answer is on its way
    │   ├── Unavailable
    │   ├── BrokenAnswer
    │   ├── RequestRejected
    │   └── OutcomeUnknown        a change was asked for and the answer was lost
    ├── SendError                 Slack did not take a message, or did not say so
    │   ├── TryLater
    │   ├── InstallationBroken    nothing can be posted anywhere until a person mends it
    │   ├── AccessLost
    │   ├── MessageRefused
    │   └── OutcomeUnclear
    ├── NotAttached               a message goes without a picture or a file
    │   ├── NotDrawn
    │   └── NotUploaded
    └── StoreError                the database did not answer
        └── AuditUnavailable      so that nothing that changes something may run

No sentence is written here: `bot.wording.errors` has one for each leaf.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.access import Decision
from bot.domain.ids import ResourceId
from bot.domain.messages import Sentence


class QfbotError(Exception):
    """Something went wrong that a person may read about."""

    def __str__(self) -> str:
        told = [repr(argument) for argument in self.args]
        told += [f"{name}={value!r}" for name, value in vars(self).items()]
        return f"{type(self).__name__}({', '.join(told)})"


class Misread(QfbotError):
    """The words were not understood; nobody was asked anything."""


@dataclass(eq=False)
class UnknownCommand(Misread):
    """The first word is no command; `nearest` is the one that was perhaps meant."""

    word: str
    nearest: str | None


@dataclass(eq=False)
class UnclosedQuote(Misread):
    """A quotation mark was opened and never closed."""

    opened: str


@dataclass(eq=False)
class TextNeedsQuotes(Misread):
    """A free text of several words stands without quotation marks."""

    option: str
    text: str


@dataclass(eq=False)
class MissingArgument(Misread):
    """The command cannot do without this argument."""

    command: str
    argument: str


@dataclass(eq=False)
class UnknownOption(Misread):
    """The command takes no option of this name."""

    command: str
    option: str
    nearest: str | None


@dataclass(eq=False)
class WrongArgument(Misread):
    """An argument's text cannot be read; `expected` says what can, in words."""

    command: str
    argument: str
    given: str
    expected: Sentence


@dataclass(eq=False)
class UnexpectedWord(Misread):
    """The command has no place for this word."""

    command: str
    word: str


class WhyNotAnId(StrEnum):
    """What keeps a text from being an id."""

    MASKED = "masked"
    LEGACY_NUMBER = "legacy number"
    WRONG_LENGTH = "wrong length"
    UNKNOWN_KIND = "unknown kind"
    NO_ID = "no id"


@dataclass(eq=False)
class NotAnId(Misread):
    """A text that was meant as an id is none."""

    given: str
    why: WhyNotAnId


@dataclass(eq=False)
class WrongKind(Misread):
    """The command has no use for an id of this kind."""

    command: str
    resource: ResourceId


@dataclass(eq=False)
class MentionsAll(Misread):
    """Everybody in a channel was to be mentioned at once; `word` is what was typed for them."""

    word: str


@dataclass(eq=False)
class UnknownAccount(Misread):
    """No Qianfan account of that name is set up."""

    given: str


@dataclass(eq=False)
class TooManyIds(Misread):
    """More ids than one command takes."""

    command: str
    given: int
    limit: int


@dataclass(eq=False)
class Unfit(QfbotError):
    """A value that may not be sent; `field` names the argument."""

    field: str


class FieldMissing(Unfit):
    """The command cannot do without it."""


@dataclass(eq=False)
class TooLong(Unfit):
    """More characters than the document allows."""

    longest: int
    given: int


@dataclass(eq=False)
class WrongCharacter(Unfit):
    """A character that may not be in it."""

    character: str


@dataclass(eq=False)
class NoNumber(Unfit):
    """It has to be a whole number."""

    given: str


@dataclass(eq=False)
class OutOfRange(Unfit):
    """A number that is too small or too large; both ends are allowed."""

    least: int
    most: int
    given: str


@dataclass(eq=False)
class NotOffered(Unfit):
    """None of those to choose from."""

    given: str
    offered: tuple[str, ...]


@dataclass(eq=False)
class NotApplicable(Unfit):
    """It applies only where the other field has one of these values; any, where none is named."""

    other: str
    values: tuple[str, ...] = ()


@dataclass(eq=False)
class Excluded(Unfit):
    """Only one of the two may be given."""

    other: str


class WhyFileUnfit(StrEnum):
    """What keeps a file from being used."""

    GONE = "gone"
    TOO_LARGE = "too large"
    WRONG_ENDING = "wrong ending"
    NOT_YOURS = "not yours"


@dataclass(eq=False)
class FileUnfit(Unfit):
    """A file that cannot be used."""

    why: WhyFileUnfit


@dataclass(eq=False)
class Refused(QfbotError):
    """The rules say no; the decision carries the reason."""

    decision: Decision


@dataclass(eq=False)
class TooFast(QfbotError):
    """One person asks more than their share; `wait` is until the next is answered."""

    wait: timedelta


class StaleButton(QfbotError):
    """A button that may not be pressed, or no longer."""


@dataclass(eq=False)
class ButtonExpired(StaleButton):
    """The question was asked too long ago."""

    command: str
    lifetime: timedelta


@dataclass(eq=False)
class ButtonUsed(StaleButton):
    """The question was answered before."""

    command: str


@dataclass(eq=False)
class ButtonNotYours(StaleButton):
    """Only the person who was asked may answer."""

    asker: str


class ButtonUnknown(StaleButton):
    """No question of that name was ever asked, or it has long been cleared away."""


@dataclass(eq=False)
class FormExpired(StaleButton):
    """A form was open so long that what it shows may no longer be true."""

    command: str
    lifetime: timedelta


class WhyNoPost(StrEnum):
    """What keeps the bot from writing in a channel."""

    NOT_INVITED = "not invited"
    ARCHIVED = "archived"
    NOT_VISIBLE = "not visible"
    OTHERS_DIRECT_MESSAGE = "another's direct message"


@dataclass(eq=False)
class CannotPost(QfbotError):
    """The bot may not write in that channel."""

    channel_id: str
    why: WhyNoPost


@dataclass(eq=False)
class NotAMember(QfbotError):
    """The asker is not in the channel that the command names."""

    channel_id: str


class PersonUnknown(QfbotError):
    """Slack could not say who somebody is, so that nothing can be allowed."""


@dataclass(eq=False)
class PlatformError(QfbotError):
    """Qianfan's refusal, or the lack of an answer.

    `request_id` is Qianfan's name for the request, where it gave one.
    """

    action: str
    request_id: str | None = None


class UnknownResource(PlatformError):
    """Qianfan does not know the id in this account."""


class BadCredentials(PlatformError):
    """Qianfan does not accept the access key or the secret key."""


class AccessDenied(PlatformError):
    """The key is right, but may not do this."""


class ClockSkewed(PlatformError):
    """The request was signed with a time that Qianfan does not accept."""


@dataclass(eq=False)
class Throttled(PlatformError):
    """Too many requests for this account; `retry_after` where Qianfan says how long."""

    retry_after: timedelta | None = None


class Busy(Throttled):
    """A list could not be read while its asker waited; it goes on being read."""


class Unavailable(PlatformError):
    """Qianfan cannot be reached, or answers that it is broken."""


class BrokenAnswer(PlatformError):
    """Qianfan answered with something that cannot be read."""


@dataclass(eq=False)
class RequestRejected(PlatformError):
    """Qianfan refused the request for a reason of its own, told as it is."""

    code: str = ""
    message: str = ""


class OutcomeUnknown(PlatformError):
    """A change was asked for and the answer was lost: it may or may not have happened."""


class SendError(QfbotError):
    """Slack did not take a message, or did not say so."""


@dataclass(eq=False)
class TryLater(SendError):
    """Slack did not take it now and will later; certainly nothing was posted."""

    after: timedelta
    reason: str


@dataclass(eq=False)
class InstallationBroken(SendError):
    """Slack takes nothing from this bot: its token was revoked, say; nothing was posted."""

    reason: str


@dataclass(eq=False)
class AccessLost(SendError):
    """The bot may not write in that channel any more."""

    reason: str


@dataclass(eq=False)
class MessageRefused(SendError):
    """Slack will never take this message as it is."""

    reason: str


@dataclass(eq=False)
class OutcomeUnclear(SendError):
    """The call was made and its answer was lost: the message may have been posted."""

    attempted_at: datetime


@dataclass(eq=False)
class NotAttached(QfbotError):
    """A message goes without a picture or a file; `passing`: another try may help."""

    reason: str
    passing: bool = True


class NotDrawn(NotAttached):
    """A picture could not be drawn."""


class NotUploaded(NotAttached):
    """Slack did not take a file; the reason is its own word, where it gave one."""


@dataclass(eq=False)
class StoreError(QfbotError):
    """The database did not answer, or could not write; `reason` says why, for the operator."""

    reason: str = ""


class AuditUnavailable(StoreError):
    """The audit cannot be written, so that nothing that changes something may run."""
