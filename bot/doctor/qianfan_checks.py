"""Checks of the Qianfan accounts."""

from collections.abc import Iterator

from bot.doctor.findings import Finding
from bot.doctor.seen import Missing, Seen
from bot.doctor.wording import qianfan as words


def accounts(seen: Seen) -> Iterator[Finding]:
    """Whether each account's keys are accepted, by one harmless read."""
    url = seen.given.settings.qianfan_console_api_base_url
    for name, asked in seen.accounts.items():
        if sentences := seen.given.unreadable.get(name):
            yield from (words.key_is_unreadable(name, sentence) for sentence in sentences)
        elif isinstance(asked, Missing):
            yield words.of_account(name, asked.finding)
        elif asked.error is None:
            yield words.keys_are_accepted(name, url)
        else:
            heard = asked.dated is not None
            yield words.account_is_not_served(name, asked.error, url, heard=heard)
