"""The tables of who may do what, who agreed and who did it; each time says whose it is."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from bot.store.columns import Moment, Number, Words
from bot.store.tables import metadata

#: The questions that a button answers.
confirmations = Table(
    "confirmations",
    metadata,
    # What the button carries; cannot be guessed.
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    # When it was asked and when it was answered (both world).
    Column("asked_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

#: The roles that were given in chats. Those that were taken away stay as history.
grants = Table(
    "grants",
    metadata,
    Column("number", Number, primary_key=True),
    Column("role", Words, nullable=False),
    # A person or a user group.
    Column("subject", Words, nullable=False),
    # Where it counts; empty for every channel, every account.
    Column("channel_id", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("granted_by", Words, nullable=False),
    Column("at", Moment, nullable=False),  # world
    # When it was taken away (world), and by whom.
    Column("taken_at", Moment),
    Column("taken_by", Words),
    CheckConstraint("(taken_at IS NULL) = (taken_by IS NULL)", "taken"),
    sqlite_autoincrement=True,
)
is_in_force = grants.c.taken_at.is_(None)
Index(
    "uq_grants_in_force",
    grants.c.subject,
    grants.c.role,
    grants.c.channel_id,
    grants.c.account,
    unique=True,
    sqlite_where=is_in_force,
    postgresql_where=is_in_force,
)

#: The changes that others have to agree to.
approvals = Table(
    "approvals",
    metadata,
    # What people type.
    Column("number", Number, primary_key=True),
    # The request as it was asked, as JSON; who agreed and its state are kept beside it.
    Column("body", Text, nullable=False),
    Column("state", Words, nullable=False),
    # Until when one may agree, and when it was started, declined or too late (both world).
    Column("until", Moment, nullable=False),
    Column("settled_at", Moment),
    CheckConstraint("state IN ('pending', 'approved', 'started', 'declined', 'expired')", "state"),
    CheckConstraint("(state IN ('pending', 'approved')) = (settled_at IS NULL)", "settled"),
    sqlite_autoincrement=True,
)
is_unsettled = approvals.c.settled_at.is_(None)
Index(
    "ix_approvals_unsettled",
    approvals.c.state,
    approvals.c.until,
    sqlite_where=is_unsettled,
    postgresql_where=is_unsettled,
)

#: Who agreed to them, each person once.
approval_votes = Table(
    "approval_votes",
    metadata,
    Column("number", ForeignKey(approvals.c.number), primary_key=True),
    Column("user_id", Words, primary_key=True),
    Column("at", Moment, nullable=False),  # world
)

#: Attempts to run a command: a row when one is asked for and a row when it has ended.
#: Triggers refuse every change of a row, and its removal unless `audit_retention` lets it go.
audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True),
    # None in a row of what was asked; else the row whose end this is.
    Column("asked_id", ForeignKey("audit.id"), unique=True),
    Column("at", Moment, nullable=False, index=True),  # wall
    # The whole row as JSON; what follows repeats what is searched for.
    Column("body", Text, nullable=False),
    Column("user_id", Words, index=True),
    Column("channel_id", Words),
    Column("account", Words),
    Column("command", Words),
    Column("outcome", Words),
    CheckConstraint("(asked_id IS NULL) = (outcome IS NULL)", "kind"),
    CheckConstraint("asked_id IS NOT NULL OR user_id IS NOT NULL", "asker"),
    sqlite_autoincrement=True,
)

#: The attempts that have no end yet, so that nobody has to go through the whole audit for them.
#: Triggers on the audit keep it, since an older neighbour writes there too.
open_attempts = Table(
    "open_attempts",
    metadata,
    Column("asked_id", ForeignKey(audit.c.id), primary_key=True),
    Column("at", Moment, nullable=False),  # wall
)

#: Which attempts name which ids, so that an id's attempts are found. Triggers keep it too.
audit_ids = Table(
    "audit_ids",
    metadata,
    Column("asked_id", ForeignKey(audit.c.id, ondelete="CASCADE"), primary_key=True),
    Column("resource_id", Words, primary_key=True, index=True),
)

#: From when on attempts were kept, each time that old ones were removed. Only what has ended and
#: is older than such a mark can be removed from the audit; triggers refuse to change a mark.
audit_retention = Table(
    "audit_retention",
    metadata,
    Column("id", Number, primary_key=True),
    Column("at", Moment, nullable=False),  # wall
    Column("kept_from", Moment, nullable=False, index=True),  # wall
    CheckConstraint("kept_from <= at", "past"),
    sqlite_autoincrement=True,
)
