"""Data room: what people decided over the releases of a store, kept in a transactional database beside them."""

from data.records.book import Records
from data.records.decisions import About, Conflict, Decision, Remark, Terms
from data.records.proposals import CutOff, Proposal, TakenError
from data.records.words import RecordsError

__all__ = [
    "About", "Conflict", "CutOff", "Decision", "Proposal", "Records", "RecordsError", "Remark", "TakenError", "Terms",
]  # fmt: skip
