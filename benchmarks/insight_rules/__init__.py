"""Rules of lianxun_insight: nine indicator queries, and the relation rule in a large graph."""
