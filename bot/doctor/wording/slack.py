"""What is said of Slack: the tokens, the scopes, the manifest, the channels."""

from collections.abc import Iterable

from bot.doctor.findings import Finding, Sign, mend, note, ok
from bot.domain.errors import WhyNoPost
from bot.domain.facts import SHARED
from bot.slack.checkup import ChannelState, Installed, NoAnswer, WhyNot
from bot.slack.manifest import manifest

_END_WATCHES = "end its watches: /qf watches all lists them, /qf unwatch ends them"
_ON_PAGE = "on api.slack.com/apps, your app, OAuth & Permissions"


def token_is_accepted(bot: Installed) -> Finding:
    """Slack knows the bot."""
    return ok(f"Slack accepts the token: it speaks for @{bot.name} in {bot.team} ({bot.team_id})")


def token_is_refused(word: str) -> Finding:
    """Slack does not take the bot token."""
    return mend(
        f"Slack does not accept SLACK_BOT_TOKEN: {word}",
        f"copy it anew {_ON_PAGE}; where it was revoked, reinstall the app there first",
    )


def no_answer(answer: NoAnswer, url: str) -> Finding:
    """Slack was not reached, or did not serve."""
    match answer.why:
        case WhyNot.THROTTLED:
            return note("Slack takes no more requests just now", "check again in a minute")
        case WhyNot.SILENT:
            what = f"something accepts connections at {url} and does not answer"
        case WhyNot.NOT_SLACK:
            what = f"what answers at {url} is not Slack ({answer.word})"
        case WhyNot.REFUSED:
            return mend(
                f"Slack does not serve just now: {answer.word}",
                "see slack-status.com, and check again later",
            )
        case WhyNot.UNREACHABLE:
            what = f"nothing answers at {url}"
            what += f" ({answer.word})" if answer.word else ""
    return mend(
        what,
        "see whether this machine may go there (name service, firewall, HTTPS_PROXY, own "
        "certificates), and whether SLACK_API_URL is right",
    )


def scopes_are_missing(missing: Iterable[str]) -> Finding:
    """The bot may do less than it needs."""
    return mend(
        f"the bot lacks {_listed(missing)}, which its manifest asks for",
        "add what is missing on api.slack.com/apps, your app, OAuth & Permissions, Bot Token "
        "Scopes, or paste what `qfbot manifest` prints under App Manifest; then reinstall the "
        "app to the workspace",
    )


def scopes_are_superfluous(superfluous: Iterable[str]) -> Finding:
    """The bot may do more than it needs."""
    return note(
        f"the bot was granted {_listed(superfluous)}, which it does not need",
        f"remove it {_ON_PAGE}, and reinstall the app",
    )


def scopes_are_right(count: int) -> Finding:
    """The bot may do what it needs, and nothing else."""
    return ok(f"the bot has the {count} scopes of its manifest, and no other")


def scopes_are_not_told() -> Finding:
    """The answer has no header with the scopes."""
    return note(
        "Slack's answer does not say what was granted to the bot: a proxy may strike out the "
        "header x-oauth-scopes",
        f"compare the scopes {_ON_PAGE}, with those that `qfbot manifest` prints",
    )


def manifest_cannot_be_read(bot: Installed, *, same_scopes: bool, printed_by: str) -> Finding:
    """What can be told of the app's manifest, and how to look at the rest."""
    wanted = manifest()["features"]["bot_user"]["display_name"]
    told = "its scopes are those of this qfbot" if same_scopes else "its scopes are others"
    if bot.name != wanted:
        told += f", and it is called {bot.name}, not {wanted}"
    return Finding(
        Sign.OK if same_scopes and bot.name == wanted else Sign.NOTE,
        f"of the app's manifest a bot sees no more than scopes and name: {told}",
        "its slash command, events and interactivity can be compared by hand: open "
        f"{_app_page(bot)}, App Manifest, beside what `{printed_by}` prints",
    )


def app_token_is_accepted() -> Finding:
    """Socket Mode can begin."""
    return ok("Slack accepts the app-level token: a Socket Mode connection may be opened")


def app_token_is_refused(word: str) -> Finding:
    """Socket Mode cannot begin."""
    if word == "missing_scope":
        return mend(
            "SLACK_APP_TOKEN lacks the scope connections:write",
            "make an app-level token with connections:write on api.slack.com/apps, your app, "
            "Basic Information, App-Level Tokens: a token's scopes cannot be changed afterwards",
        )
    return mend(
        f"Slack does not accept SLACK_APP_TOKEN: {word}",
        "copy it anew on api.slack.com/apps, your app, Basic Information, App-Level Tokens; "
        "Socket Mode has to be enabled there too",
    )


def signing_secret_is_set() -> Finding:
    """Whether it is the right one shows with the first request alone."""
    return ok(
        "SLACK_SIGNING_SECRET is set; whether it is the right one shows when Slack verifies the "
        "Request URL"
    )


def nothing_is_watched() -> Finding:
    """No channel is to hear of anything."""
    return ok("no channel watches or follows anything")


def channels_are_open(count: int) -> Finding:
    """The bot can write wherever it has to."""
    return ok(f"the bot can write in each channel that watches or follows something ({count})")


def channel_is_closed(channel: ChannelState, bot_name: str) -> Finding:
    """The bot cannot write where it has to."""
    return mend(
        f"something is watched in {channel_name(channel)}, which {why_closed(channel)}",
        _opening(channel, f"/invite @{bot_name}"),
    )


def channel_name(channel: ChannelState) -> str:
    """A channel by name and id, where the bot sees its name."""
    return f"#{channel.name} ({channel.channel_id})" if channel.name else channel.channel_id


def why_closed(channel: ChannelState) -> str:
    """Goes on after a channel's name."""
    if channel.shared:
        return f"is {SHARED}, so that nothing is told there"
    match channel.why:
        case WhyNoPost.ARCHIVED:
            return "is archived"
        case WhyNoPost.NOT_INVITED:
            return "the bot is not in"
        case _:
            return "the bot cannot see: it is private, or gone"


def _opening(channel: ChannelState, invite: str) -> str:
    if channel.shared:
        return "watch from a channel of your own: /qf watch ID in=#channel"
    match channel.why:
        case WhyNoPost.ARCHIVED:
            return f"open it again, or {_END_WATCHES}"
        case WhyNoPost.NOT_INVITED:
            return f"type {invite} there; what was missed is told then"
        case _:
            return f"type {invite} there, or, where it is gone, {_END_WATCHES}"


def channel_was_closed(channel: ChannelState, word: str) -> Finding:
    """Slack shows nothing against it, and took nothing there when it was last tried."""
    return note(
        f"#{channel.name} ({channel.channel_id}) is open, but Slack took nothing there when it "
        f"was last tried: {word}",
        "see who may post there; the bot tries again by itself",
    )


def channel_is_not_told(channel_id: str, answer: NoAnswer) -> Finding:
    """Slack does not say what a channel is."""
    return note(
        f"Slack does not say whether the bot can write in {channel_id}: "
        f"{answer.word or answer.why}",
        "check again in a minute",
    )


def channels_are_left(count: int) -> Finding:
    """There are too many to ask about."""
    return note(
        f"{count} more channels that the bot is not in were not asked about",
        "mend those that are named, and check again",
    )


def _app_page(bot: Installed) -> str:
    return f"api.slack.com/apps/{bot.app_id}" if bot.app_id else "api.slack.com/apps, your app"


def _listed(scopes: Iterable[str]) -> str:
    return ", ".join(sorted(scopes))
