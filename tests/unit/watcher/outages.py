"""The accounts that do not serve, in memory, as the processes that share it know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.facts import Outage
from bot.domain.ports import Trouble


@dataclass
class KnownOutages:
    """Which accounts do not serve; `told` notes what was done about it, in order."""

    known: dict[str, Trouble] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    async def open(self) -> Mapping[str, Trouble]:
        return dict(self.known)

    async def began(self, account: str, outage: Outage, at: datetime) -> None:
        self.told.append(f"{account} began: {outage}")
        before = self.known.get(account, Trouble(outage, at))
        self.known[account] = replace(before, outage=outage)

    async def tell(self, account: str, at: datetime) -> None:
        self.told.append(f"{account} told")
        self.known[account] = replace(self.known[account], told=True)

    async def over(self, account: str, at: datetime) -> None:
        self.told.append(f"{account} over")
        self.known.pop(account, None)
