"""Screens of the inspection room."""
