"""Who is let in: bce-auth-v1 as the local Qianfan checks it."""

import json
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.playground.qianfan.errors import ApiError
from bot.playground.qianfan.signature import SignedRequest, canonical, signer_of

from .signed_client import Stage, authorization, stage

with warnings.catch_warnings():
    # Its source has an escape that Python warns of when it is compiled for the first time.
    warnings.simplefilter("ignore")
    from baidubce.auth import bce_v1_signer
    from baidubce.auth.bce_credentials import BceCredentials

SAMPLES = Path(__file__).parents[2] / "samples"
VECTORS = json.loads((SAMPLES / "signing-vectors.json").read_text("utf-8"))


def request_of(vector: dict[str, Any]) -> SignedRequest:
    headers = vector["headers"] | {"authorization": vector["authorization"]}
    return SignedRequest(vector["method"], vector["path"], vector["query"], headers)


def date_of(vector: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(vector["headers"]["x-bce-date"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_every_recorded_signature_is_accepted(vector: dict[str, Any]) -> None:
    keys = {vector["access_key"]: vector["secret_key"]}
    assert signer_of(request_of(vector), keys.get, date_of(vector)) == vector["access_key"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_every_recorded_signature_is_refused_with_another_secret(vector: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refusal:
        signer_of(request_of(vector), lambda _: "another", date_of(vector))
    assert refusal.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if "canonical_request" in v], ids=lambda vector: vector["case"]
)
def test_the_signed_text_is_the_recorded_one(vector: dict[str, Any]) -> None:
    signed = frozenset(vector["headers"])
    assert canonical(request_of(vector), signed) == vector["canonical_request"]


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOSTS_HEADERS = {"host": "127.0.0.1:8751", "x-bce-date": "2026-03-02T09:00:00Z"}


def baidus_signature(headers: dict[str, str], names: list[str] | None, query: str) -> str:
    params = dict(pair.split("=") for pair in query.split("&"))
    token = bce_v1_signer.sign(
        BceCredentials("AK", "SK"),
        b"POST",
        b"/v2/model",
        {name.encode(): value.encode() for name, value in headers.items()},
        {name.encode(): value.encode() for name, value in params.items()},
        timestamp=int(NOW.timestamp()),
        headers_to_sign=[name.encode() for name in names] if names else None,
    )
    return str(token.decode())


@pytest.mark.parametrize(
    "names",
    [
        ["host", "x-bce-date"],
        ["x-bce-date", "host"],
        ["x-bce-date", "content-type", "request-source", "host"],
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("query", ["Action=DescribeModel", "b=2&Action=X&a="])
def test_what_baidus_own_signer_signs_is_accepted(names: list[str] | None, query: str) -> None:
    headers = HOSTS_HEADERS | {
        "content-type": "application/json; charset=utf-8",
        "request-source": "qianfan_py_sdk/v0",
    }
    token = baidus_signature(headers, names, query)
    request = SignedRequest("POST", "/v2/model", query, headers | {"authorization": token})
    assert signer_of(request, {"AK": "SK"}.get, NOW) == "AK"


def refusal_of(authorization: str | None, now: datetime = NOW, **headers: str) -> ApiError:
    signed = HOSTS_HEADERS | headers
    if authorization is not None:
        signed["authorization"] = authorization
    with pytest.raises(ApiError) as refusal:
        signer_of(SignedRequest("POST", "/v2/model", "Action=X", signed), {"AK": "SK"}.get, now)
    return refusal.value


def token(at: datetime = NOW, seconds: int = 1800, headers: dict[str, str] = HOSTS_HEADERS) -> str:
    url = httpx.URL("http://127.0.0.1:8751/v2/model?Action=X")
    return authorization("AK", "SK", url, headers, at, seconds)


def test_a_request_without_a_signature_is_refused() -> None:
    assert refusal_of(None).code == "AccessDenied"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer bce-v3/ALTAK-1/2",
        "bce-auth-v1/AK/2026-03-02T09:00:00Z/1800",
        f"bce-auth-v1/AK/yesterday/1800/host/{'0' * 64}",
        f"bce-auth-v1/AK/2026-03-02T09:00:00Z/1800/host/{'0' * 63}",
    ],
)
def test_a_malformed_header_is_refused(header: str) -> None:
    assert refusal_of(header).code == "InvalidHTTPAuthHeader"


def test_a_signature_that_leaves_out_the_host_is_refused() -> None:
    without_host = {"x-bce-date": HOSTS_HEADERS["x-bce-date"]}
    assert refusal_of(token(headers=without_host)).code == "InvalidHTTPAuthHeader"


def test_a_signature_for_another_port_is_refused() -> None:
    assert refusal_of(token(), host="127.0.0.1").code == "SignatureDoesNotMatch"


def test_a_signature_lasts_as_long_as_it_says() -> None:
    later = NOW + timedelta(seconds=61)
    date = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    old = token(NOW, 60, {"host": HOSTS_HEADERS["host"]})
    assert refusal_of(old, later, **{"x-bce-date": date}).code == "RequestExpired"


@pytest.mark.parametrize("minutes", [-31, 31])
def test_a_clock_more_than_half_an_hour_off_is_refused(minutes: int) -> None:
    refusal = refusal_of(token(seconds=180_000), NOW + timedelta(minutes=minutes))
    assert (refusal.status, refusal.code) == (400, "RequestExpired")


def test_a_long_lived_signature_needs_a_fresh_date_only() -> None:
    later = NOW + timedelta(hours=20)
    url = httpx.URL("http://127.0.0.1:8751/v2/model?Action=X")
    headers = HOSTS_HEADERS | {"x-bce-date": later.strftime("%Y-%m-%dT%H:%M:%SZ")}
    header = authorization("AK", "SK", url, headers, NOW, 180_000)
    request = SignedRequest("POST", "/v2/model", "Action=X", headers | {"authorization": header})
    assert signer_of(request, {"AK": "SK"}.get, later) == "AK"


async def test_an_unknown_access_key_gets_the_sentence_that_the_sdk_knows() -> None:
    async with stage() as it:
        answer = await _ask_as(it, "ALTAKnobody", it.qianfan.secret_key)
    assert answer.status_code == 403
    assert answer.headers["X-Bce-Error-Message"] == "NotFound, cause: Could not find credential."
    assert answer.json()["message"] == "NotFound, cause: Could not find credential."


async def test_a_wrong_secret_key_gets_the_sentence_that_the_sdk_knows() -> None:
    async with stage() as it:
        answer = await _ask_as(it, it.qianfan.access_key, "wrong")
    assert answer.status_code == 400
    assert answer.json()["code"] == "SignatureDoesNotMatch"
    sentence = "SignatureDoesNotMatch, cause: Fail to authn user: Signature does not match"
    assert answer.headers["X-Bce-Error-Message"] == sentence


async def test_each_account_sees_its_own_world() -> None:
    async with stage() as it:
        task = it.world.add_task()
        other = it.qianfan.add_account(type(it.world)(it.clock, seed=8))
        answer = await _ask_as(it, other.access_key, other.secret_key, taskId=task.id)
        assert (answer.status_code, answer.json()["code"]) == (404, "NoSuchTask")
        assert other.secret_key not in repr(other)


async def _ask_as(it: Stage, access_key: str, secret_key: str, **body: str) -> httpx.Response:
    url = httpx.URL(f"{it.qianfan.url}/v2/finetuning?Action=DescribeFineTuningTask")
    headers = {"host": url.netloc.decode()}
    header = authorization(access_key, secret_key, url, headers)
    return await it.client.post(url, json=body, headers=headers | {"authorization": header})
