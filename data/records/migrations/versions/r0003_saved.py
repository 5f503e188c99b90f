"""Pinned segments and views, each under its name, and the view that a reader begins with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of what is saved."""
    op.create_table(
        "saved",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved"),
        sa.UniqueConstraint("kind", "name", name="uq_saved_kind"),
    )
    op.create_table(
        "beginnings",
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("view", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_beginnings"),
        sa.ForeignKeyConstraint(["view"], ["saved.id"], name="fk_beginnings_view"),
    )
