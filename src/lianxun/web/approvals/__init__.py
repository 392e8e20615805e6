"""Screens of the approvals room."""
