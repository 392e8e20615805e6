"""A sample province, seeded and repeatable. Every organisation and every person in it is invented."""
