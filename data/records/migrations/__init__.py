"""Data room: the migrations of the database of records, oldest first, each with its own revision."""
