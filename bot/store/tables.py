"""The tables of what is watched and told; each time says whose it is, the wall's or the world's."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Moment, Number, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

#: What is looked at, once for all channels that follow it.
things = Table(
    "things",
    metadata,
    Column("id", Number, primary_key=True),
    Column("account", Words, nullable=False),
    Column("resource_id", Words, nullable=False),
    # The last look as JSON, and the version of the facts' schema that it was written in.
    Column("look", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    # When that look was taken (world).
    Column("looked_at", Moment, nullable=False),
    Column("phase", Words, nullable=False),
    # Grows whenever the row is no longer what a look in flight was compared with.
    Column("version", Number, nullable=False),
    # When to look again (world); none where nobody follows it.
    Column("next_look_at", Moment, index=True),
    # Until when which process has it in hand (wall).
    Column("lease_until", Moment),
    Column("holder", Text, nullable=False, server_default=""),
    # How many looks in a row have failed.
    Column("failures", Integer, nullable=False),
    # How often in a row Qianfan has said that it does not know the id.
    Column("denials", Integer, nullable=False),
    # What was seen of its way so far, as JSON, and when that lets it end (world).
    Column("track", Text, nullable=False, server_default="{}"),
    Column("expected_end_at", Moment),
    # What its cards show of it, as JSON; empty where nobody has looked since it is kept.
    Column("glance", Text, nullable=False, server_default=""),
    # Who asked qfbot to stop it, as JSON; until it has ended.
    Column("stop_asked_by", Text),
    UniqueConstraint("account", "resource_id"),
    sqlite_autoincrement=True,
)

#: Where announcements go: a channel, or a person (`U…`) who is written to directly.
channels = Table(
    "channels",
    metadata,
    Column("channel_id", Words, primary_key=True),
    # Why the bot cannot write there; empty where it can.
    Column("blocked", Words, nullable=False),
    # Until when (wall) which process sends there; one lease a channel keeps the order.
    # A lease of no holder is the pause between two messages.
    Column("lease_until", Moment),
    Column("holder", Text, nullable=False),
    # What the channel wants to hear and how, as JSON.
    Column("settings", Text, nullable=False, server_default="{}"),
    # Ends that come before then (wall) are gathered, to be told together.
    Column("gathers_until", Moment),
    # When it is owed its next digest (world), where it wants one.
    Column("digest_at", Moment),
)
has_digest = channels.c.digest_at.is_not(None)
Index(
    "ix_channels_digest_at",
    channels.c.digest_at,
    sqlite_where=has_digest,
    postgresql_where=has_digest,
)

#: The digests that channels were owed, one a local day.
digests = Table(
    "digests",
    metadata,
    Column("channel_id", ForeignKey(channels.c.channel_id), primary_key=True),
    Column("local_date", Words, primary_key=True),
    # When it was made (world).
    Column("made_at", Moment, nullable=False),
)

#: A channel follows a thing. Watches that have ended stay as history.
watches = Table(
    "watches",
    metadata,
    Column("id", Number, primary_key=True),
    Column("thing_id", ForeignKey(things.c.id), nullable=False, index=True),
    Column("channel_id", ForeignKey(channels.c.channel_id), nullable=False),
    Column("owner", Words, nullable=False),
    # From when, until when at the latest, and when it did end (all world).
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("notify", Words, nullable=False),
    # Nothing but the end is told before (world), and which alarms were raised.
    Column("muted_until", Moment),
    Column("alarmed", Words, nullable=False, server_default=""),
    # Whom to mention when it ends or something is wrong: a user's or a user group's id.
    Column("mention", Words, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
is_live = watches.c.ended_at.is_(None)
has_ended = watches.c.ended_at.is_not(None)
Index(
    "ix_watches_ended_at",
    watches.c.ended_at,
    sqlite_where=has_ended,
    postgresql_where=has_ended,
)
Index(
    "uq_watches_live",
    watches.c.thing_id,
    watches.c.channel_id,
    unique=True,
    sqlite_where=is_live,
    postgresql_where=is_live,
)
for column in (watches.c.channel_id, watches.c.owner, watches.c.until):
    Index(f"ix_watches_live_{column.name}", column, sqlite_where=is_live, postgresql_where=is_live)

#: A channel follows runs that do not exist yet. Follows that have ended stay as history.
follows = Table(
    "follows",
    metadata,
    Column("id", Number, primary_key=True),
    Column("account", Words, nullable=False),
    Column("channel_id", ForeignKey(channels.c.channel_id), nullable=False),
    Column("owner", Words, nullable=False),
    # Which runs: all, or those of the model, the mode or the job that `value` names.
    Column("what", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("notify", Words, nullable=False),
    # Whom to mention when a run ends or something is wrong with it.
    Column("mention", Words, nullable=False, server_default=""),
    # From when, until when at the latest, and when it did end (all world).
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_autoincrement=True,
)
follow_is_live = follows.c.ended_at.is_(None)
Index(
    "uq_follows_live",
    follows.c.account,
    follows.c.channel_id,
    follows.c.what,
    follows.c.value,
    unique=True,
    sqlite_where=follow_is_live,
    postgresql_where=follow_is_live,
)
for column in (follows.c.channel_id, follows.c.until):
    Index(
        f"ix_follows_live_{column.name}",
        column,
        sqlite_where=follow_is_live,
        postgresql_where=follow_is_live,
    )

#: The runs of an account that were seen, and so are no news to those who follow it.
known_runs = Table(
    "known_runs",
    metadata,
    Column("account", Words, primary_key=True),
    Column("run_id", Words, primary_key=True),
    # When it was first noted (world).
    Column("noted_at", Moment, nullable=False),
)

#: The messages that channels are owed, and what became of them.
announcements = Table(
    "announcements",
    metadata,
    Column("id", Number, primary_key=True),
    # What the message bears as metadata, so that it can be found in the channel.
    Column("key", Text, nullable=False, unique=True),
    Column("channel_id", ForeignKey(channels.c.channel_id), nullable=False),
    # What it is about; the id is empty where it is about no thing.
    Column("account", Words, nullable=False),
    Column("resource_id", Words, nullable=False),
    # The fact as JSON, and the version of its schema.
    Column("fact", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Moment, nullable=False),  # wall
    # Not to be touched before (wall).
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False),
    # The last attempt whose outcome is not known (wall), and the searches in vain since.
    Column("attempted_at", Moment),
    Column("searches", Integer, nullable=False),
    # A channel that wants quiet does not hear it before (world).
    Column("held_until", Moment),
    # How many ends it tells; while it was never attempted it may take in more.
    Column("ends", Integer, nullable=False, server_default="0"),
    # The files that were uploaded to be shown with it, as JSON; none before that was tried.
    Column("files", Text),
    # When it was sent or parked (wall); none while it is owed.
    Column("settled_at", Moment),
    # Why it was parked.
    Column("reason", Words),
    # Where the message stands.
    Column("posted_in", Words),
    Column("ts", Words),
    # Perhaps it stands there twice: when to see (wall), and how often that was done.
    Column("check_at", Moment),
    Column("checks", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "state IN ('pending', 'attempting', 'unclear', 'waiting', 'sent', 'parked')", "state"
    ),
    CheckConstraint("(state IN ('sent', 'parked')) = (settled_at IS NOT NULL)", "settled"),
    CheckConstraint("state != 'attempting' OR attempted_at IS NOT NULL", "attempted"),
    CheckConstraint("state != 'sent' OR ts IS NOT NULL", "sent"),
    sqlite_autoincrement=True,
)
is_owed = announcements.c.settled_at.is_(None)
Index(
    "ix_announcements_owed",
    announcements.c.channel_id,
    announcements.c.id,
    sqlite_where=is_owed,
    postgresql_where=is_owed,
)
for moment in (announcements.c.check_at, announcements.c.settled_at):
    Index(
        f"ix_announcements_{moment.name}",
        moment,
        sqlite_where=moment.is_not(None),
        postgresql_where=moment.is_not(None),
    )

#: The live message of a watch. It is followed as long as the watch is live.
cards = Table(
    "cards",
    metadata,
    Column("id", Number, primary_key=True),
    Column("watch_id", ForeignKey(watches.c.id), nullable=False, unique=True),
    Column("announcement_id", ForeignKey(announcements.c.id), nullable=False, unique=True),
    # Where it stands; empty until it was posted.
    Column("ts", Words, nullable=False),
    # How often it was to be shown anew, which of these a process has in hand, which is shown.
    Column("wanted", Number, nullable=False),
    Column("claimed", Number, nullable=False),
    Column("shown", Number, nullable=False),
    # When it was last edited, and not to be edited before (both wall).
    Column("shown_at", Moment),
    Column("next_edit_at", Moment),
    # Until when which process has it in hand (wall).
    Column("lease_until", Moment),
    Column("holder", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
is_stale = cards.c.wanted > cards.c.shown
Index("ix_cards_stale", cards.c.id, sqlite_where=is_stale, postgresql_where=is_stale)

#: Work that one process at a time does for all: whose turn it is.
turns = Table(
    "turns",
    metadata,
    Column("name", Words, primary_key=True),
    # Until when (wall) which process does it.
    Column("holder", Text, nullable=False),
    Column("lease_until", Moment),
)

#: How many requests an account may be asked now, all processes together.
budgets = Table(
    "budgets",
    metadata,
    Column("account", Words, primary_key=True),
    # How many there were when it was last filled (wall).
    Column("tokens", Double, nullable=False),
    Column("filled_at", Moment, nullable=False),
)

#: The accounts that do not serve.
troubles = Table(
    "troubles",
    metadata,
    Column("account", Words, primary_key=True),
    # What kind of error it is; since when, and when channels were told of it (both world).
    Column("sort", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told_at", Moment),
)
