"""The checks one by one, on made-up views."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.doctor.contents import CHECKS, Check, judged
from bot.doctor.findings import Sign
from bot.doctor.seen import Channels, Missing, Seen
from bot.doctor.wording.general import took_too_long
from bot.domain import errors as e
from bot.domain.errors import WhyNoPost
from bot.qianfan.checkup import Asked
from bot.slack.checkup import ChannelState, Introduction, NoAnswer, WhyNot
from bot.slack.manifest import BOT_SCOPES
from bot.store.migrate import Age, Tables
from tests.unit.doctor.seeing import (
    BOT,
    CURRENT,
    FILE,
    GIB,
    dated,
    found,
    seen,
    signs,
)
from tests.unit.test_settings import HTTP, SOCKET


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_where_all_is_as_it_should_be_each_check_says_something_and_nothing_is_to_mend() -> None:
    findings = judged(seen())

    assert {each.check for each in findings} == {check.name for check in CHECKS}
    assert {each.sign for each in findings} == {Sign.OK}


def test_a_check_that_fails_is_a_finding_and_stops_no_other() -> None:
    def stumbles(_: Seen) -> list[object]:
        raise KeyError("canary")

    stumbling = Check("stumbling", stumbles)  # type: ignore[arg-type]
    first, second = judged(seen(), [stumbling, CHECKS[1]])

    assert (first.check, first.sign) == ("stumbling", Sign.MEND)
    assert "KeyError" in first.what
    assert "canary" not in first.what
    assert second.sign is Sign.OK


def test_what_is_missing_is_told_once_and_referred_to_by_the_others() -> None:
    late = Missing(took_too_long(15))
    findings = [each for each in judged(seen(slack=late)) if "slack-token" in each.what]

    assert signs("slack-token", slack=late) == [Sign.MEND]
    others = ["slack-scopes", "slack-manifest", "slack-clock", "channels"]
    assert [each.check for each in findings] == others
    assert {each.sign for each in findings} == {Sign.SKIPPED}


def test_every_setting_is_shown_and_no_secret() -> None:
    url = "postgresql://ada:pass%40word@db.example:5433/qfbot?password=canary&sslmode=require"
    shown = [each.what for each in found("settings", HTTP | {"QFBOT_DATABASE_URL": url})]

    assert "SLACK_BOT_TOKEN is xoxb-… (13 characters), from the environment" in shown
    assert "QIANFAN_SECRET_KEY is … (8 characters), from the environment" in shown
    assert "SLACK_APP_TOKEN is not set, and need not be" in shown
    assert "QFBOT_POLL_MIN_SECONDS is 15, by default" in shown
    assert (
        "QFBOT_DATABASE_URL is postgresql://ada:…@db.example:5433/qfbot?…, from the environment"
        in shown
    )
    assert not [line for line in shown if "canary" in line or "word" in line]


def test_a_mistyped_setting_is_noticed() -> None:
    strange = HTTP | {"QFBOT_POL_MIN_SECONDS": "20", "SLACK_WEBHOOK": "x"}
    [told] = [each for each in found("settings", strange) if each.sign is Sign.NOTE]

    assert told.what.startswith("QFBOT_POL_MIN_SECONDS is no setting of qfbot")
    assert told.how == "perhaps QFBOT_POLL_MIN_SECONDS is meant"


def test_settings_that_would_start_oauth_are_to_be_removed() -> None:
    [told] = [
        each for each in found("settings", HTTP | {"SLACK_CLIENT_ID": ""}) if each.sign is Sign.MEND
    ]

    assert told.what.startswith("SLACK_CLIENT_ID must not be set")


def test_rules_that_are_read_are_told_with_their_hash(tmp_path: Path) -> None:
    file = tmp_path / "qfbot.toml"
    file.write_text('default_role = "viewer"\n')
    [told] = found("rules", HTTP | {"QFBOT_CONFIG": str(file)})
    [here] = found(
        "replicas", HTTP | {"QFBOT_CONFIG": str(file), "QFBOT_DATABASE_URL": "postgresql://db/q"}
    )

    hash_ = told.what.rpartition(" ")[2]
    assert len(hash_) == 12
    assert hash_ in here.what
    assert "qfbot_rules_info" in here.how


@pytest.mark.parametrize(
    ("mode", "ahead", "sign"),
    [
        (HTTP, minutes(0.4), Sign.OK),
        (HTTP, minutes(2), Sign.NOTE),
        (HTTP, minutes(5.1), Sign.MEND),
        (HTTP, minutes(-5), Sign.MEND),
        (SOCKET, minutes(5), Sign.NOTE),
        (SOCKET, minutes(15.1), Sign.MEND),
        (SOCKET, minutes(-60), Sign.NOTE),
    ],
)
def test_how_far_slacks_clock_may_be_depends_on_the_mode(
    mode: dict[str, str], ahead: timedelta, sign: Sign
) -> None:
    assert signs("slack-clock", mode, slack=Introduction(BOT, dated(ahead))) == [sign]


def test_a_refused_token_tells_the_time_all_the_same() -> None:
    refused = Introduction(NoAnswer(WhyNot.REFUSED, "invalid_auth"), dated(minutes(20)))

    assert signs("slack-clock", slack=refused) == [Sign.MEND]
    assert signs("slack-scopes", slack=refused) == [Sign.SKIPPED]


@pytest.mark.parametrize(
    ("error", "sign", "told"),
    [
        (e.BadCredentials("A"), Sign.MEND, "does not accept the access key"),
        (e.AccessDenied("A"), Sign.MEND, "does not let them do A"),
        (e.ClockSkewed("A"), Sign.MEND, "clock is wrong"),
        (e.Throttled("A"), Sign.NOTE, "takes no more requests"),
        (e.Unavailable("A"), Sign.MEND, "answers that it is broken"),
        (e.BrokenAnswer("A"), Sign.MEND, "is not Qianfan"),
        (e.RequestRejected("A", "r1", "X", "why"), Sign.MEND, "refuses A: X why (request r1)"),
    ],
)
def test_each_way_in_which_qianfan_does_not_serve_is_told_apart(
    error: e.PlatformError, sign: Sign, told: str
) -> None:
    [finding] = found("qianfan-accounts", accounts={"prod": Asked(error, dated())})

    assert finding.sign is sign
    assert finding.what.startswith("account prod: ")
    assert told in finding.what


def test_an_account_of_which_nothing_was_heard_is_unreachable() -> None:
    [finding] = found("qianfan-accounts", accounts={"prod": Asked(e.Unavailable("A"), None)})

    assert "nothing answers at https://qianfan.baidubce.com" in finding.what
    assert signs("qianfan-clock", accounts={"prod": Asked(None, None)}) == [Sign.NOTE]


def test_scopes_that_are_not_told_are_no_fault() -> None:
    bot = replace(BOT, scopes=None)

    assert signs("slack-scopes", slack=Introduction(bot, None)) == [Sign.NOTE]


def test_missing_and_superfluous_scopes_are_two_findings() -> None:
    bot = replace(BOT, scopes=frozenset({*BOT_SCOPES, "admin"}) - {"commands"})

    assert signs("slack-scopes", slack=Introduction(bot, None)) == [Sign.MEND, Sign.NOTE]


def test_of_the_manifest_it_is_said_what_can_be_told_and_where_to_look() -> None:
    bot = replace(BOT, name="qianfan", scopes=frozenset({"commands"}))
    [told] = found("slack-manifest", HTTP, slack=Introduction(bot, None))

    assert told.sign is Sign.NOTE
    assert "its scopes are others, and it is called qianfan, not qfbot" in told.what
    assert "api.slack.com/apps/A0APP" in told.how
    assert "`qfbot manifest --url https://your.host`" in told.how


def test_the_invitation_is_for_the_name_that_the_bot_has() -> None:
    closed = ChannelState("C1", "evals", WhyNoPost.NOT_INVITED)
    first, second = found(
        "channels",
        slack=Introduction(replace(BOT, name="qianfan"), None),
        channels=Channels({"C1": closed}, left=3),
    )

    assert first.how.startswith("type /invite @qianfan there")
    assert (second.sign, second.what[:8]) == (Sign.NOTE, "3 more c")


def test_a_channel_that_slack_does_not_tell_of_is_no_fault() -> None:
    channels = Channels({"C1": NoAnswer(WhyNot.THROTTLED)})

    assert signs("channels", channels=channels) == [Sign.NOTE]


@pytest.mark.parametrize(
    ("free", "sign"), [(20 * GIB, Sign.OK), (GIB // 2, Sign.NOTE), (GIB // 20, Sign.MEND)]
)
def test_a_disk_without_room_is_to_be_mended_and_one_with_little_noted(
    free: int, sign: Sign
) -> None:
    assert signs("disk", file=replace(FILE, free_bytes=free)) == [sign]


def test_older_tables_are_a_note_with_how_a_copy_is_kept() -> None:
    older = replace(CURRENT, tables=Tables(Age.OLDER, "0002", "0004"))
    [in_file] = found("database-tables", content=older)
    [on_server] = found("database-tables", content=older, file=None)

    assert in_file.sign is Sign.NOTE
    assert "sqlite3" in in_file.how
    assert "pg_dump" in on_server.how


def test_a_server_that_takes_no_writes_is_to_be_mended() -> None:
    reading = replace(CURRENT, writable=False)

    assert signs("database", content=reading, file=None) == [Sign.MEND]


def test_a_file_that_somebody_serves_is_told_with_the_process() -> None:
    [told] = found("database-lock", file=replace(FILE, holder="4711"))

    assert (told.sign, told.what[:12]) == (Sign.OK, "process 4711")
