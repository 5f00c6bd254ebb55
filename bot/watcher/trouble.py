"""Trouble with an account, told when it begins and when it is over, and not each time."""

import structlog

from bot.domain.errors import PlatformError

log = structlog.get_logger(__name__)


class Troubles:
    """Which accounts are in trouble, and of what sort."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}

    def began(self, account: str, error: PlatformError) -> None:
        """A request failed; another sort of failure counts as new trouble."""
        sort = type(error).__name__
        if self._open.get(account) != sort:
            self._open[account] = sort
            log.warning(
                "Qianfan in trouble",
                account=account,
                trouble=sort,
                action=error.action,
                request_id=error.request_id,
            )

    def over(self, account: str) -> None:
        """A request was answered."""
        if (sort := self._open.pop(account, None)) is not None:
            log.warning("Qianfan well again", account=account, trouble=sort)
