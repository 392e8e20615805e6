"""Screens of the organisation room."""
