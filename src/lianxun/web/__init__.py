"""Server-rendered screens. No rule lives here: a view parses a form and makes one call."""
