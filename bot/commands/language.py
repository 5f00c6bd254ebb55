"""`/qf language`: in which language a channel is told what it hears by itself."""

from dataclasses import replace
from enum import StrEnum

from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.languages import Language
from bot.wording import channel_languages as wording


class Choice(StrEnum):
    """A language, or none in particular."""

    ENGLISH = Language.ENGLISH.value
    CHINESE = Language.CHINESE.value
    AUTO = "auto"


@command(Role.OPERATOR)
async def language(context: Context, choice: Choice | None = None) -> Reply:
    """Shows or sets the language in which this channel is told what it hears by itself.

    auto leaves it to the rules' file, and where that names none, it is the language of whoever
    first had something told here. Answers are in the language of whoever asks, from their Slack.
    """
    channels, here = context.services.channels, context.channel_id
    house = context.services.house_language()
    if choice is None:
        settings = await channels.settings(here)
        return Reply(wording.language_told(settings, house), outcome="shown")
    chosen = None if choice is Choice.AUTO else Language(choice.value)
    settings = await channels.change(here, lambda old: replace(old, language=chosen))
    return Reply(wording.language_told(settings, house, anew=True), outcome="set")
