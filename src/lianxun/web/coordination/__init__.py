"""Screens of the coordination room."""
