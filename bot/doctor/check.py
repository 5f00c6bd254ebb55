"""`qfbot check` from the settings to the report."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.doctor import sending
from bot.doctor.contents import judged
from bot.doctor.findings import Finding
from bot.doctor.given import ENV_FILE, read_given
from bot.doctor.looking import bounded, look
from bot.doctor.report import Report
from bot.doctor.seen import Missing, Seen
from bot.doctor.wording import general as words
from bot.domain.ports import Clock
from bot.slack.checkup import Installed
from bot.slack.clients import Clients, open_clients
from bot.terms import RealClock


async def check(
    environ: Mapping[str, str],
    send_test: str | None = None,
    *,
    env_file: Path | None = Path(ENV_FILE),
    clock: Clock | None = None,
) -> Report:
    """Look at everything, send a card of each kind where a channel is named, and report.

    Nothing is changed but that, and nothing is raised: what goes wrong is a finding. A bot may
    serve meanwhile.
    """
    given = read_given(environ, env_file)
    token = given.settings.slack_bot_token.get_secret_value()
    async with open_clients(token, given.settings.slack_api_url) as clients:
        seen = await look(given, clients, clock or RealClock())
        findings = judged(seen)
        if send_test is not None:
            findings += await _sent(clients, seen, send_test)
    return Report(findings, given.secrets)


async def _sent(clients: Clients, seen: Seen, target: str) -> tuple[Finding, ...]:
    found = await _sending(clients, seen, target)
    told = (found.finding,) if isinstance(found, Missing) else found
    return tuple(replace(finding, check=sending.NAME) for finding in told)


async def _sending(clients: Clients, seen: Seen, target: str) -> tuple[Finding, ...] | Missing:
    if isinstance(seen.slack, Missing) or not isinstance(seen.slack.answer, Installed):
        return Missing(words.slack_first())
    bot = seen.slack.answer
    return await bounded(lambda: sending.send_specimens(clients, bot, target))
