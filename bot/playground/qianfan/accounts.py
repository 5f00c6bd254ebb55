"""The accounts of a local Qianfan: an access key, its secret key, and the world behind them."""

import secrets
from dataclasses import dataclass, field

from bot.playground.qianfan.world import World


@dataclass(frozen=True)
class Account:
    """One account. Its secret key is in no repr."""

    access_key: str
    secret_key: str = field(repr=False)
    world: World = field(repr=False)


def new_account(world: World, access_key: str | None, secret_key: str | None) -> Account:
    """An account with the keys that are given; the others are drawn, different every time."""
    return Account(
        access_key or f"ALTAK{secrets.token_hex(12)}", secret_key or secrets.token_hex(16), world
    )
