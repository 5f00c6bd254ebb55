"""Grants given in chats, approvals, what attempts are about, and how old attempts are removed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)

# A whole text in a row's JSON that looks like an id; without kinds, so that a new one is found.
# Within a text a quotation mark stands behind a backslash.
_AN_ID = '[[ ,:]"([a-z]{2,8}-[a-z0-9]{6,32})"'


def upgrade() -> None:
    """Add what is new; no row that was there is touched."""
    op.create_index("ix_confirmations_asked_at", "confirmations", ["asked_at"])
    _make_grants()
    _make_approvals()
    _make_audit_ids()
    _make_audit_retention()
    if op.get_bind().dialect.name == "postgresql":
        _keep_ids_on_postgresql()
        _let_go_on_postgresql()
    else:
        _keep_ids_on_sqlite()
        _let_go_on_sqlite()


def _make_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("taken_at", _MOMENT),
        sa.Column("taken_by", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_grants"),
        sa.CheckConstraint("(taken_at IS NULL) = (taken_by IS NULL)", name=op.f("ck_grants_taken")),
        sqlite_autoincrement=True,
    )
    same = ("subject", "role", "channel_id", "account")
    _make_partial_index("uq_grants_in_force", "grants", "taken_at IS NULL", *same, unique=True)


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT),
        sa.PrimaryKeyConstraint("number", name="pk_approvals"),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'started', 'declined', 'expired')",
            name=op.f("ck_approvals_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('pending', 'approved')) = (settled_at IS NULL)",
            name=op.f("ck_approvals_settled"),
        ),
        sqlite_autoincrement=True,
    )
    waiting = ("state", "until")
    _make_partial_index("ix_approvals_unsettled", "approvals", "settled_at IS NULL", *waiting)
    op.create_table(
        "approval_votes",
        sa.Column("number", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", "user_id", name="pk_approval_votes"),
        sa.ForeignKeyConstraint(["number"], ["approvals.number"], name="fk_approval_votes_number"),
    )


def _make_audit_ids() -> None:
    op.create_table(
        "audit_ids",
        sa.Column("asked_id", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asked_id", "resource_id", name="pk_audit_ids"),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["audit.id"], name="fk_audit_ids_asked_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_audit_ids_resource_id", "audit_ids", ["resource_id"])


def _make_audit_retention() -> None:
    op.create_table(
        "audit_retention",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kept_from", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_retention"),
        sa.CheckConstraint("kept_from <= at", name=op.f("ck_audit_retention_past")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_retention_kept_from", "audit_retention", ["kept_from"])


def _keep_ids_on_sqlite() -> None:
    keep = "INSERT INTO audit_ids (asked_id, resource_id) SELECT DISTINCT"
    prefix, suffix = (
        "substr(atom, 1, instr(atom, '-') - 1)",
        "substr(atom, instr(atom, '-') + 1)",
    )
    is_id = (
        f"type = 'text' AND length({prefix}) BETWEEN 2 AND 8 AND {prefix} NOT GLOB '*[^a-z]*' "
        f"AND length({suffix}) BETWEEN 6 AND 32 AND {suffix} NOT GLOB '*[^a-z0-9]*'"
    )
    op.execute(
        "CREATE TRIGGER audit_named AFTER INSERT ON audit WHEN NEW.asked_id IS NULL "
        f"BEGIN {keep} NEW.id, atom FROM json_tree(NEW.body) WHERE {is_id}; END"
    )
    op.execute(
        f"{keep} audit.id, atom FROM audit, json_tree(audit.body) "
        f"WHERE audit.asked_id IS NULL AND {is_id}"
    )


def _keep_ids_on_postgresql() -> None:
    # As text, since PostgreSQL refuses to go through JSON in which a NUL is written
    # (https://www.postgresql.org/docs/current/datatype-json.html).
    keep = "INSERT INTO audit_ids (asked_id, resource_id) SELECT DISTINCT"
    op.execute(
        "CREATE FUNCTION keep_audit_ids() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{keep} NEW.id, texts[1] "
        f"FROM regexp_matches(NEW.body, '{_AN_ID}', 'g') AS matches(texts); "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_named AFTER INSERT ON audit FOR EACH ROW "
        "WHEN (NEW.asked_id IS NULL) EXECUTE FUNCTION keep_audit_ids()"
    )
    op.execute(
        f"{keep} audit.id, texts[1] "
        f"FROM audit, regexp_matches(audit.body, '{_AN_ID}', 'g') AS matches(texts) "
        "WHERE audit.asked_id IS NULL"
    )


# Ends are removed before what was asked; that an end stays keeps what it refers to.
_IS_KEPT = (
    "NOT EXISTS (SELECT 1 FROM audit_retention WHERE kept_from > OLD.at) "
    "OR EXISTS (SELECT 1 FROM open_attempts WHERE asked_id = OLD.id)"
)


def _let_go_on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END"
    op.execute("DROP TRIGGER audit_no_delete")
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN {_IS_KEPT} {refuse}")
    for change in ("UPDATE", "DELETE"):
        name = f"audit_retention_no_{change.lower()}"
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON audit_retention {refuse}")
    repeated = "WHEN EXISTS (SELECT 1 FROM audit_retention WHERE id = NEW.id)"
    op.execute(
        "CREATE TRIGGER audit_retention_no_replace "
        f"BEFORE INSERT ON audit_retention {repeated} {refuse}"
    )


def _let_go_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_IS_KEPT} THEN RAISE EXCEPTION 'audit rows are never changed'; END IF; "
        "RETURN OLD; END $$"
    )
    op.execute("DROP TRIGGER audit_no_change ON audit")
    rows = "FOR EACH ROW EXECUTE FUNCTION"
    op.execute(
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {rows} refuse_audit_change()"
    )
    op.execute(
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {rows} refuse_audit_removal()"
    )
    op.execute(
        "CREATE TRIGGER audit_retention_no_change BEFORE UPDATE OR DELETE ON audit_retention "
        f"{rows} refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_retention_no_truncate BEFORE TRUNCATE ON audit_retention "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
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
