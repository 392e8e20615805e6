"""Screens of the leads room."""
