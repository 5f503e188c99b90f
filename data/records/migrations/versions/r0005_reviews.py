"""Review sessions, their findings, and the signatures under them, which are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables of the review room."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("release", sa.String(80), nullable=False),
        sa.Column("selection", sa.Text, nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("decided_at", sa.String(32), nullable=False),
        *_opened_and_changed(),
        sa.Column("closed_by", sa.String(80), nullable=False),
        sa.Column("closed_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.hash"], name="fk_reviews_evidence"),
        sa.UniqueConstraint("title", name="uq_reviews_title"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("review", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        *_opened_and_changed(),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name="fk_findings_review"),
    )
    op.create_index("ix_findings_review", "findings", ["review"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("stand", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("signed", sa.String(64), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name="fk_signatures_review"),
    )
    op.create_index("ix_signatures_review", "signatures", ["review"])
    _only_added_to("signatures")


def _opened_and_changed() -> list[sa.Column[str]]:
    widths = {"opened_by": 80, "opened_at": 32, "changed_by": 80, "changed_at": 32}
    return [sa.Column(name, sa.String(width), nullable=False) for name, width in widths.items()]


def _only_added_to(table: str) -> None:
    """Let the database itself refuse to change or remove a row."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION records_append_only()"
    )
