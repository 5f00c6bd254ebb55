"""The playground over HTTP: the page, what it shows, and what a person does there."""

from bot.playground.control.control import PREFIX as CONTROL_PREFIX
from bot.playground.control.control import Control
from bot.playground.control.playing import Playing

__all__ = ["CONTROL_PREFIX", "Control", "Playing"]
