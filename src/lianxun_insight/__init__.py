"""Explained doubts from correlated data: plain data in, explained results out; no Django."""

__version__ = "0.1.0"
