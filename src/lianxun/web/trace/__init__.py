"""Screens of the trace room."""
