"""Baidu's own SDK, unchanged and in an environment of its own, against the local Qianfan."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World

TASK = "task-9wq3k1m7d2zc"

#: Reads a run and stops it, then tries once more with a wrong key; each outcome in a line.
_PROGRAM = f"""
import logging, os
logging.disable(logging.CRITICAL)
import qianfan
from qianfan.resources import FineTune
print(FineTune.V2.task_detail(task_id="{TASK}").body["result"]["runStatus"])
print(FineTune.V2.stop_task(task_id="{TASK}").body["result"])
qianfan.get_config().SECRET_KEY = "wrong"
try:
    FineTune.V2.task_detail(task_id="{TASK}")
except Exception as error:
    print(type(error).__name__, "SignatureDoesNotMatch" in str(error))
"""


async def run(*command: str, **settings: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(180):
        out, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(err.decode()[-2000:])
    return out.decode()


@pytest.fixture
async def sdk(tmp_path: Path) -> Path:
    """The Python of a fresh environment in which only the SDK is installed."""
    uv = shutil.which("uv")
    try:
        if uv is None:
            raise RuntimeError("uv is not installed")
        await run(uv, "venv", "--quiet", str(tmp_path / "sdk"))
        python = tmp_path / "sdk" / "bin" / "python"
        await run(uv, "pip", "install", "--quiet", "--python", str(python), "qianfan==0.4.12.3")
    except (RuntimeError, TimeoutError) as error:
        if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
            raise
        pytest.skip(f"the SDK cannot be installed here: {error}")
    return python


async def test_it_reads_and_stops_a_run_and_is_refused_with_a_wrong_key(
    sdk: Path, tmp_path: Path
) -> None:
    world = World(WorldClock(1))
    run_at_qianfan = world.add_task(TASK)
    run_at_qianfan.runs(progress=34)
    async with LocalQianfan(world) as qianfan:
        out = await run(
            str(sdk),
            "-c",
            _PROGRAM,
            HOME=str(tmp_path),
            QIANFAN_ACCESS_KEY=qianfan.access_key,
            QIANFAN_SECRET_KEY=qianfan.secret_key,
            QIANFAN_CONSOLE_API_BASE_URL=qianfan.url,
        )
    assert out.splitlines()[-3:] == ["Running", "True", "RequestError True"]
