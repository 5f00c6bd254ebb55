"""bce-auth-v1: golden signatures, and the official signer as an oracle."""

import json
import string
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.qianfan.signing import BceAuth, Credentials, authorization

from .samples import SAMPLES

with warnings.catch_warnings():
    # The official SDK's own source has invalid escape sequences.
    warnings.simplefilter("ignore")
    from baidubce.auth import bce_v1_signer
    from baidubce.auth.bce_credentials import BceCredentials

VECTORS = json.loads((SAMPLES / "signing-vectors.json").read_text("utf-8"))
KEYS = Credentials("AKTEST01", SecretStr("SKTEST02"))
NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)

names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
values = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_a_signature_is_the_golden_one(vector: dict[str, Any]) -> None:
    signature = authorization(
        Credentials(vector["access_key"], SecretStr(vector["secret_key"])),
        method=vector["method"],
        target=f"{vector['path']}?{vector['query']}",
        host=vector["headers"]["host"],
        date=vector["headers"]["x-bce-date"],
        lifetime=timedelta(seconds=vector["expire_seconds"]),
    )
    assert signature == vector["authorization"]


@given(
    access_key=names,
    secret_key=names,
    path=st.lists(names, min_size=1).map(lambda parts: "/" + "/".join(parts)),
    query=st.dictionaries(names.filter(lambda name: name.lower() != "authorization"), values),
    port=st.sampled_from(["", ":443", ":8751"]),
    at=moments,
    seconds=st.integers(1, 180_000),
)
def test_the_official_signer_signs_alike(
    access_key: str,
    secret_key: str,
    path: str,
    query: dict[str, str],
    port: str,
    at: datetime,
    seconds: int,
) -> None:
    request = httpx.Request("POST", f"https://qianfan.example{port}{path}", params=query)
    keys = Credentials(access_key, SecretStr(secret_key))
    signed = _signed(request, keys, at, timedelta(seconds=seconds))
    official = bce_v1_signer.sign(
        BceCredentials(access_key.encode(), secret_key.encode()),
        b"POST",
        path.encode(),
        {
            b"host": urlsplit(str(request.url)).netloc.encode(),
            b"x-bce-date": signed.headers["x-bce-date"].encode(),
        },
        {name.encode(): value.encode() for name, value in query.items()},
        int(at.timestamp()),
        seconds,
        [b"host", b"x-bce-date"],
    )
    assert signed.headers["authorization"] == official.decode()


def test_the_host_is_signed_with_its_port_unless_it_is_the_usual_one() -> None:
    def signature(url: str) -> str:
        return _signed(httpx.Request("POST", url), KEYS, NOON).headers["authorization"]

    assert signature("https://a.example:443/v2") == signature("https://a.example/v2")
    assert signature("https://a.example:444/v2") != signature("https://a.example/v2")


def test_each_attempt_is_signed_with_the_time_at_which_it_is_made() -> None:
    moments = iter((NOON, NOON + timedelta(seconds=1)))
    auth = BceAuth(lambda: KEYS, lambda: next(moments))
    request = httpx.Request("POST", "https://a.example/v2")
    first = next(auth.auth_flow(request)).headers["authorization"]
    second = next(auth.auth_flow(request)).headers["authorization"]
    assert "/2025-01-15T12:00:00Z/" in first
    assert "/2025-01-15T12:00:01Z/" in second


def test_each_attempt_is_signed_with_the_keys_that_count_when_it_is_made() -> None:
    keys = iter((KEYS, Credentials("AKTEST03", SecretStr("SKTEST04"))))
    auth = BceAuth(lambda: next(keys), lambda: NOON)
    request = httpx.Request("POST", "https://a.example/v2")
    first = next(auth.auth_flow(request)).headers["authorization"]
    second = next(auth.auth_flow(request)).headers["authorization"]
    assert first.startswith("bce-auth-v1/AKTEST01/")
    assert second.startswith("bce-auth-v1/AKTEST03/")


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    beijing = NOON.astimezone(tz=datetime.fromisoformat("2025-01-01T00:00:00+08:00").tzinfo)
    request = _signed(httpx.Request("POST", "https://a.example/v2"), KEYS, beijing)
    assert request.headers["x-bce-date"] == "2025-01-15T12:00:00Z"


def test_no_key_is_seen_in_a_repr() -> None:
    told = repr(KEYS) + str(KEYS) + repr(BceAuth(lambda: KEYS, lambda: NOON))
    assert "AKTEST01" not in told
    assert "SKTEST02" not in told


@pytest.mark.parametrize("key", ["", "two words", "a/b", "line\nbreak", "键"])
def test_an_access_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="access key"):
        Credentials(key, SecretStr("secret"))


def _signed(
    request: httpx.Request,
    keys: Credentials,
    at: datetime,
    lifetime: timedelta = timedelta(minutes=30),
) -> httpx.Request:
    return next(BceAuth(lambda: keys, lambda: at, lifetime).auth_flow(request))
