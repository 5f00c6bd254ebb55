"""Errors in all their shapes, each told apart from the others."""

import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    BrokenAnswer,
    ClockSkewed,
    PlatformError,
    RequestRejected,
    Throttled,
    Unavailable,
    UnknownResource,
)
from bot.domain.secrets import STRUCK_OUT
from bot.qianfan.answers import Answer, Refusal, Reply, read_answer
from bot.qianfan.failures import CODES
from bot.qianfan.redaction import redaction

ACTION = "DescribeFineTuningTask"

# Every code of Qianfan's V2 list, of the shared list, and of V1's numbers, with what it means.
DOCUMENTED: list[tuple[int, str | int, type[PlatformError], bool]] = [
    (400, "InappropriateJSON", RequestRejected, False),
    (400, "InvalidMarker", RequestRejected, False),
    (400, "SignatureDoesNotMatch", BadCredentials, False),
    (400, "RequestExpired", ClockSkewed, False),
    (400, "InvalidHTTPAuthHeader", BadCredentials, False),
    (400, "InvalidHTTPRequest", RequestRejected, False),
    (400, "InvalidURI", RequestRejected, False),
    (400, "MalformedJSON", RequestRejected, False),
    (403, "AccessDenied", AccessDenied, False),
    (403, "IdempotentParameterMismatch", RequestRejected, False),
    (403, "InvalidAccessKeyId", BadCredentials, False),
    (403, "OptInRequired", AccessDenied, False),
    (404, "InvalidVersion", RequestRejected, False),
    (412, "PreconditionFailed", RequestRejected, False),
    (404, "NoSuchKey", UnknownResource, False),
    (429, "RequestLimited", Throttled, True),
    (500, "InternalError", Unavailable, True),
    (503, "ServiceUnavailable", Unavailable, True),
    (200, 4, Throttled, False),
    (200, 14, BadCredentials, False),
    (200, 17, Throttled, False),
    (200, 18, Throttled, True),
    (200, 19, Throttled, False),
    (200, 336100, Unavailable, True),
    (200, 336501, Throttled, False),
    (200, 336502, Throttled, False),
    (200, 500000, Unavailable, True),
    (200, 500001, RequestRejected, False),
    (200, 500002, BadCredentials, False),
    (200, 510202, UnknownResource, False),
    (200, 510301, UnknownResource, False),
    (200, 510302, RequestRejected, False),
    (200, 510402, RequestRejected, False),
    (200, 510403, RequestRejected, False),
]


@pytest.mark.parametrize(("status", "code", "error", "passing"), DOCUMENTED)
def test_a_documented_code_means_its_error(
    status: int, code: str | int, error: type[PlatformError], passing: bool
) -> None:
    refusal = _refusal(status, _v1(code) if isinstance(code, int) else _v2(code))
    assert type(refusal.error) is error
    assert refusal.error.action == ACTION
    assert refusal.error.request_id == "r-1"
    assert refusal.passing is passing


def test_no_documented_code_is_unmapped_and_no_mapped_code_untested() -> None:
    assert {str(code) for _, code, _, _ in DOCUMENTED} == set(CODES)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", ["Whatever", "InappropriateJSON"])
def test_a_refusal_is_told_with_its_code_and_message(status: int, code: str) -> None:
    error = _refusal(status, _v2(code, "param[step] invalid.")).error
    assert isinstance(error, RequestRejected)
    assert (error.code, error.message) == (code, "param[step] invalid.")


@pytest.mark.parametrize(
    "message",
    [
        "NotFound, cause: Could not find credential.",
        "SignatureDoesNotMatch, cause: Fail to authn user: Signature does not match",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
def test_the_sentence_of_a_wrong_key_is_known_under_any_status(status: int, message: str) -> None:
    by_header = {"X-Bce-Error-Code": "NotFound", "X-Bce-Error-Message": message}
    assert type(_refusal(status, b"", by_header).error) is BadCredentials
    assert type(_refusal(status, _v2("NotFound", message)).error) is BadCredentials


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"requestId":"r-1"}'),
        (404, b'{"requestId":"r-1","code":"Whatever","message":"?"}'),
        (400, b'{"requestId":"r-1","code":"TaskNotExist","message":""}'),
        (400, b'{"requestId":"r-1","code":"InvalidTask","message":"The task does not exist."}'),
        (200, b'{"log_id":"r-1","error_code":500001,"error_msg":"task not exist"}'),
        (200, '{"requestId":"r-1","code":"X","message":"任务不存在"}'.encode()),
    ],
)
def test_an_unknown_id_is_known_by_status_code_or_message(status: int, body: bytes) -> None:
    assert type(_refusal(status, body).error) is UnknownResource


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b"{}", b"[]", b'{"code":"?"}'])
def test_a_5xx_is_an_unavailable_platform_whatever_its_body(status: int, body: bytes) -> None:
    refusal = _refusal(status, body)
    assert type(refusal.error) is Unavailable
    assert refusal.passing


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"AccessDenied"}'])
def test_a_429_is_throttling_whatever_its_body(body: bytes) -> None:
    assert type(_refusal(429, body).error) is Throttled


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_proxys_page_is_not_taken_for_qianfans_word(status: int) -> None:
    error = _refusal(status, b"<html>no</html>").error
    assert isinstance(error, RequestRejected)
    assert error.code == f"HTTP {status}"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>welcome</html>"),
        (200, b'{"requestId":"r-1","resu'),
        (200, b"[1]"),
        (200, b"null"),
        (200, b"[" * 100_000),
        (302, b""),
        (302, b'{"result":true}'),
    ],
)
def test_what_is_no_answer_is_a_broken_one(status: int, body: bytes) -> None:
    assert type(_refusal(status, body).error) is BrokenAnswer


