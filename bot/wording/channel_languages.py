"""What is said of the language in which a channel is told something."""

from bot.domain.channels import ChannelSettings
from bot.domain.languages import Language
from bot.domain.messages import Code, Message, Note, Sentence, say

_NAMES = {Language.ENGLISH: say("English"), Language.CHINESE: say("Chinese")}


def language_told(
    settings: ChannelSettings, house: Language | None, *, anew: bool = False
) -> Message:
    """In which language a channel is told what it hears, and why in that one."""
    name = _NAMES[settings.told_in(house)]
    line = say("Announcements in this channel are in {language}.", language=name)
    if anew:
        line = say("From now on announcements in this channel are in {language}.", language=name)
    return Message.of(
        say("{line} {why}", line=line, why=_why(settings, house)),
        Note(
            say(
                "{english} or {chinese} chooses one, {auto} leaves it open. Answers are in the "
                "language of whoever asks.",
                english=Code("/qf language en"),
                chinese=Code("/qf language zh"),
                auto=Code("/qf language auto"),
            )
        ),
    )


def _why(settings: ChannelSettings, house: Language | None) -> Sentence:
    if settings.language is not None:
        return say("It was chosen here.")
    if house is not None:
        return say("It was chosen for all channels, in {file}.", file=Code("qfbot.toml"))
    if settings.readers is not None:
        return say("It is that of whoever first had something told here.")
    return say("Nothing was chosen, and nobody had anything told here yet.")
