"""`qfbot check` as a process of its own: what it prints and ends with, a bot serving meanwhile."""

import json
from pathlib import Path

from bot.doctor.contents import CHECKS
from tests.processes.test_serve import run, serving, settings, two_servers


async def test_beside_a_bot_that_serves_all_is_well_and_its_process_is_named(
    tmp_path: Path,
) -> None:
    async with two_servers() as servers:
        given = settings(servers, tmp_path, "socket")
        async with serving(tmp_path, given):
            code, out, err = await run("check", cwd=tmp_path, **given)
        secrets = (servers.slack.bot_token, servers.slack.app_token, servers.qianfan.secret_key)

    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith("MEND")] == []
    assert "serves on this database now." in out
    assert not [secret for secret in secrets if secret in out]


async def test_with_nothing_set_it_prints_json_and_ends_with_one(tmp_path: Path) -> None:
    code, out, err = await run("check", "--json", cwd=tmp_path, HOME=str(tmp_path))
    report = json.loads(out)

    assert (code, err) == (1, "")
    assert (report["schema"], report["well"]) == (1, False)
    assert {each["check"] for each in report["findings"]} == {check.name for check in CHECKS}
    assert all(each.keys() == {"check", "sign", "what", "how"} for each in report["findings"])
