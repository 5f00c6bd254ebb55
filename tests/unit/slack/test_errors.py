"""What each way in which Slack fails means for the message that was being sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError, SlackObjectFormationError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    SendError,
    TryLater,
)
from bot.slack.errors import LATE, LONGEST_RETRY_AFTER, SOON, read_error, write_error

AT = datetime(2026, 3, 1, tzinfo=UTC)


def refused(
    word: str = "", status: int = 200, data: Any = None, headers: dict[str, str] | None = None
) -> SlackApiError:
    body = data if data is not None else {"ok": False, "error": word}
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=body,
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


def unreachable() -> aiohttp.ClientConnectorError:
    key = ConnectionKey("slack.com", 443, True, True, None, None, None)
    return aiohttp.ClientConnectorError(key, ConnectionRefusedError(111, "refused"))


def later(after: timedelta, reason: str) -> TryLater:
    return TryLater(after, reason)


UNCLEAR = OutcomeUnclear(AT)


@pytest.mark.parametrize(
    ("problem", "meaning"),
    [
        (
            refused("ratelimited", 429, headers={"Retry-After": "7"}),
            later(timedelta(seconds=7), "ratelimited"),
        ),
        (refused("rate_limited"), later(SOON, "rate_limited")),
        (
            refused("", 429, {}, headers={"retry-after": "99999"}),
            later(LONGEST_RETRY_AFTER, "ratelimited"),
        ),
        (refused("ratelimited", 429, headers={"retry-after": "soon"}), later(SOON, "ratelimited")),
        (
            refused("ratelimited", 429, headers={"retry-after": "0"}),
            later(timedelta(seconds=1), "ratelimited"),
        ),
        (refused("internal_error"), UNCLEAR),
        (refused("fatal_error", 500), UNCLEAR),
        (refused("service_unavailable", 503), UNCLEAR),
        (refused("never_seen_before", 500), UNCLEAR),
        (refused("", 502, {}), UNCLEAR),
        (refused("", 503, "upstream connect error"), UNCLEAR),
        (refused("", 200, {}), UNCLEAR),
        (refused("", 408, {}), UNCLEAR),
        (TimeoutError(), UNCLEAR),
        (aiohttp.SocketTimeoutError(), UNCLEAR),
        (aiohttp.ServerDisconnectedError(), UNCLEAR),
        (aiohttp.ClientOSError(104, "reset"), UNCLEAR),
        (aiohttp.ClientPayloadError(), UNCLEAR),
        (AttributeError("'str' object has no attribute 'get'"), UNCLEAR),
        (unreachable(), later(SOON, "no connection to Slack")),
        (aiohttp.ConnectionTimeoutError(), later(SOON, "no connection to Slack")),
        (aiohttp.InvalidURL("x"), later(LATE, "no connection to Slack")),
        (refused("request_timeout"), later(SOON, "request_timeout")),
        (refused("", 403, {}), later(LATE, "HTTP 403")),
        (refused("", 407, {}), later(LATE, "HTTP 407")),
        (refused("", 413, {}), MessageRefused("HTTP 413")),
        *(
            (refused(word), InstallationBroken(word))
            for word in ("account_inactive", "token_revoked", "invalid_auth", "missing_scope")
        ),
        *(
            (refused(word), AccessLost(word))
            for word in (
                "not_in_channel",
                "channel_not_found",
                "is_archived",
                "restricted_action",
                "restricted_action_read_only_channel",
                "messages_tab_disabled",
            )
        ),
        *(
            (refused(word), MessageRefused(word))
            for word in (
                "invalid_blocks",
                "msg_too_long",
                "no_text",
                "message_not_found",
                "never_seen_before",
            )
        ),
        (SlackObjectFormationError("x"), MessageRefused("SlackObjectFormationError")),
    ],
    ids=str,
)
def test_a_failed_write_means(problem: Exception, meaning: SendError) -> None:
    told = write_error(problem, AT)
    assert type(told) is type(meaning)
    assert vars(told) == vars(meaning)


@pytest.mark.parametrize(
    ("problem", "meaning"),
    [
        (TimeoutError(), later(SOON, "TimeoutError")),
        (refused("internal_error"), later(SOON, "internal_error")),
        (refused("channel_not_found"), AccessLost("channel_not_found")),
        (refused("invalid_auth"), InstallationBroken("invalid_auth")),
        (refused("never_seen_before"), MessageRefused("never_seen_before")),
    ],
    ids=str,
)
def test_a_failed_read_is_never_unclear(problem: Exception, meaning: SendError) -> None:
    told = read_error(problem, AT)
    assert type(told) is type(meaning)
    assert vars(told) == vars(meaning)


def test_a_reason_is_a_word_of_slack_and_never_a_text_from_outside() -> None:
    told = write_error(refused("xoxb-secret\n<!channel> " * 9), AT)
    assert "secret" not in str(told)
