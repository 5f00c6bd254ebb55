"""What works in the bot: the desk that answers people, the workers, and their alarm clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from bot.commands.contents import COMMANDS
from bot.commands.context import Services
from bot.commands.follow import follow
from bot.commands.router import Router
from bot.commands.watch import watch
from bot.domain.cadence import Pace
from bot.domain.ports import Clock
from bot.happenings import Tell, nobody
from bot.outside import Outside
from bot.settings import Settings
from bot.slack.announcer import SlackAnnouncer
from bot.slack.desk import Desk, Patience
from bot.slack.files import SlackFiles
from bot.slack.home import HomeTabs
from bot.slack.replies import Replies
from bot.slack.unfolding import Unfolding
from bot.slack.uploads import SlackUploads
from bot.store.cleaning import StoredHistory
from bot.terms import Ruling, Tempo
from bot.watcher.aftermath import Aftermath
from bot.watcher.approved import Approved
from bot.watcher.arrivals import Arrivals
from bot.watcher.cards import Cards
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.cleaning import Cleaning
from bot.watcher.digests import DigestMaker
from bot.watcher.discovery import Discovery
from bot.watcher.mood import Allowance
from bot.watcher.owners import Owners
from bot.watcher.preparing import Preparer
from bot.watcher.readers import Readers
from bot.watcher.repeats import Healer
from bot.watcher.retention import Retention
from bot.watcher.schedule import Schedule
from bot.watcher.sender import Sender
from bot.watcher.shifts import Shifts
from bot.watcher.trouble import AccountTroubles
from bot.watcher.vitals import Physician
from bot.watcher.watcher import Account, Watcher
from bot.watcher.workers import Workers

#: How much may go out at once after a rest, beyond what Slack takes in the long run.
POSTS_AT_ONCE = 20
EDITS_AT_ONCE = 10

#: How much of an account's requests may go into finding runs that nobody has named yet.
DISCOVERY_SHARE = 0.2


@dataclass(frozen=True)
class Inside:
    """All of it."""

    desk: Desk
    workers: Workers
    schedule: Schedule
    physician: Physician


class _Sending(TypedDict):
    """The workers that write in Slack."""

    send: Sender
    show: Cards
    heal: Healer


def staff(
    outside: Outside,
    settings: Settings,
    ruling: Ruling,
    clock: Clock,
    tempo: Tempo,
    tell: Tell = nobody,
) -> Inside:
    """Make everything that works, and have the schedule call it; nothing begins yet."""
    schedule = Schedule(clock, tempo.tick)
    catalogue = LiveCatalogue(outside.accounts.clients, clock)
    sending = _sending(outside, ruling, clock, tempo, tell)
    physician = _physician(outside, sending["heal"], _pace(settings).longest, clock)
    services = _services(outside, ruling, catalogue, schedule, physician, clock, tempo)
    router = Router(COMMANDS, services, tempo.asks_per_minute, tell=tell)
    desk = _desk(outside, router, ruling, clock, tempo)
    troubles = AccountTroubles(outside.store.outages, clock)
    workers = Workers(
        watch=_watcher(outside, settings, troubles, clock, tell),
        discover=_discovery(outside, settings, catalogue, troubles, clock),
        run_approved=Approved(router, outside.store.approvals, clock, desk.deliver),
        look_into=_aftermath(outside, clock, tempo),
        make_digests=DigestMaker(outside.store.digests, clock),
        **sending,
    )
    for name, tick in workers.ticks.items():
        schedule.add(name, tick)
    schedule.add("take the vitals", physician.tick)
    schedule.add("read grants", outside.rules.refresh)
    schedule.add("read keys", outside.accounts.tick)
    if settings.qfbot_audit_days:
        retention = Retention(outside.store.audit, settings.qfbot_audit_days, clock)
        schedule.add("clear the audit", retention.tick)
    if settings.qfbot_history_days:
        history = StoredHistory(outside.store.database, clock)
        cleaning = Cleaning(history, settings.qfbot_history_days, clock)
        schedule.add("clear the history", cleaning.tick)
    if ruling.tick is not None:
        schedule.add("read rules", ruling.tick)
    return Inside(desk, workers, schedule, physician)


def _desk(outside: Outside, router: Router, ruling: Ruling, clock: Clock, tempo: Tempo) -> Desk:
    clients, people, store = outside.clients, outside.people, outside.store
    readers = Readers(store.channels, people, ruling.language)
    return Desk(
        router,
        people,
        Replies(clients, people),
        clock,
        HomeTabs(router, people, clients, clock, tempo.homes),
        Unfolding(router, people, clients, clock, readers.language),
        Arrivals(store.outbox, store.channels, people, outside.rules.current).arrive,
        Patience(ack=tempo.acks.total_seconds()),
    )


def _services(
    outside: Outside,
    ruling: Ruling,
    catalogue: LiveCatalogue,
    schedule: Schedule,
    physician: Physician,
    clock: Clock,
    tempo: Tempo,
) -> Services:
    store = outside.store
    return Services(
        platforms=outside.accounts.clients,
        people=outside.people,
        files=SlackFiles(outside.clients),
        watches=store.watches,
        endings=store.endings,
        follows=store.follows,
        channels=store.channels,
        catalogue=catalogue,
        outbox=store.outbox,
        confirmations=store.confirmations,
        audit=store.audit,
        grants=store.grants,
        approvals=store.approvals,
        clock=clock,
        rules=outside.rules.current,
        rules_hash=ruling.hash,
        house_language=ruling.language,
        refresh_rules=outside.rules.refresh,
        last_tick=lambda: schedule.last_tick,
        vitals=physician.take,
        permalink=outside.identity.permalink,
        settle=tempo.settle,
    )


def _physician(outside: Outside, healer: Healer, longest: timedelta, clock: Clock) -> Physician:
    store = outside.store
    return Physician(
        store.watches,
        store.duties,
        store.outages,
        store.outbox,
        clock,
        outside.accounts.clients,
        longest,
        outside.mood,
        healer,
    )


def _watcher(
    outside: Outside, settings: Settings, troubles: AccountTroubles, clock: Clock, tell: Tell
) -> Watcher:
    accounts = {
        name: Account(client, (1 - DISCOVERY_SHARE) * outside.accounts.rates[name])
        for name, client in outside.accounts.clients.items()
    }
    store = outside.store
    return Watcher(
        accounts, store.watches, store.duties, troubles, clock, _pace(settings), tell=tell
    )


def _discovery(
    outside: Outside,
    settings: Settings,
    catalogue: LiveCatalogue,
    troubles: AccountTroubles,
    clock: Clock,
) -> Discovery:
    rate = DISCOVERY_SHARE * settings.qfbot_requests_per_second
    owners = Owners(outside.people, outside.rules.current, follow.right, watch.right)
    return Discovery(
        outside.accounts.clients,
        catalogue,
        outside.store.follows,
        outside.store.watches,
        troubles,
        clock,
        _pace(settings),
        shifts=Shifts(outside.store.turns),
        may=owners.may_follow,
        pause=timedelta(seconds=1 / rate),
    )


def _aftermath(outside: Outside, clock: Clock, tempo: Tempo) -> Aftermath:
    return Aftermath(
        {each.name: each for each in COMMANDS},
        outside.accounts.clients,
        outside.store.audit,
        outside.store.outbox,
        clock,
        # A request may be on its way for as long as it is waited for, and appear after that.
        settle=2 * tempo.settle,
        alone=outside.store.database.is_ours_alone,
    )


def _sending(outside: Outside, ruling: Ruling, clock: Clock, tempo: Tempo, tell: Tell) -> _Sending:
    announcer = SlackAnnouncer(
        outside.clients, outside.direct, clock, outside.identity.user_id, outside.people.place
    )
    mood, store = outside.mood, outside.store
    posts = Allowance(tempo.posts_a_second, POSTS_AT_ONCE)
    edits = Allowance(tempo.edits_a_minute / 60, EDITS_AT_ONCE)
    readers = Readers(store.channels, outside.people, ruling.language)
    settle = tempo.settle
    return {
        "send": Sender(
            store.outbox,
            announcer,
            clock,
            mood,
            posts,
            readers.language,
            preparer=Preparer(
                outside.charts, SlackUploads(outside.clients), store.outbox, readers.language
            ),
            pause=tempo.posts,
            settle=settle,
            tell=tell,
        ),
        "show": Cards(
            store.outbox, announcer, mood, edits, readers.language, pause=tempo.card_edits
        ),
        "heal": Healer(store.repeats, announcer, mood, tempo.checks),
    }


def _pace(settings: Settings) -> Pace:
    return Pace(
        timedelta(seconds=settings.qfbot_poll_min_seconds),
        timedelta(seconds=settings.qfbot_poll_max_seconds),
    )
