"""The rules of a question that a button answers: whose it is, how long, and once only."""

from datetime import datetime

from bot.domain.calls import CONFIRMATION_LIFETIME, Confirmation
from bot.domain.errors import ButtonExpired, ButtonNotYours, ButtonUnknown, ButtonUsed
from bot.domain.ports import Confirmations

#: What stands before the name of a question on the button that answers it with no.
NO = "no "


def is_answer(press: str) -> bool:
    """Whether a button's text names a question, and is no command line."""
    return press.removeprefix(NO).startswith("#")


async def answer(
    press: str, user_id: str, now: datetime, confirmations: Confirmations
) -> tuple[Confirmation, bool]:
    """The question that a button answers, now used up, and whether the answer is yes.

    Raises ButtonUnknown, ButtonNotYours, ButtonExpired or ButtonUsed.
    """
    name = press.removeprefix(NO)
    asked = await confirmations.find(name)
    if asked is None:
        raise ButtonUnknown
    if asked.asker != user_id:
        raise ButtonNotYours(asked.asker)
    if asked.expired(now):
        raise ButtonExpired(asked.call.command, CONFIRMATION_LIFETIME)
    if not await confirmations.use(name, now):
        raise ButtonUsed(asked.call.command)
    return asked, not press.startswith(NO)
