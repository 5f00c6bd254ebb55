"""What people see: pictures of announcements, what cards show, mentions, quiet hours, digests."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what is new; it is empty, and nothing that was there changes."""
    op.add_column("announcements", sa.Column("files", sa.Text()))
    op.add_column("announcements", sa.Column("held_until", _MOMENT))
    op.add_column(
        "announcements", sa.Column("ends", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("things", _text("glance"))
    op.add_column("watches", _text("mention"))
    op.add_column("follows", _text("mention"))
    op.add_column("channels", sa.Column("gathers_until", _MOMENT))
    op.add_column("channels", sa.Column("digest_at", _MOMENT))
    has_digest = sa.text("digest_at IS NOT NULL")
    op.create_index(
        "ix_channels_digest_at",
        "channels",
        ["digest_at"],
        sqlite_where=has_digest,
        postgresql_where=has_digest,
    )
    op.create_table(
        "digests",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "local_date", name="pk_digests"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name="fk_digests_channel_id_channels"
        ),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")
