"""What the doctor finds in set-ups that are broken in one place each, and in one that is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from sqlalchemy import text

from bot.doctor.check import check
from bot.doctor.findings import Finding, Sign
from bot.doctor.report import Report
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.slack.manifest import BOT_SCOPES, manifest
from bot.store.opening import open_store
from bot.terms import RealClock
from tests.contract.store.values import follow, look, watch


@dataclass
class AheadClock:
    """Both clocks of the machine, off by so much."""

    ahead: timedelta

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    world = wall


@dataclass
class SetUp:
    """An installation between the two local servers; tests break it in one place."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'qfbot.db'}"

    def as_it_should_be(self) -> None:
        self.environ = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "QIANFAN_ACCESS_KEY": self.qianfan.access_key,
            "QIANFAN_SECRET_KEY": self.qianfan.secret_key,
            "QIANFAN_CONSOLE_API_BASE_URL": self.qianfan.url,
            "QFBOT_DATABASE_URL": self.database,
        }

    def in_http_mode(self) -> None:
        del self.environ["SLACK_APP_TOKEN"]
        self.environ["SLACK_SIGNING_SECRET"] = self.slack.signing_secret

    def rules(self, content: str) -> None:
        file = self.folder / "qfbot.toml"
        file.write_text(content)
        self.environ["QFBOT_CONFIG"] = str(file)

    async def watches_in(self, *channel_ids: str) -> None:
        async with open_store(self.database, RealClock()) as store:
            for channel_id in channel_ids:
                await store.watches.begin(watch(channel_id), look())

    async def checked(self, send_test: str | None = None, ahead: timedelta | None = None) -> Report:
        clock = AheadClock(ahead) if ahead else None
        report = await check(self.environ, send_test, env_file=None, clock=clock)
        shown = report.as_text() + report.as_json()
        secrets = (
            *(self.environ.get(name, "") for name in ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")),
            self.slack.bot_token,
            self.slack.app_token,
            self.slack.signing_secret,
        )
        assert not [secret for secret in secrets if secret and secret in shown]
        return report

    async def to_mend(self, ahead: timedelta | None = None) -> list[str]:
        """What the doctor wants to be mended, as a person reads it."""
        report = await self.checked(ahead=ahead)
        assert not report.is_well
        return [told(each) for each in report.findings if each.sign is Sign.MEND]


def told(finding: Finding) -> str:
    return f"{finding.check}: {finding.what} => {finding.how}"


def of(report: Report, check: str) -> list[Finding]:
    return [each for each in report.findings if each.check == check]


@asynccontextmanager
async def set_up(folder: Path, *scopes: str) -> AsyncIterator[SetUp]:
    """An installation as it should be, save perhaps for the scopes that were granted."""
    clock = WorldClock(1)
    world, installed = World(clock), manifest()
    installed["oauth_config"] = {"scopes": {"bot": list(scopes)}}
    slack = LocalSlack(clock=clock, manifest=installed, rate_limits=False)
    async with slack, LocalQianfan(world) as qianfan:
        slack.workspace.add_user("bo")
        slack.workspace.add_channel("training", id="C0TRAINING", members=["bo", slack.bot_user_id])
        made = SetUp(slack, qianfan, world, folder)
        made.as_it_should_be()
        yield made


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[SetUp]:
    async with set_up(tmp_path, *BOT_SCOPES) as made:
        yield made


async def test_in_a_set_up_that_works_there_is_nothing_to_mend(setup: SetUp) -> None:
    await setup.watches_in("C0TRAINING")

    report = await setup.checked()

    assert report.is_well
    found = [f"{each.sign} {each.check}" for each in report.findings if each.check != "settings"]
    assert found == snapshot(
        [
            "ok rules",
            "ok slack-token",
            "ok slack-scopes",
            "ok slack-manifest",
            "ok slack-app-token",
            "ok slack-signing-secret",
            "ok slack-clock",
            "ok qianfan-accounts",
            "ok qianfan-clock",
            "ok database",
            "ok database-tables",
            "ok database-lock",
            "ok disk",
            "ok channels",
            "ok replicas",
        ]
    )


async def test_in_http_mode_the_signing_secret_counts_and_no_app_token(setup: SetUp) -> None:
    setup.in_http_mode()

    report = await setup.checked()

    assert report.is_well
    assert [each.what for each in of(report, "slack-app-token")] == ["not needed in http mode"]
    assert "SLACK_SIGNING_SECRET is set" in of(report, "slack-signing-secret")[0].what


async def test_nothing_is_set(setup: SetUp) -> None:
    setup.environ = {"QFBOT_DATABASE_URL": setup.database}

    assert [each.partition(";")[0] for each in await setup.to_mend()] == snapshot(
        [
            "settings: SLACK_BOT_TOKEN is not set => the bot's token begins with xoxb-",
            "settings: SLACK_SIGNING_SECRET is not set => http mode, which is meant where SLACK_APP_TOKEN is not set, needs the Signing Secret",
            "settings: QIANFAN_ACCESS_KEY is not set => it is the Access Key of Baidu AI Cloud",
            "settings: QIANFAN_SECRET_KEY is not set => it is the Secret Key that belongs to QIANFAN_ACCESS_KEY",
        ]
    )


async def test_an_app_level_token_is_where_the_bot_token_belongs(setup: SetUp) -> None:
    setup.environ["SLACK_BOT_TOKEN"] = setup.slack.app_token

    assert await setup.to_mend() == snapshot(
        [
            "settings: SLACK_BOT_TOKEN is an app-level token (it comes from the environment) => the bot's token begins with xoxb-; it is on api.slack.com/apps, your app, OAuth & Permissions, once the app is installed to the workspace"
        ]
    )


async def test_the_token_was_revoked(setup: SetUp) -> None:
    setup.slack.faults.error("token_revoked", "auth.test")

    assert await setup.to_mend() == snapshot(
        [
            "slack-token: Slack does not accept SLACK_BOT_TOKEN: token_revoked => copy it anew on api.slack.com/apps, your app, OAuth & Permissions; where it was revoked, reinstall the app there first"
        ]
    )


async def test_a_scope_is_missing(tmp_path: Path) -> None:
    async with set_up(tmp_path, *set(BOT_SCOPES) - {"groups:history", "files:read"}) as setup:
        found = await setup.to_mend()

    assert found == snapshot(
        [
            "slack-scopes: the bot lacks files:read, groups:history, which its manifest asks for => add what is missing on api.slack.com/apps, your app, OAuth & Permissions, Bot Token Scopes, or paste what `qfbot manifest` prints under App Manifest; then reinstall the app to the workspace"
        ]
    )


async def test_a_scope_that_is_not_needed_is_no_fault(tmp_path: Path) -> None:
    async with set_up(tmp_path, *BOT_SCOPES, "channels:join") as setup:
        report = await setup.checked()

    assert report.is_well
    assert [told(each) for each in of(report, "slack-scopes")] == snapshot(
        [
            "slack-scopes: the bot was granted channels:join, which it does not need => remove it on api.slack.com/apps, your app, OAuth & Permissions, and reinstall the app"
        ]
    )


async def test_the_app_token_has_no_scope_for_connections(setup: SetUp) -> None:
    setup.slack.faults.error("missing_scope", "apps.connections.open")

    assert await setup.to_mend() == snapshot(
        [
            "slack-app-token: SLACK_APP_TOKEN lacks the scope connections:write => make an app-level token with connections:write on api.slack.com/apps, your app, Basic Information, App-Level Tokens: a token's scopes cannot be changed afterwards"
        ]
    )


async def test_http_mode_has_no_signing_secret(setup: SetUp) -> None:
    setup.in_http_mode()
    del setup.environ["SLACK_SIGNING_SECRET"]

    assert await setup.to_mend() == snapshot(
        [
            "settings: SLACK_SIGNING_SECRET is not set => http mode, which is meant where SLACK_APP_TOKEN is not set, needs the Signing Secret; it is on api.slack.com/apps, your app, Basic Information, App Credentials"
        ]
    )


async def test_the_bot_is_not_in_a_channel_that_watches(setup: SetUp) -> None:
    setup.slack.workspace.add_channel("evals", id="C0EVALS", members=["bo"])
    setup.slack.workspace.add_channel("secret", id="C0SECRET", members=["bo"], is_private=True)
    await setup.watches_in("C0TRAINING", "C0EVALS", "C0SECRET")

    assert await setup.to_mend() == snapshot(
        [
            "channels: something is watched in #evals (C0EVALS), which the bot is not in => type /invite @qfbot there; what was missed is told then",
            "channels: something is watched in C0SECRET, which the bot cannot see: it is private, or gone => type /invite @qfbot there, or, where it is gone, end its watches: /qf watches all lists them, /qf unwatch ends them",
        ]
    )


async def test_a_channel_that_watches_is_archived_and_another_is_shared(setup: SetUp) -> None:
    bot = setup.slack.bot_user_id
    setup.slack.workspace.add_channel("old", id="C0OLD", members=[bot], is_archived=True)
    setup.slack.workspace.add_channel("partners", id="C0WITH", members=[bot], is_ext_shared=True)
    await setup.watches_in("C0OLD", "C0WITH")

    assert await setup.to_mend() == snapshot(
        [
            "channels: something is watched in #old (C0OLD), which is archived => open it again, or end its watches: /qf watches all lists them, /qf unwatch ends them",
            "channels: something is watched in #partners (C0WITH), which is shared with another organisation, so that nothing is told there => watch from a channel of your own: /qf watch ID in=#channel",
        ]
    )


async def test_a_channel_that_follows_counts_as_one_that_watches(setup: SetUp) -> None:
    setup.slack.workspace.add_channel("evals", id="C0EVALS", members=["bo"])
    async with open_store(setup.database, RealClock()) as store:
        await store.follows.begin(follow("C0EVALS"))

    [finding] = await setup.to_mend()

    assert "something is watched in #evals (C0EVALS), which the bot is not in" in finding


async def test_a_channel_where_slack_took_nothing_lately_is_told(setup: SetUp) -> None:
    await setup.watches_in("C0TRAINING")
    async with open_store(setup.database, RealClock()) as store, store.database.writing() as there:
        await there.execute(text("UPDATE channels SET blocked = 'restricted_action'"))

    report = await setup.checked()

    assert report.is_well
    assert [told(each) for each in of(report, "channels")] == snapshot(
        [
            "channels: #training (C0TRAINING) is open, but Slack took nothing there when it was last tried: restricted_action => see who may post there; the bot tries again by itself"
        ]
    )


async def test_slack_does_not_accept_the_token_of_another_workspace(setup: SetUp) -> None:
    setup.environ["SLACK_BOT_TOKEN"] = "xoxb-1-2-another"

    [finding] = await setup.to_mend()

    assert finding.startswith("slack-token: Slack does not accept SLACK_BOT_TOKEN: invalid_auth")


async def test_the_secret_key_is_wrong(setup: SetUp) -> None:
    setup.environ["QIANFAN_SECRET_KEY"] = "0123456789abcdef"

    [finding] = await setup.to_mend()

    assert finding.partition(" (request ")[0] == snapshot(
        "qianfan-accounts: account default: Qianfan does not accept the access key, or the secret key is not the one that belongs to it"
    )


async def test_a_second_account_has_no_rights_and_a_third_no_key(setup: SetUp) -> None:
    prod = setup.qianfan.add_account(setup.world)
    setup.rules(
        '[accounts.prod]\naccess_key_env = "PROD_AK"\nsecret_key_env = "PROD_SK"\n'
        '[accounts.lab]\naccess_key_file = "nowhere"\nsecret_key_file = "nowhere-either"\n'
    )
    setup.environ |= {"PROD_AK": prod.access_key, "PROD_SK": prod.secret_key}
    setup.qianfan.faults.answers(403, code="AccessDenied", message="no permission")

    found = await setup.to_mend()

    assert [each.partition(" =>")[0].partition(" (request ")[0] for each in found] == snapshot(
        [
            "qianfan-accounts: account default: Qianfan knows the keys and does not let them do DescribeFineTuningJobs",
            "qianfan-accounts: account lab: accounts.lab.access_key_file names a file that cannot be read: FileNotFoundError",
            "qianfan-accounts: account lab: accounts.lab.secret_key_file names a file that cannot be read: FileNotFoundError",
            "qianfan-accounts: account prod: Qianfan knows the keys and does not let them do DescribeFineTuningJobs",
        ]
    )


async def test_qianfan_is_unreachable_throttled_or_no_qianfan(setup: SetUp) -> None:
    throttling = setup.qianfan.faults.answers(429, retry_after=30)
    throttled = await setup.checked()
    throttling.end()
    setup.qianfan.faults.garbles("html", times=1)
    [garbled] = await setup.to_mend()
    await setup.qianfan.stop()
    [unreachable] = await setup.to_mend()

    assert throttled.is_well
    assert "takes no more requests" in of(throttled, "qianfan-accounts")[0].what
    assert "answers that it is broken" in garbled
    assert f"nothing answers at {setup.qianfan.url}" in unreachable


async def test_the_clock_is_an_hour_ahead(setup: SetUp) -> None:
    found = await setup.to_mend(ahead=timedelta(hours=1))

    assert [each.partition(" (request ")[0] for each in found] == snapshot(
        [
            "slack-clock: this machine's clock is 60 min ahead of Slack's: a message whose outcome is unclear is not found again, and sent twice => set the clock by NTP (timedatectl set-ntp true)",
            "qianfan-accounts: account default: Qianfan refuses the time of the request: this machine's clock is wrong",
            "qianfan-clock: this machine's clock is 60 min ahead of Qianfan's: Qianfan refuses requests that are signed with such a time => set the clock by NTP (timedatectl set-ntp true)",
        ]
    )


async def test_a_clock_that_is_some_minutes_behind_harms_nothing_in_socket_mode(
    setup: SetUp,
) -> None:
    report = await setup.checked(ahead=timedelta(minutes=-10))

    assert report.is_well
    assert [each.what for each in of(report, "slack-clock")] == snapshot(
        ["this machine's clock is 10 min behind Slack's"]
    )


async def test_the_database_is_newer_than_the_code(setup: SetUp) -> None:
    async with open_store(setup.database, RealClock()) as store, store.database.writing() as there:
        await there.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    found = await setup.to_mend()

    assert [each.partition(", and this one")[0] for each in found] == snapshot(
        ["database-tables: the database is newer than this qfbot: its revision is 9999"]
    )


async def test_nothing_can_be_written_where_the_database_is(setup: SetUp) -> None:
    setup.environ["QFBOT_DATABASE_URL"] = "sqlite:////proc/qfbot.db"

    [finding] = await setup.to_mend()

    assert finding.startswith("database: nothing can be written in /proc, where the database is: ")


async def test_the_database_is_none(setup: SetUp) -> None:
    (setup.folder / "qfbot.db").write_text("Dear Ada, " * 100)

    assert await setup.to_mend() == snapshot(
        [
            "database: the database cannot be read: file is not a database => see whether QFBOT_DATABASE_URL is right, whether the server runs, and whether qfbot's user may use it"
        ]
    )


async def test_a_key_of_the_rules_is_unknown(setup: SetUp) -> None:
    setup.rules('defualt_role = "none"\n')

    found = await setup.to_mend()

    assert [each.replace(str(setup.folder), "…") for each in found] == snapshot(
        [
            'rules: …/qfbot.toml: "defualt_role" is no key that is known here; perhaps default_role is meant => `qfbot serve` does not start with it, and one that runs keeps the rules it read before; mend the file'
        ]
    )


async def test_nothing_answers_where_slack_should_be(setup: SetUp) -> None:
    await setup.slack.stop()

    found = await setup.to_mend()

    url = setup.environ["SLACK_API_URL"]
    assert [each.replace(url, "SLACK_API_URL") for each in found] == snapshot(
        [
            "slack-token: nothing answers at SLACK_API_URL (ClientConnectorError) => see whether this machine may go there (name service, firewall, HTTPS_PROXY, own certificates), and whether SLACK_API_URL is right",
            "slack-app-token: nothing answers at SLACK_API_URL (ClientConnectorError) => see whether this machine may go there (name service, firewall, HTTPS_PROXY, own certificates), and whether SLACK_API_URL is right",
        ]
    )


async def test_slack_throttles_is_broken_or_is_something_else(setup: SetUp) -> None:
    setup.slack.faults.ratelimit("auth.test", times=1)
    throttled = await setup.checked()
    setup.slack.faults.error("internal_error", "auth.test", times=1)
    [broken] = await setup.to_mend()
    setup.environ["SLACK_API_URL"] = f"{setup.qianfan.url}/api/"
    other = (await setup.to_mend())[0]

    assert throttled.is_well
    assert "takes no more requests just now" in of(throttled, "slack-token")[0].what
    assert "Slack does not serve just now: internal_error" in broken
    assert "is not Slack (HTTP 4" in other


async def test_a_card_of_each_kind_is_sent_where_one_asks_for_it(setup: SetUp) -> None:
    by_name = await setup.checked(send_test="#training")
    bo = setup.slack.person("bo")
    sent = [each.text for each in bo.sees("training")]
    by_id = await setup.checked(send_test="C0TRAINING")

    assert by_name.is_well
    assert [each.what for each in of(by_name, "send-test")] == snapshot(
        [
            "a run's card was sent: Slack took it",
            "a compression task's card was sent: Slack took it",
            "a model version's card was sent: Slack took it",
        ]
    )
    assert sent == snapshot(
        [
            "Test: ❌ `task-000000000000` (specimen) is *Fail*: 336105 Loss is NaN at step 1840. Lower the learning rate.",
            "Test: 🏃 `amva-000000000000` (specimen) is *Processing*",
            "Test: ✅ `amv-000000000000` (specimen) is *Ready*",
        ]
    )
    assert [each.sign for each in of(by_id, "send-test")] == [Sign.OK] * 3
    assert all("*This is a test*" in str(each.blocks) for each in bo.sees("training"))


async def test_no_card_is_sent_where_the_bot_is_not_or_others_read_along(setup: SetUp) -> None:
    bot = setup.slack.bot_user_id
    setup.slack.workspace.add_channel("evals", id="C0EVALS", members=["bo"])
    setup.slack.workspace.add_channel("partners", members=["bo", bot], is_ext_shared=True)

    found = [
        told(finding)
        for target in ("nowhere", "C0EVALS", "partners")
        for finding in of(await setup.checked(send_test=target), "send-test")
    ]

    assert found == snapshot(
        [
            "send-test: the bot is in no channel that is called nowhere => type /invite @qfbot there, or give the channel's id",
            "send-test: nothing was sent to #evals (C0EVALS), which the bot is not in => type /invite @qfbot there, or name another channel",
            "send-test: nothing was sent to #partners (C0PLAY0001), which is shared with another organisation, so that nothing is told there => name another channel",
        ]
    )
    assert setup.slack.person("bo").sees("partners") == []


async def test_a_card_that_slack_does_not_take_is_told_with_its_word(setup: SetUp) -> None:
    setup.slack.faults.error("invalid_blocks", "chat.postMessage", times=1)

    report = await setup.checked(send_test="training")

    assert [each.what for each in of(report, "send-test")] == snapshot(
        [
            "a run's card was not taken: invalid_blocks",
            "a compression task's card was sent: Slack took it",
            "a model version's card was sent: Slack took it",
        ]
    )
    assert not report.is_well
