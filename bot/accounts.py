"""The Qianfan accounts, open: the default one by the settings, others by the file of the rules."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.account_settings import AccountSettings
from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.ports import Budgets, Clock
from bot.qianfan.client import AccountOptions, QianfanClient, open_account, open_account_with
from bot.qianfan.credentials import FileKeys
from bot.qianfan.signing import Credentials
from bot.qianfan.steady_draws import Shared
from bot.settings import REQUESTS_BURST, Settings, SettingsError


@dataclass(frozen=True)
class Accounts:
    """Clients by the accounts' names, how many requests a second each may make, and the keys
    that are read again on change."""

    clients: Mapping[str, QianfanClient]
    rates: Mapping[str, float]
    keys: Sequence[FileKeys]

    async def tick(self) -> None:
        """Read the keys again where their files have changed."""
        for each in self.keys:
            await each.tick()


@asynccontextmanager
async def open_accounts(
    settings: Settings,
    others: Iterable[AccountSettings],
    environ: Mapping[str, str],
    clock: Clock,
    budgets: Budgets | None = None,
) -> AsyncIterator[Accounts]:
    """Open the default account and the others; they are closed in the end.

    `budgets` where other processes make requests of the same accounts.
    Raises SettingsError where the keys of one cannot be had.
    """
    url = settings.qianfan_console_api_base_url
    access_key = settings.qianfan_access_key.get_secret_value()
    rate = settings.qfbot_requests_per_second
    options = _options(settings, DEFAULT_ACCOUNT, rate, budgets)
    clients = {
        DEFAULT_ACCOUNT: open_account(
            url, access_key, settings.qianfan_secret_key, clock, **options
        )
    }
    keys = {each.name: _keys(each, environ) for each in others}
    rates = {DEFAULT_ACCOUNT: rate}
    for each in others:
        rates[each.name] = each.requests_per_second or rate
        own = _options(settings, each.name, rates[each.name], budgets)
        clients[each.name] = open_account_with(url, keys[each.name], clock, **own)
    async with AsyncExitStack() as stack:
        for client in clients.values():
            await stack.enter_async_context(aclosing(client))
        yield Accounts(clients, rates, tuple(keys.values()))


def _options(
    settings: Settings, account: str, requests_per_second: float, budgets: Budgets | None
) -> AccountOptions:
    return {
        "requests_per_second": requests_per_second,
        "burst": REQUESTS_BURST,
        "shared": Shared(budgets, account) if budgets is not None else None,
        "also_send_step": settings.qfbot_also_send_step,
    }


def _keys(account: AccountSettings, environ: Mapping[str, str]) -> FileKeys:
    try:
        return FileKeys(account.name, account.files, partial(_credentials, account, environ))
    except ValueError as error:
        raise SettingsError(str(error).splitlines()) from None


def _credentials(account: AccountSettings, environ: Mapping[str, str]) -> Credentials:
    pair = account.read_keys(environ)
    return Credentials(pair.access_key.get_secret_value(), pair.secret_key)
