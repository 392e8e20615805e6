"""Entity resolution: which records of several departments speak of the same person or organisation.

Scoring is Splink (Fellegi–Sunter, unsupervised) on DuckDB; normalising, tokens, blocking with caps,
decision bands, human judgements and cluster splitting are ours. Needs the extra `insight`.
"""
