"""What `./lianxun` runs: environment, embedded PostgreSQL, roles, processes."""
