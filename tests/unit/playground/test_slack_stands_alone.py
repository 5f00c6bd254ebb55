"""The local Slack knows nothing of the bot, nor of the SDKs that it stands in for."""

import subprocess
import sys

LOADED = """
import sys
import bot.playground.slack
print(*(name for name in sys.modules if name.split(".")[0] in ("bot", "slack_sdk", "slack_bolt")))
"""


def test_importing_it_loads_nothing_of_the_bot_or_of_slacks_sdks() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    strangers = [
        name
        for name in run.stdout.split()
        if name not in ("bot", "bot.playground") and not name.startswith("bot.playground.slack")
    ]
    assert strangers == []
