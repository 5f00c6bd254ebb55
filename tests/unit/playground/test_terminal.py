"""A terminal is told of news while somebody is typing."""

import asyncio

import pytest

from bot.playground.terminal import news_told


async def test_news_are_printed_by_themselves_and_the_prompt_again_after_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting = [["#training  qfbot:", "    the run failed"]]
    told = asyncio.Event()

    def news() -> list[str]:
        if waiting:
            return waiting.pop()
        told.set()
        return []

    async with news_told(news, lambda: "ada in #training> "):
        await asyncio.wait_for(told.wait(), 5)
    printed = capsys.readouterr().out
    assert printed.endswith("#training  qfbot:\n    the run failed\nada in #training> ")
