"""Data room: the demo bank, a seeded portfolio whose truth is known (see `data.portfolio`)."""
