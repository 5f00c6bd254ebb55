"""Following runs that do not exist yet, and the list of the attempts that have no end yet."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what is new; no row that was there is touched."""
    _make_follows()
    _make_known_runs()
    _make_open_attempts()
    if op.get_bind().dialect.name == "postgresql":
        _keep_open_attempts_on_postgresql()
    else:
        _keep_open_attempts_on_sqlite()
    _fill_open_attempts()


def _make_follows() -> None:
    op.create_table(
        "follows",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("notify", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name="fk_follows_channel_id"
        ),
        sqlite_autoincrement=True,
    )
    live = "ended_at IS NULL"
    selection = ("account", "channel_id", "what", "value")
    _make_partial_index("uq_follows_live", "follows", live, *selection, unique=True)
    for column in ("channel_id", "until"):
        _make_partial_index(f"ix_follows_live_{column}", "follows", live, column)


def _make_known_runs() -> None:
    op.create_table(
        "known_runs",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("noted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "run_id", name="pk_known_runs"),
    )


def _make_open_attempts() -> None:
    op.create_table(
        "open_attempts",
        sa.Column("asked_id", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("asked_id", name="pk_open_attempts"),
        sa.ForeignKeyConstraint(["asked_id"], ["audit.id"], name="fk_open_attempts_asked_id"),
    )


def _keep_open_attempts_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_asked AFTER INSERT ON audit WHEN NEW.asked_id IS NULL "
        "BEGIN INSERT INTO open_attempts (asked_id, at) VALUES (NEW.id, NEW.at); END"
    )
    op.execute(
        "CREATE TRIGGER audit_ended AFTER INSERT ON audit WHEN NEW.asked_id IS NOT NULL "
        "BEGIN DELETE FROM open_attempts WHERE asked_id = NEW.asked_id; END"
    )


def _keep_open_attempts_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION keep_open_attempts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.asked_id IS NULL "
        "THEN INSERT INTO open_attempts (asked_id, at) VALUES (NEW.id, NEW.at); "
        "ELSE DELETE FROM open_attempts WHERE asked_id = NEW.asked_id; END IF; "
        "RETURN NULL; END $$"
    )
    # From here to the end of the migration nobody else can write to the audit
    # (https://www.postgresql.org/docs/current/explicit-locking.html, SHARE ROW EXCLUSIVE).
    op.execute(
        "CREATE TRIGGER audit_open_attempts AFTER INSERT ON audit "
        "FOR EACH ROW EXECUTE FUNCTION keep_open_attempts()"
    )


def _fill_open_attempts() -> None:
    op.execute(
        "INSERT INTO open_attempts (asked_id, at) SELECT id, at FROM audit WHERE asked_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM audit ends WHERE ends.asked_id = audit.id)"
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
