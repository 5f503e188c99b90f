"""Data room: the tables of the database of records. Days are ISO dates, moments ISO text in UTC to the second."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}  # fmt: skip


class Base(DeclarativeBase):
    """Every table; constraints have names, so that a migration can change them."""

    metadata = MetaData(naming_convention=NAMES)


class EvidenceRow(Base):
    """Figures as they were when they were frozen: canonical JSON under its own hash."""

    __tablename__ = "evidence"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class DecisionRow(Base):
    """A decision as it stands now. `version` counts its changes; `due` is "" where there is none."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(80))
    due: Mapped[str] = mapped_column(String(10))
    release: Mapped[str] = mapped_column(String(80))
    page: Mapped[str] = mapped_column(String(40))
    selection: Mapped[str] = mapped_column(Text)
    figure: Mapped[str] = mapped_column(String(80))
    evidence: Mapped[str] = mapped_column(ForeignKey("evidence.hash"))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class RemarkRow(Base):
    """What somebody said of a decision, or with what words it was approved, rejected, finished or opened again."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[int] = mapped_column(ForeignKey("decisions.id"), index=True)
    at: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)


class ProposalRow(Base):
    """A proposal of a cut-off as it stands now, under its title. `calls` is null where there is no limit."""

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(200), unique=True)
    threshold: Mapped[float] = mapped_column(Double)
    segments: Mapped[str] = mapped_column(Text)
    calls: Mapped[float | None] = mapped_column(Double)
    lock: Mapped[int] = mapped_column()
    as_of: Mapped[int] = mapped_column()
    release: Mapped[str] = mapped_column(String(80))
    selection: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(ForeignKey("evidence.hash"))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class SavedRow(Base):
    """A pinned segment or a view as it stands now, under its name."""

    __tablename__ = "saved"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class BeginningRow(Base):
    """The view that a reader begins with."""

    __tablename__ = "beginnings"

    reader: Mapped[str] = mapped_column(String(80), primary_key=True)
    view: Mapped[int] = mapped_column(ForeignKey("saved.id"))


class ReviewRow(Base):
    """A review session as it stands now, under its title; what is not known yet is ""."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200), unique=True)
    release: Mapped[str] = mapped_column(String(80))
    selection: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(ForeignKey("evidence.hash"))
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(80))
    due: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[str] = mapped_column(String(32))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))
    closed_by: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class FindingRow(Base):
    """A finding of a review session as it stands now."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    review: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(80))
    due: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class SignatureRow(Base):
    """A signature under what a review session found and decided. Never changed, never removed."""

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    review: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    stand: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    signed: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[str] = mapped_column(String(32))


class RuleRow(Base):
    """A rule that watches a figure as it stands now, under its name. `limit` is null where it is the figure's own."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    measure: Mapped[str] = mapped_column(String(32))
    limit: Mapped[float | None] = mapped_column(Double)
    months: Mapped[int] = mapped_column()
    least: Mapped[int] = mapped_column()
    calm: Mapped[int] = mapped_column()
    sure: Mapped[bool] = mapped_column()
    selection: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16))
    since: Mapped[int] = mapped_column()
    release: Mapped[str] = mapped_column(String(80))
    evidence: Mapped[str] = mapped_column(ForeignKey("evidence.hash"))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class AlertRow(Base):
    """What people did with the alert that a rule raised with a month. `until` is 0 where it does not sleep."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("rule", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    rule: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    month: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(String(16))
    until: Mapped[int] = mapped_column()
    verdict: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    release: Mapped[str] = mapped_column(String(80))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[str] = mapped_column(String(32))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[str] = mapped_column(String(32))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once


class AuditRow(Base):
    """One line of the audit log, chained to the line before it. Never changed, never removed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    user: Mapped[str] = mapped_column("by", String(80))
    action: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(80))
    evidence: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
