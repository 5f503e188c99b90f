"""Floor 2: what people see."""
