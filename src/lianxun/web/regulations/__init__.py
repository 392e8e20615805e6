"""Screens of the regulation library."""
