"""What replicas share beside the watches: budgets, turns, troubles; and what is looked at twice."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)

_TEXTS = {
    "things": ("holder",),
    "cards": ("holder",),
    "watches": ("alarmed",),
}


def upgrade() -> None:
    """Add what is new; what was known of how long a thing has run moves into its track."""
    for table, names in _TEXTS.items():
        for name in names:
            op.add_column(table, _text(name, ""))
    op.add_column("channels", _text("settings", "{}"))
    op.add_column("watches", sa.Column("muted_until", _MOMENT))
    _keep_tracks()
    _check_announcements()
    _make_shared_tables()


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _keep_tracks() -> None:
    op.add_column("things", _text("track", "{}"))
    op.add_column("things", sa.Column("expected_end_at", _MOMENT))
    things = sa.table(
        "things",
        sa.column("id", sa.BigInteger()),
        sa.column("track", sa.Text()),
        sa.column("running_since", _MOMENT),
    )
    running = sa.select(things.c.id, things.c.running_since).where(
        things.c.running_since.is_not(None)
    )
    for row in op.get_bind().execute(running).all():
        track = json.dumps({"running_since": _written(row.running_since)})
        op.execute(sa.update(things).where(things.c.id == row.id).values(track=track))
    op.drop_column("things", "running_since")


def _written(moment: datetime) -> str:
    """SQLite keeps moments in UTC, and does not say so."""
    return f"{moment.isoformat()}Z" if moment.tzinfo is None else moment.isoformat()


def _check_announcements() -> None:
    op.add_column("announcements", sa.Column("check_at", _MOMENT))
    op.add_column(
        "announcements", sa.Column("checks", sa.Integer(), nullable=False, server_default="0")
    )
    for name, table, column in (
        ("ix_announcements_check_at", "announcements", "check_at"),
        ("ix_announcements_settled_at", "announcements", "settled_at"),
        ("ix_watches_ended_at", "watches", "ended_at"),
    ):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def _make_shared_tables() -> None:
    op.create_table(
        "turns",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_turns"),
    )
    op.create_table(
        "budgets",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_budgets"),
    )
    op.create_table(
        "troubles",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.PrimaryKeyConstraint("account", name="pk_troubles"),
    )
