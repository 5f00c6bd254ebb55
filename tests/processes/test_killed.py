"""`qfbot serve` killed in the middle of a change, and the audit that `qfbot audit` prints."""

import json
import signal
from pathlib import Path

from tests.processes.test_serve import Servers, run, serving, settings, two_servers

RUN, MODEL = "task-0tgmn4a7h4i6", "am-5sxpz4xn25uw"


def rules(servers: Servers, folder: Path) -> dict[str, str]:
    """Rules in which bo is admin; the settings with them."""
    path = folder / "qfbot.toml"
    bo = servers.slack.workspace.user("bo").id
    path.write_text(f'admins = ["{bo}"]')
    return settings(servers, folder, "socket") | {"QFBOT_CONFIG": str(path)}


def told(servers: Servers) -> list[str]:
    """What bo was told directly."""
    workspace = servers.slack.workspace
    return [each.text for each in workspace.messages(workspace.open_dm("bo").id)]


async def test_a_kill_while_a_version_is_made_makes_one_and_its_asker_hears_of_it(
    tmp_path: Path,
) -> None:
    async with two_servers() as servers:
        model = servers.world.add_model_set("spam-filter", id=MODEL)
        run_ = servers.world.add_task(RUN, checkpoints=0)
        run_.saves(64, 0.31, 1.3)
        run_.finishes()
        given = rules(servers, tmp_path)
        hanging = servers.qianfan.faults.hangs(action="CreateCustomModel", when="after")
        async with serving(tmp_path, given, signal.SIGKILL):
            await servers.slack.until(lambda: servers.slack.open_connections > 0)
            await servers.slack.person("bo").types(f"/qf publish {RUN} {MODEL} step=64", "training")
            await servers.qianfan.until(
                lambda all: any(it.action == "CreateCustomModel" for it in all)
            )
        hanging.end()
        async with serving(tmp_path, given):
            await servers.slack.until(lambda: bool(told(servers)), timeout=60)
        (version,) = servers.world.versions_of(model)
        (line,) = told(servers)
        assert f"It made `{version.id}`" in line
        assert sum(it.action == "CreateCustomModel" for it in servers.qianfan.requests) == 1

        code, out, _ = await run("audit", "--since", "2020-01-01", cwd=tmp_path, **given)
        rows = [json.loads(row) for row in out.splitlines()]
        assert code == 0
        assert [row["outcome"] for row in rows] == ["cut off: done"]
        assert rows[0]["command"] == "publish"
        assert rows[0]["arguments"]["id"] == RUN


async def test_a_wrong_date_is_told_in_a_sentence(tmp_path: Path) -> None:
    async with two_servers() as servers:
        given = settings(servers, tmp_path)
        code, out, err = await run("audit", "--since", "yesterday", cwd=tmp_path, **given)
    assert (code, out) == (2, "")
    assert "--since has to be a date" in err
