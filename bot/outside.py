"""What the bot opens and closes: Slack's clients, the database, the Qianfan accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.accounts import Accounts, open_accounts
from bot.charts.drawer import Drawer
from bot.domain.ports import Budgets, Charts, Clock
from bot.happenings import Tell, nobody
from bot.live_rules import LiveRules
from bot.settings import Settings, SettingsError
from bot.slack.clients import Clients, Identity, open_clients
from bot.slack.direct import DirectMessages
from bot.slack.errors import INSTALLATION, slack_word
from bot.slack.people import SlackPeople
from bot.store.opening import Store, open_store
from bot.terms import Ruling, Tempo
from bot.watcher.mood import Mood


@dataclass(frozen=True)
class Outside:
    """All of it, open. `mood` is what is heard from Slack of the whole installation."""

    clients: Clients
    identity: Identity
    store: Store
    accounts: Accounts
    rules: LiveRules
    direct: DirectMessages
    people: SlackPeople
    mood: Mood
    charts: Charts


@asynccontextmanager
async def open_outside(
    settings: Settings,
    ruling: Ruling,
    clock: Clock,
    tempo: Tempo,
    tell: Tell = nobody,
    charts: Charts | None = None,
) -> AsyncIterator[Outside]:
    """Open it all; it is closed in the end. Where no `charts` are given, a process draws them.

    Raises SettingsError where Slack does not accept the token or an account has no keys, and
    StoreError where the database cannot be used.
    """
    token = settings.slack_bot_token.get_secret_value()
    database_url = settings.qfbot_database_url.get_secret_value()
    async with (
        open_clients(token, settings.slack_api_url, tell=tell) as clients,
        open_store(database_url, clock, gathering=tempo.gathering) as store,
        open_accounts(
            settings, ruling.accounts, ruling.environ, clock, _shared_budgets(store)
        ) as accounts,
        Drawer() as drawer,
    ):
        identity = await _identify(clients, settings)
        rules = LiveRules(ruling.rules, store.grants)
        direct = DirectMessages(clients.reads, clock.wall)
        people = SlackPeople(clients, direct, clock, identity, lambda: rules.current().groups)
        yield Outside(
            clients,
            identity,
            store,
            accounts,
            rules,
            direct,
            people,
            Mood(),
            charts or drawer,
        )


def _shared_budgets(store: Store) -> Budgets | None:
    """Where no other process can ask the accounts, they need no trip to the database."""
    return None if store.database.is_ours_alone else store.budgets


async def _identify(clients: Clients, settings: Settings) -> Identity:
    """Whom the token belongs to: the one thing that has to answer for the start."""
    try:
        return await clients.identify()
    except SlackClientError as error:
        word = slack_word(error)
        if word in INSTALLATION:
            told = (
                f"SLACK_BOT_TOKEN is not accepted: Slack answers {word}; copy it anew from "
                "api.slack.com/apps, your app, OAuth & Permissions."
            )
        else:
            told = f"Slack at {settings.slack_api_url} does not serve now: {word or 'no word'}."
        raise SettingsError([told]) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        told = f"SLACK_API_URL names {settings.slack_api_url}, and {_unreached(error)}."
        raise SettingsError([told]) from None


def _unreached(error: Exception) -> str:
    match error:
        case aiohttp.ClientSSLError():
            return (
                "its certificate is signed by nobody who is trusted here; SSL_CERT_FILE may name "
                "a file with your organisation's own"
            )
        case aiohttp.ClientHttpProxyError(status=status):
            return f"the proxy that HTTPS_PROXY names does not lead there: it answers {status}"
        case _:
            return "nothing answers there"
