"""What a failed Web API call means for a message: Slack's words mapped to the SendError tree.

Slack's words are those of https://docs.slack.dev/reference/methods/chat.postMessage#errors.
"""

import re
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    SendError,
    TryLater,
)

#: When to try again where Slack does not say.
SOON = timedelta(seconds=5)
#: When to try again where a person has to mend something first: a token, a scope, a proxy.
LATE = timedelta(minutes=5)
LONGEST_RETRY_AFTER = timedelta(hours=1)

RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

#: Slack says of the first two that a part of the operation may have succeeded.
UNCLEAR = frozenset({"internal_error", "fatal_error", "service_unavailable"})

#: Nothing was posted, and the same call may succeed in a moment.
PASSING = frozenset({"request_timeout", "team_added_to_org"})

#: Nothing can be posted anywhere until a person mends the installation.
INSTALLATION = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "app_missing_action_url",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)

#: This channel cannot be written to; others can.
ACCESS = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "channel_type_not_supported",
        "ekm_access_denied",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    }
)

#: The message that should be answered in a thread is not there (any more).
THREAD_GONE = frozenset(
    {"cannot_reply_to_message", "invalid_thread_ts", "message_not_found", "thread_not_found"}
)

#: What a look-up is refused for says nothing of posting.
_OF_ONE_METHOD = frozenset({"access_denied", "missing_scope", "no_permission"})

_WORD = re.compile(r"[a-z0-9_.:-]{1,80}")
_TOO_LARGE = frozenset({413, 414, 431})


def slack_word(problem: Exception) -> str:
    """Slack's own word for what went wrong, or "" where the answer was not Slack's."""
    return word_in(getattr(getattr(problem, "response", None), "data", None))


def word_in(body: object) -> str:
    """Slack's word for what went wrong in the body of an answer, or "" where there is none."""
    word = body.get("error") if isinstance(body, dict) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def write_error(problem: Exception, attempted_at: datetime) -> SendError:
    """What a failed write means, made at `attempted_at` (wall time) and not repeated since."""
    if isinstance(problem, SlackApiError):
        word = slack_word(problem)
        return _by_word(problem, word, attempted_at) if word else _by_status(problem, attempted_at)
    if isinstance(problem, SlackClientError):  # refused by the SDK before anything was sent
        return MessageRefused(type(problem).__name__)
    if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return TryLater(SOON, "no connection to Slack")
    if isinstance(problem, aiohttp.ClientHttpProxyError | aiohttp.InvalidURL):
        return TryLater(LATE, "no connection to Slack")
    return OutcomeUnclear(attempted_at)


def read_error(problem: Exception, attempted_at: datetime) -> SendError:
    """What a failed look-up means for a message: as it posts nothing, it can be made again."""
    error, word = write_error(problem, attempted_at), slack_word(problem)
    if isinstance(error, OutcomeUnclear):
        return TryLater(SOON, word or type(problem).__name__)
    if word in _OF_ONE_METHOD:
        return TryLater(LATE, word)
    return error


def _by_word(problem: SlackApiError, word: str, attempted_at: datetime) -> SendError:
    if word in RATE_LIMITED:
        return TryLater(_retry_after(problem), word)
    if word in UNCLEAR:
        return OutcomeUnclear(attempted_at)
    if word in PASSING:
        return TryLater(SOON, word)
    if word in INSTALLATION:
        return InstallationBroken(word)
    if word in ACCESS:
        return AccessLost(word)
    return OutcomeUnclear(attempted_at) if _status(problem) >= 500 else MessageRefused(word)


def _by_status(problem: SlackApiError, attempted_at: datetime) -> SendError:
    """Something between here and Slack answered, or Slack's edge did, without a word of its own."""
    status = _status(problem)
    if status == 429:
        return TryLater(_retry_after(problem), "ratelimited")
    if status in _TOO_LARGE:
        return MessageRefused(f"HTTP {status}")
    if 400 <= status < 500 and status != 408:
        return TryLater(LATE, f"HTTP {status}")
    return OutcomeUnclear(attempted_at)


def _status(problem: SlackApiError) -> int:
    # Where the body was no JSON the SDK gives aiohttp's response instead of its own.
    response = problem.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(problem: SlackApiError) -> timedelta:
    headers = {name.lower(): value for name, value in problem.response.headers.items()}
    try:
        told = timedelta(seconds=int(headers["retry-after"]))
    except (KeyError, ValueError, OverflowError):
        return SOON
    return min(max(told, timedelta(seconds=1)), LONGEST_RETRY_AFTER)
