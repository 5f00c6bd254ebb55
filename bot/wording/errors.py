"""Every error of the tree and its sentence, in one table."""

from collections.abc import Callable
from typing import Any

from bot.domain import errors as e
from bot.domain.messages import Message, say
from bot.wording import misreadings, refusals, troubles, unfits


def explain(error: e.QfbotError) -> Message:
    """The message for an error of the tree."""
    for kind in type(error).__mro__:
        if kind in _EXPLAINED:
            return _EXPLAINED[kind](error)
    return unforeseen()


def unforeseen() -> Message:
    """Something failed that nobody foresaw."""
    return Message.of(
        say("Something went wrong inside qfbot, and its log has the details. Please try again.")
    )


#: A leaf of the tree without a row here takes that of its nearest ancestor.
_EXPLAINED: dict[type, Callable[[Any], Message]] = {
    e.UnknownCommand: misreadings.unknown_command,
    e.UnclosedQuote: misreadings.unclosed_quote,
    e.TextNeedsQuotes: misreadings.text_needs_quotes,
    e.MissingArgument: misreadings.missing_argument,
    e.UnknownOption: misreadings.unknown_option,
    e.WrongArgument: misreadings.wrong_argument,
    e.UnexpectedWord: misreadings.unexpected_word,
    e.NotAnId: misreadings.not_an_id,
    e.WrongKind: misreadings.wrong_kind,
    e.MentionsAll: misreadings.mentions_all,
    e.UnknownAccount: refusals.unknown_account,
    e.TooManyIds: misreadings.too_many_ids,
    e.FieldMissing: unfits.field_missing,
    e.TooLong: unfits.too_long,
    e.WrongCharacter: unfits.wrong_character,
    e.NoNumber: unfits.no_number,
    e.OutOfRange: unfits.out_of_range,
    e.NotOffered: unfits.not_offered,
    e.NotApplicable: unfits.not_applicable,
    e.Excluded: unfits.excluded,
    e.FileUnfit: unfits.file_unfit,
    e.Refused: refusals.refused,
    e.TooFast: refusals.too_fast,
    e.ButtonExpired: refusals.button_expired,
    e.ButtonUsed: refusals.button_used,
    e.ButtonNotYours: refusals.button_not_yours,
    e.ButtonUnknown: refusals.button_unknown,
    e.FormExpired: unfits.form_expired,
    e.CannotPost: refusals.cannot_post,
    e.NotAMember: refusals.not_a_member,
    e.PersonUnknown: refusals.person_unknown,
    e.UnknownResource: troubles.unknown_resource,
    e.Busy: troubles.busy,
    e.BadCredentials: troubles.bad_credentials,
    e.AccessDenied: troubles.access_denied,
    e.ClockSkewed: troubles.clock_skewed,
    e.Throttled: troubles.throttled,
    e.Unavailable: troubles.unavailable,
    e.BrokenAnswer: troubles.broken_answer,
    e.RequestRejected: troubles.request_rejected,
    e.OutcomeUnknown: troubles.outcome_unknown,
    e.StoreError: troubles.store_error,
    e.AuditUnavailable: troubles.audit_unavailable,
    e.SendError: troubles.not_sent,
    e.NotAttached: troubles.not_attached,
}
