"""Explained doubts from correlated data; plain data in, explained results out. No Django, no platform."""

__version__ = "0.1.0"
