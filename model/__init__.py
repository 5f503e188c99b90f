"""Floor 1a: how scores come to be. Imports data only."""
