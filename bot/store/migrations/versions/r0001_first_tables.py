"""The first tables, and the triggers that keep the audit as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make everything there is."""
    _make_things()
    _make_watches()
    _make_announcements()
    _make_cards()
    _make_confirmations()
    _make_audit()
    if op.get_bind().dialect.name == "postgresql":
        _close_audit_on_postgresql()
    else:
        _close_audit_on_sqlite()


def _make_things() -> None:
    op.create_table(
        "things",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("next_look_at", _MOMENT),
        sa.Column("lease_until", _MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("denials", sa.Integer(), nullable=False),
        sa.Column("running_since", _MOMENT),
        sa.Column("stop_asked_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_things"),
        sa.UniqueConstraint("account", "resource_id", name="uq_things_account_resource_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_things_next_look_at", "things", ["next_look_at"])


def _make_watches() -> None:
    op.create_table(
        "channels",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Text(), nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_channels"),
    )
    op.create_table(
        "watches",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("thing_id", _NUMBER, nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("notify", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        sa.ForeignKeyConstraint(["thing_id"], ["things.id"], name="fk_watches_thing_id"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name="fk_watches_channel_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watches_thing_id", "watches", ["thing_id"])
    live = "ended_at IS NULL"
    _make_partial_index("uq_watches_live", "watches", live, "thing_id", "channel_id", unique=True)
    for column in ("channel_id", "owner", "until"):
        _make_partial_index(f"ix_watches_live_{column}", "watches", live, column)


def _make_announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("not_before", _MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", _MOMENT),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("settled_at", _MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("posted_in", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("key", name="uq_announcements_key"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name="fk_announcements_channel_id"
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'attempting', 'unclear', 'waiting', 'sent', 'parked')",
            name=op.f("ck_announcements_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('sent', 'parked')) = (settled_at IS NOT NULL)",
            name=op.f("ck_announcements_settled"),
        ),
        sa.CheckConstraint(
            "state != 'attempting' OR attempted_at IS NOT NULL",
            name=op.f("ck_announcements_attempted"),
        ),
        sa.CheckConstraint("state != 'sent' OR ts IS NOT NULL", name=op.f("ck_announcements_sent")),
        sqlite_autoincrement=True,
    )
    _make_partial_index(
        "ix_announcements_owed", "announcements", "settled_at IS NULL", "channel_id", "id"
    )


def _make_cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("watch_id", _NUMBER, nullable=False),
        sa.Column("announcement_id", _NUMBER, nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("wanted", _NUMBER, nullable=False),
        sa.Column("claimed", _NUMBER, nullable=False),
        sa.Column("shown", _NUMBER, nullable=False),
        sa.Column("shown_at", _MOMENT),
        sa.Column("next_edit_at", _MOMENT),
        sa.Column("lease_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sa.UniqueConstraint("watch_id", name="uq_cards_watch_id"),
        sa.UniqueConstraint("announcement_id", name="uq_cards_announcement_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name="fk_cards_watch_id"),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name="fk_cards_announcement_id"
        ),
        sqlite_autoincrement=True,
    )
    _make_partial_index("ix_cards_stale", "cards", "wanted > shown", "id")


def _make_confirmations() -> None:
    op.create_table(
        "confirmations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_confirmations"),
    )


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("asked_id", _NUMBER),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text()),
        sa.Column("channel_id", sa.Text()),
        sa.Column("account", sa.Text()),
        sa.Column("command", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("asked_id", name="uq_audit_asked_id"),
        sa.ForeignKeyConstraint(["asked_id"], ["audit.id"], name="fk_audit_asked_id"),
        sa.CheckConstraint("(asked_id IS NULL) = (outcome IS NULL)", name=op.f("ck_audit_kind")),
        sa.CheckConstraint(
            "asked_id IS NOT NULL OR user_id IS NOT NULL", name=op.f("ck_audit_asker")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_user_id", "audit", ["user_id"])


def _close_audit_on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END"
    op.execute(f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {refuse}")
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {refuse}")
    # INSERT OR REPLACE deletes without that trigger (https://sqlite.org/lang_conflict.html).
    repeated = "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR asked_id = NEW.asked_id)"
    op.execute(f"CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit {repeated} {refuse}")


def _close_audit_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are never changed'; END $$"
    )
    refuse = "EXECUTE FUNCTION refuse_audit_change()"
    op.execute(
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW {refuse}"
    )
    op.execute(
        f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT {refuse}"
    )


def _make_partial_index(
    name: str, table: str, where: str, *columns: str, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        list(columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
