"""Leads like this one: copies, the same incident in other words, and what a hit is to be called."""
