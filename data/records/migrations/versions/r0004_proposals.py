"""Proposals of a cut-off."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of proposals."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("segments", sa.Text, nullable=False),
        sa.Column("calls", sa.Double, nullable=True),
        sa.Column("lock", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Integer, nullable=False),
        sa.Column("release", sa.String(80), nullable=False),
        sa.Column("selection", sa.Text, nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.hash"], name="fk_proposals_evidence"),
        sa.UniqueConstraint("title", name="uq_proposals_title"),
    )
