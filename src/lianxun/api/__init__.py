"""Machine interface for member units' own systems: the same operations, no logic of its own."""