@pytest.mark.parametrize(
    "body",
    [
        b'{"requestId":"r-1","result":{"errorCode":7,"errorMessage":"a task\'s own"}}',
        b'{"log_id":"r-1","error_code":0,"error_msg":"","result":{}}',
        b'{"requestId":"r-1","code":"0","message":"ok","result":{}}',
        b'{"requestId":"r-1","code":"","message":""}',
        b'{"requestId":"r-1","code":null,"error":null}',
        b'{"requestId":"r-1","code":"Success","result":true}',
        b'\xef\xbb\xbf{"requestId":"r-1"}',
        b'{"requestId":"r-1","result":{"name":"bad byte \xff"}}',
    ],
)
def test_an_answer_is_not_taken_for_an_error(body: bytes) -> None:
    answer = _read(200, body)
    assert isinstance(answer, Answer)
    assert answer.request_id == "r-1"


def test_the_inference_gateways_error_is_read() -> None:
    error = _refusal(400, b'{"error":{"code":"invalid_model","message":"no"},"id":"x"}').error
    assert isinstance(error, RequestRejected)
    assert (error.code, error.message) == ("invalid_model", "no")


def test_a_result_beside_a_code_does_not_hide_what_an_error_status_says() -> None:
    error = _refusal(400, b'{"result":false,"code":"TaskIsOver","message":"too late"}').error
    assert isinstance(error, RequestRejected)
    assert error.code == "TaskIsOver"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"Retry-After": "3"}, timedelta(seconds=3)),
        ({"Retry-After": "0.5"}, timedelta(seconds=0.5)),
        (
            {
                "Retry-After": "Thu, 01 Jan 2026 00:00:09 GMT",
                "Date": "Thu, 01 Jan 2026 00:00:02 GMT",
            },
            timedelta(seconds=7),
        ),
        (
            {
                "Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT",
                "Date": "Thu, 01 Jan 2026 00:00:02 GMT",
            },
            timedelta(0),
        ),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:09 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_where_it_can_be(
    header: dict[str, str], wait: timedelta | None
) -> None:
    error = _refusal(429, b"", header).error
    assert isinstance(error, Throttled)
    assert error.retry_after == wait


@pytest.mark.parametrize(
    "secret",
    [
        "bce-auth-v1/AKTEST01/2025-01-15T00:00:00Z/1800/host/81b18ed9254b4b2b3f678ecea106",
        "Authorization: Basic c2VjcmV0",
        '"authorization": "c2VjcmV0"',
        "ALTAKabcdefghij0123456789",
        "0123456789abcdef0123456789ABCDEF",
        "Bearer bce-v3/x/y",
        "canary-secret",
    ],
)
def test_a_message_from_outside_carries_no_secret(secret: str) -> None:
    error = _refusal(400, _v2("Odd", f"refused {secret}"), redact=("canary-secret",)).error
    assert secret not in str(error)
    assert "refused" in str(error)
    assert STRUCK_OUT in str(error)


def test_a_request_id_and_ordinary_words_are_no_secrets() -> None:
    told = "task-0tgmn4a7h4i6 at 1bef3f87-c5b2-4419-936b-50f9884f10d4 is over, ask the sky"
    assert redaction("sk", "")(told) == told


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
error_fields = st.sampled_from(
    ["code", "message", "error", "error_code", "error_msg", "log_id", "requestId", "result"]
)


@given(
    status=st.integers(100, 599),
    body=st.dictionaries(error_fields, json_values).map(json.dumps).map(str.encode)
    | json_values.map(json.dumps).map(str.encode)
    | st.binary(),
    headers=st.dictionaries(
        st.sampled_from(["Retry-After", "Date", "X-Bce-Error-Code", "X-Bce-Request-Id"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    ),
)
def test_whatever_comes_is_an_answer_or_a_refusal(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    outcome = _read(status, body, headers)
    if isinstance(outcome, Refusal):
        str(outcome.error).encode()
    else:
        assert status < 300


def _v2(code: str, message: str = "why") -> bytes:
    return json.dumps({"requestId": "r-1", "code": code, "message": message}).encode()


def _v1(code: int) -> bytes:
    return json.dumps({"log_id": "r-1", "error_code": code, "error_msg": "why"}).encode()


def _read(
    status: int, body: bytes, headers: dict[str, str] | None = None, redact: tuple[str, ...] = ()
) -> Answer | Refusal:
    return read_answer(ACTION, Reply(status, httpx.Headers(headers), body), redaction(*redact))


def _refusal(
    status: int, body: bytes, headers: dict[str, str] | None = None, redact: tuple[str, ...] = ()
) -> Refusal:
    outcome = _read(status, body, headers, redact)
    assert isinstance(outcome, Refusal)
    return outcome
