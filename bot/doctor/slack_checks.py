"""Checks of Slack: the tokens, the scopes, the manifest, the channels."""

from collections.abc import Iterator

from bot.doctor.findings import Finding
from bot.doctor.seen import Channels, Seen, sure
from bot.doctor.wording import general
from bot.doctor.wording import slack as words
from bot.settings import Mode
from bot.slack.checkup import ChannelState, Installed, NoAnswer, WhyNot
from bot.slack.errors import INSTALLATION
from bot.slack.manifest import BOT_SCOPES


def token(seen: Seen) -> Iterator[Finding]:
    """Whether Slack accepts the bot token."""
    answer = sure(seen.slack).answer
    if isinstance(answer, Installed):
        yield words.token_is_accepted(answer)
    elif answer.why is WhyNot.REFUSED and answer.word in INSTALLATION:
        yield words.token_is_refused(answer.word)
    else:
        yield words.no_answer(answer, seen.given.settings.slack_api_url)


def scopes(seen: Seen) -> Iterator[Finding]:
    """Whether the bot was granted what its manifest asks for, and nothing else."""
    bot = sure(seen.slack).answer
    if isinstance(bot, NoAnswer):
        yield general.slack_first()
    elif bot.scopes is None:
        yield words.scopes_are_not_told()
    else:
        wanted = set(BOT_SCOPES)
        if missing := wanted - bot.scopes:
            yield words.scopes_are_missing(missing)
        if superfluous := bot.scopes - wanted:
            yield words.scopes_are_superfluous(superfluous)
        if bot.scopes == wanted:
            yield words.scopes_are_right(len(wanted))


def manifest(seen: Seen) -> Iterator[Finding]:
    """Whether the installed app is that of the manifest, as far as can be told."""
    bot = sure(seen.slack).answer
    if isinstance(bot, NoAnswer):
        yield general.slack_first()
        return
    is_http = seen.given.settings.mode is Mode.HTTP
    printed_by = "qfbot manifest --url https://your.host" if is_http else "qfbot manifest"
    same = bot.scopes == frozenset(BOT_SCOPES)
    yield words.manifest_cannot_be_read(bot, same_scopes=same, printed_by=printed_by)


def app_token(seen: Seen) -> Iterator[Finding]:
    """Whether Socket Mode may begin."""
    refused = sure(seen.line)
    if refused is None:
        yield words.app_token_is_accepted()
    elif refused.why is WhyNot.REFUSED:
        yield words.app_token_is_refused(refused.word)
    else:
        yield words.no_answer(refused, seen.given.settings.slack_api_url)


def signing_secret(seen: Seen) -> Iterator[Finding]:
    """Whether there is one where Slack's requests have to be verified."""
    given = seen.given
    if given.settings.mode is Mode.SOCKET:
        yield general.not_in_this_mode(Mode.SOCKET)
    elif lacking := given.lacks("SLACK_SIGNING_SECRET"):
        yield general.settings_first(lacking)
    else:
        yield words.signing_secret_is_set()


def channels(seen: Seen) -> Iterator[Finding]:
    """Whether the bot can write in each channel that is to hear of something."""
    found = sure(seen.channels)
    bot = sure(seen.slack).answer
    name = bot.name if isinstance(bot, Installed) else "qfbot"
    troubles = [
        finding
        for channel_id, state in sorted(found.asked.items())
        if (finding := _trouble(found, channel_id, state, name))
    ]
    yield from troubles
    if found.left:
        yield words.channels_are_left(found.left)
    if not found.asked:
        yield words.nothing_is_watched()
    elif not troubles and not found.left:
        yield words.channels_are_open(len(found.asked))


def _trouble(
    found: Channels, channel_id: str, state: ChannelState | NoAnswer, bot_name: str
) -> Finding | None:
    if isinstance(state, NoAnswer):
        return words.channel_is_not_told(channel_id, state)
    if not state.is_open:
        return words.channel_is_closed(state, bot_name)
    word = found.blocked.get(channel_id)
    return words.channel_was_closed(state, word) if word else None
