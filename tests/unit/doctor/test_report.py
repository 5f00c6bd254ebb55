"""The findings as people and programs read them."""

import json

from inline_snapshot import snapshot

from bot.doctor.findings import Finding, Sign
from bot.doctor.report import Report

FINDINGS = (
    Finding(Sign.OK, "all is well", check="settings"),
    Finding(Sign.MEND, "a key is\nwrong: \x1b[2Jcanary", "copy it anew", "qianfan-accounts"),
    Finding(Sign.SKIPPED, "not looked at", check="qianfan-clock"),
)
REPORT = Report(FINDINGS, frozenset({"canary"}))


def test_a_finding_is_a_line_and_the_last_one_counts_them() -> None:
    assert REPORT.as_text().splitlines() == snapshot(
        [
            "ok       settings: all is well.",
            "MEND     qianfan-accounts: a key is wrong: [2J[struck out]; copy it anew.",
            "skipped  qianfan-clock: not looked at.",
            "1 to mend, 1 skipped, 1 in order",
        ]
    )


def test_the_json_is_one_line_with_the_same_findings() -> None:
    text = REPORT.as_json()
    told = json.loads(text)
    version = told.pop("version")

    assert "\n" not in text
    assert version
    assert told == snapshot(
        {
            "schema": 1,
            "well": False,
            "findings": [
                {"check": "settings", "sign": "ok", "what": "all is well", "how": ""},
                {
                    "check": "qianfan-accounts",
                    "sign": "mend",
                    "what": "a key is wrong: [2J[struck out]",
                    "how": "copy it anew",
                },
                {"check": "qianfan-clock", "sign": "skipped", "what": "not looked at", "how": ""},
            ],
        }
    )


def test_a_report_is_well_where_nothing_is_to_be_mended() -> None:
    assert not REPORT.is_well
    assert Report([each for each in FINDINGS if each.sign is not Sign.MEND]).is_well
