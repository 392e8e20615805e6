"""PostgreSQL back end that enters the identity at each transaction start (settled.md 2)."""
