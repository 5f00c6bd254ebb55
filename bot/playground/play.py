"""`qfbot playground`: open the stage, say where things are, and read lines to the end."""

import json
import sys
from pathlib import Path

from bot.playground.clock import WorldClock
from bot.playground.control import CONTROL_PREFIX, Control
from bot.playground.first_minute import FirstMinute
from bot.playground.lines import typed_lines
from bot.playground.prompt import Prompt
from bot.playground.stage import Stage, open_stage
from bot.playground.terminal import news_told


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
    control = Control(page_wanted=page_wanted)
    async with open_stage(
        clock=clock,
        slack_port=port,
        qianfan_port=qianfan_port,
        data=data,
        control=control,
    ) as stage:
        first_minute = FirstMinute(stage)
        async with control.play(stage, visited=first_minute.begin):
            if as_json:
                print(json.dumps(_addresses(stage)), flush=True)
            if page_wanted:
                _print([f"The page: {stage.slack.page_url}", ""])
            _print(_welcome(stage, speed))
            prompt = Prompt(stage)
            if sys.stdin.isatty():
                await first_minute.begin()
            await _converse(prompt)
            return 1 if prompt.unanswered else 0


async def _converse(prompt: Prompt) -> None:
    """Do line after line; a terminal is told of news in between, a pipe with the next answer."""
    _print(await prompt.do(""))
    if not sys.stdin.isatty():
        return await _do_lines(prompt, echo=True)
    async with news_told(prompt.news, lambda: prompt.sign):
        return await _do_lines(prompt, echo=False)


async def _do_lines(prompt: Prompt, *, echo: bool) -> None:
    async for line in typed_lines(lambda: prompt.sign):
        if echo and line.strip():
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
        "control_url": f"{stage.slack.page_url.rstrip('/')}{CONTROL_PREFIX}",
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
