"""`qfbot playground` as a newcomer meets it: lines from a pipe, and what is printed."""

import asyncio
import json
import os
from pathlib import Path

from bot.playground.fault_words import FAULTS
from tests.processes.test_serve import QFBOT, environment

TASK = "task-0tgmn4a7h4i6"


async def play(*lines: str, arguments: tuple[str, ...] = (), cwd: Path) -> tuple[int, str]:
    """Type lines into the playground from a pipe; its exit code, and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *QFBOT,
        "playground",
        "--no-page",
        "--port",
        "0",
        "--qianfan-port",
        "0",
        *arguments,
        cwd=cwd,
        # What the environment says must not matter here.
        env=environment(
            PYTHONPATH=os.getcwd(),
            SLACK_BOT_TOKEN="xoxb-not-this",
            SLACK_CLIENT_ID="1",
            SLACK_CLIENT_SECRET="2",
            QFBOT_DATABASE_URL="postgresql://nowhere/none",
        ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        out, _ = await process.communicate("\n".join(lines).encode())
    return process.returncode or 0, out.decode()


async def test_the_main_job_from_a_pipe(tmp_path: Path) -> None:
    code, out = await play(
        f"/qf status {TASK}",
        f"/qf watch {TASK} task-5kjifvzerc5n",
        "wait 50m",
        "as bo",
        "/qf stop task-9wq3k1m7d2zc",
        "as lin",
        '/qf stop task-9wq3k1m7d2zc reason="wrong data"',
        "click 停止",  # lin's Slack is Chinese
        "wait 5m",
        "/qf status task-9wq3k1m7d2zc",
        "quit",
        cwd=tmp_path,
    )
    assert code == 0, out
    for told in (
        "(support-bot) is *Running*",
        "(support-bot) is *Done*",
        "Loss is NaN at step 1840.",
        "`/qf stop` is for those with the role `operator`; here you have the role `viewer`.",
        "@lin asked Qianfan to stop `task-9wq3k1m7d2zc`. Reason: wrong data",
        "（contracts-v2）的状态是 *已停止（Stopped）*",
    ):
        assert told in out
    assert "Traceback" not in out


async def test_the_first_line_of_json_names_everything_that_a_program_needs(
    tmp_path: Path,
) -> None:
    code, out = await play("quit", arguments=("--json",), cwd=tmp_path)
    told = json.loads(out.splitlines()[0])
    assert code == 0
    assert set(told) == {
        "page_url",
        "slack_api_url",
        "bot_token",
        "app_token",
        "signing_secret",
        "qianfan_url",
        "access_key",
        "secret_key",
        "control_url",
    }
    assert told["slack_api_url"].startswith("http://127.0.0.1:")


async def test_a_bot_that_fails_to_answer_ends_with_1(tmp_path: Path) -> None:
    # With Slack's API down an answer still comes by the response URL; a dead line brings none.
    code, out = await play("fault slack mute", "/qf ping", cwd=tmp_path)
    assert code == 1, out
    assert "operation_timeout" in out


async def test_silence_is_told_and_counted_too_though_the_command_was_acknowledged(
    tmp_path: Path,
) -> None:
    code, out = await play("fault slack 500", "/qf ping", cwd=tmp_path)
    assert code == 1, out
    assert "(qfbot has not answered)" in out


async def test_an_answer_waits_out_a_slack_that_throttles(tmp_path: Path) -> None:
    lines = ("/qf ping", "fault slack 429", "/qf ping", "fault off", "wait 1m")
    _, out = await play(*lines, cwd=tmp_path)
    assert out.count("qfbot 0.1.0 is here.") == 2


async def test_what_the_prompt_does_not_understand_is_told(tmp_path: Path) -> None:
    code, out = await play("wait soon", "click Nothing", "in #nowhere", "fault x", cwd=tmp_path)
    assert code == 0
    assert "say how long" in out
    assert "nothing in sight has a button" in out
    assert "Traceback" not in out


async def test_home_the_messages_menu_and_a_link_from_a_pipe(tmp_path: Path) -> None:
    link = f"https://console.bce.baidu.com/qianfan/train/sft/job-3fpvp7w8agtp/{TASK}/detail"
    code, out = await play(
        "as bo",
        f"How is {link}?",
        "shortcut Watch these runs",
        "home",
        "click Unwatch",
        "in #general",
        "shortcut Delete it",
        "in @qfbot",
        f"status {TASK}",
        cwd=tmp_path,
    )
    assert code == 0, out
    for told in (
        "#training  bo (unfolded):",
        f"│ 🏃 `{TASK}` (support-bot) is *Running*",
        "This channel hears every change.",
        f"`{TASK}` is not watched in #training any more.",
        "Nothing yet. What you have me watch is listed here",
        "say which: shortcut Watch these runs",
    ):
        assert told in out
    assert "Traceback" not in out


async def test_data_is_kept_in_the_folder_that_is_asked_for(tmp_path: Path) -> None:
    await play("/qf ping", arguments=("--data", str(tmp_path / "data")), cwd=tmp_path)
    assert (tmp_path / "data" / "qfbot.db").exists()


async def test_every_fault_that_the_prompt_names_can_be_had_and_ended(tmp_path: Path) -> None:
    # A cut socket takes the bot a moment to mend, so that one comes last.
    named = [words for words in FAULTS if words not in ("off", "slack cut")]
    lines = [f"fault {words}" for words in named]
    code, out = await play(
        *lines, "fault off", "/qf ping", "fault x", "fault slack cut", cwd=tmp_path
    )
    assert code == 0, out
    assert "qfbot 0.1.0 is here." in out
    assert out.count("what can go wrong: fault slack 429") == 1
