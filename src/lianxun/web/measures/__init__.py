"""Numbers about working together, each leading to its rows."""
