"""What a person reads when Qianfan, Slack or the database does not serve."""

from bot.domain import errors as e
from bot.domain.messages import Code, Message, Note, Sentence, Verbatim, say


def unknown_resource(error: e.UnknownResource) -> Message:
    return _platform(
        error,
        say(
            "Qianfan does not know this id in this account. Check its spelling; what it named may "
            "also have been deleted, or belong to another account."
        ),
    )


def bad_credentials(error: e.BadCredentials) -> Message:
    return _platform(
        error,
        say(
            "Qianfan does not accept qfbot's access key. Whoever runs qfbot has to set "
            "{ak} and {sk} anew.",
            ak=Code("QIANFAN_ACCESS_KEY"),
            sk=Code("QIANFAN_SECRET_KEY"),
        ),
    )


def access_denied(error: e.AccessDenied) -> Message:
    return _platform(
        error,
        say(
            "Qianfan knows qfbot's access key but does not let it do this ({action}). Whoever "
            "keeps the Qianfan account can give it the policy {policy}.",
            action=Code(error.action),
            policy=Code("QianfanModelTuningFullControlAccessPolicy"),
        ),
    )


def clock_skewed(error: e.ClockSkewed) -> Message:
    return _platform(
        error,
        say("Qianfan refuses the time of qfbot's requests: the clock of qfbot's machine is wrong."),
    )


def throttled(error: e.Throttled) -> Message:
    return _platform(
        error,
        say("Qianfan takes no more requests from this account just now. Please try in a minute."),
    )


def busy(_error: e.Busy) -> Message:
    return Message.of(
        say(
            "Many ask this account just now, or Qianfan is slow. The list goes on being read: "
            "please ask again in a minute."
        )
    )


def unavailable(error: e.Unavailable) -> Message:
    return _platform(
        error, say("Qianfan cannot be reached, or is broken itself. Please try again in a while.")
    )


def broken_answer(error: e.BrokenAnswer) -> Message:
    return _platform(
        error,
        say(
            "Qianfan answered {action} with something that is no answer. If this stays so, a proxy "
            "may stand between, or {setting} is wrong.",
            action=Code(error.action),
            setting=Code("QIANFAN_CONSOLE_API_BASE_URL"),
        ),
    )


def request_rejected(error: e.RequestRejected) -> Message:
    told = say("Qianfan refused {action}:", action=Code(error.action))
    if error.code:
        told = say(
            "Qianfan refused {action} with code {code}:",
            action=Code(error.action),
            code=Code(error.code),
        )
    return _platform(error, told, error.message)


def outcome_unknown(error: e.OutcomeUnknown) -> Message:
    return _platform(
        error,
        say(
            "The request {action} was sent once and its answer was lost, so that nobody knows yet "
            "whether it took effect. It is not sent again. {status} with the id shows what is "
            "true.",
            action=Code(error.action),
            status=Code("/qf status"),
        ),
    )


def store_error(_error: e.StoreError) -> Message:
    return Message.of(
        say("qfbot's own database does not answer just now. Please try again in a minute.")
    )


def audit_unavailable(_error: e.AuditUnavailable) -> Message:
    return Message.of(
        say(
            "qfbot cannot write its audit at the moment, and without that it changes nothing. "
            "Nothing was done."
        )
    )


def not_sent(_error: e.SendError) -> Message:
    return Message.of(say("Slack did not take the message. Please try again in a minute."))


def not_attached(_error: e.NotAttached) -> Message:
    return Message.of(say("A picture or a file could not be made. Please try again in a minute."))


def _platform(error: e.PlatformError, told: Sentence, verbatim: str = "") -> Message:
    message = Message.of(told)
    if verbatim:
        message = message.with_parts(Verbatim(verbatim))
    if error.request_id:
        told = say("Qianfan's request id: {request_id}", request_id=Code(error.request_id))
        message = message.with_parts(Note(told))
    return message
