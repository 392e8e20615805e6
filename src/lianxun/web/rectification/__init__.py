"""Screens of the rectification room."""
