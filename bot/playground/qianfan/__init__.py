"""A local Qianfan: the console API over a world whose runs live by a clock that can be moved."""

from bot.playground.qianfan.accounts import Account
from bot.playground.qianfan.faults import Fault, Faults
from bot.playground.qianfan.journal import Request
from bot.playground.qianfan.lives import Done, Failed, Stopped
from bot.playground.qianfan.manners import Manners
from bot.playground.qianfan.resources import Compression, Job, ModelSet, Source, Task, Version
from bot.playground.qianfan.server import LocalQianfan
from bot.playground.qianfan.wording import Wording
from bot.playground.qianfan.world import World

__all__ = [
    "Account",
    "Compression",
    "Done",
    "Failed",
    "Fault",
    "Faults",
    "Job",
    "LocalQianfan",
    "Manners",
    "ModelSet",
    "Request",
    "Source",
    "Stopped",
    "Task",
    "Version",
    "Wording",
    "World",
]
