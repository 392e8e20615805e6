"""Screens of the documents room."""
