"""The database itself refuses to change or remove a line of the audit log, or frozen figures."""

from alembic import op

revision = "0002"
down_revision = "0001"

KEPT = ("audit", "evidence")


def upgrade() -> None:
    """Add the triggers, in the words of the database at hand."""
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            for event in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION records_append_only()"
        )
