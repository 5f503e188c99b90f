"""The model lab: candidates compared, tuned and tracked, before any of them is promoted."""
