"""`qfbot playground`: open the stage, say where things are, and read lines to the end."""

import json
import sys
from pathlib import Path

from bot.playground.clock import WorldClock
from bot.playground.lines import typed_lines
from bot.playground.prompt import Prompt
from bot.playground.stage import Stage, open_stage


async def play(
    *,
    port: int = 8750,
    qianfan_port: int = 8751,
    speed: float = 60.0,
    data: Path | None = None,
    as_json: bool = False,
    page_wanted: bool = False,
) -> int:
    """Play until the lines end; 1 where the bot failed to answer, else 0."""
    clock = WorldClock(speed)
    async with open_stage(
        clock=clock, slack_port=port, qianfan_port=qianfan_port, data=data
    ) as stage:
        if as_json:
            print(json.dumps(_addresses(stage)), flush=True)
        _print(_welcome(stage, speed))
        if page_wanted:
            _print(["(There is no page yet: this version has the terminal alone.)"])
        prompt = Prompt(stage)
        await _converse(prompt)
        return 1 if prompt.unanswered else 0


async def _converse(prompt: Prompt) -> None:
    at_terminal = sys.stdin.isatty()
    _print(await prompt.do(""))
    async for line in typed_lines(lambda: prompt.sign):
        if not at_terminal and line.strip():
            _print(["", f"{prompt.sign}{line.strip()}"])
        if line.strip().lower() in ("quit", "exit"):
            return
        _print(await prompt.do(line))


def _addresses(stage: Stage) -> dict[str, str]:
    return {
        "page_url": stage.slack.page_url,
        "slack_api_url": stage.slack.api_url,
        "bot_token": stage.slack.bot_token,
        "app_token": stage.slack.app_token,
        "signing_secret": stage.slack.signing_secret,
        "qianfan_url": stage.qianfan.url,
        "access_key": stage.qianfan.access_key,
        "secret_key": stage.qianfan.secret_key,
        "control_url": "",
    }


def _welcome(stage: Stage, speed: float) -> list[str]:
    width = max(len(prop.id) for prop in stage.props)
    return [
        "The playground of qfbot: the real bot between a local Slack and a local Qianfan.",
        f"The world of the runs moves {speed:g} times as fast as yours; `wait 10m` lets it jump.",
        "",
        *(f"  {prop.id:<{width}}  {prop.told}" for prop in stage.props),
        "",
        f"Try: /qf status {stage.props[0].id}   ·   /qf watch {stage.props[0].id}   ·   help",
    ]


def _print(lines: list[str]) -> None:
    for line in lines:
        print(line, flush=True)
