"""Floor 1b: what the scores were worth. Imports data only."""
