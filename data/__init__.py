"""Floor 0: the ends that touch the world. Imports no other floor."""
